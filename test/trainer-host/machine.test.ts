import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ConditionsMeter } from '#core/training/conditions.ts';
import { NO_GPU } from '#core/training/machine-use.ts';
import { createMachine } from '../../src-main/trainer-host/machine.ts';
import { UNKNOWN_CONDITIONS } from '../support/conditions.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

function rootWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('all work is counted, and what a hypervisor took: not idle time, not the disk, not guests a second time', () => {
  const stat = 'cpu  100 20 30 9000 700 4 5 6 80 9\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
  // 100 + 20 + 30 + 4 + 5 + 6 = 165 ticks of 10 ms
  expect(createMachine(rootWith({ 'proc/stat': stat })).read().busy).toBe(1.65);
  expect(createMachine(rootWith({ 'proc/stat': 'cpu  0 0 0 0 0 0 0 0 0 0\n' })).read().busy).toBeNull();
});

test.each([
  ['version 2 in its own view', '0::/\n', 'sys/fs/cgroup/cpu.stat', 'usage_usec 9\nthrottled_usec 2500000\n'],
  ['version 2 from outside', '0::/a/b\n', 'sys/fs/cgroup/a/b/cpu.stat', 'nr_throttled 3\nthrottled_usec 2500000\n'],
  ['version 1', '4:cpu,cpuacct:/docker/x\n', 'sys/fs/cgroup/cpu/cpu.stat', 'throttled_time 2500000000\n'],
])('what a quota of a control group held back is known: %s', (_, groups, path, stat) => {
  expect(createMachine(rootWith({ 'proc/self/cgroup': groups, [path]: stat })).read().throttled).toBe(2.5);
});

test('slow-downs for heat are added over the cores, frequencies averaged', () => {
  const cpus = 'sys/devices/system/cpu';
  const root = rootWith({
    [`${cpus}/cpu0/thermal_throttle/core_throttle_count`]: '3\n',
    [`${cpus}/cpu11/thermal_throttle/core_throttle_count`]: '4\n',
    [`${cpus}/cpufreq/policy0/scaling_cur_freq`]: '1\n',
    'proc/cpuinfo': 'processor\t: 0\ncpu MHz\t\t: 2000.5\n\nprocessor\t: 1\ncpu MHz\t\t: 3000.5\n',
  });
  const machine = createMachine(root);
  expect([machine.read().thermalThrottles, machine.frequencyMHz()]).toEqual([7, 2500.5]);
});

test('nothing is known where there are no such files', () => {
  const machine = createMachine(rootWith({}));
  const meter = new ConditionsMeter(machine, NO_GPU);
  expect(meter.read()).toEqual(UNKNOWN_CONDITIONS);
});

test('the energy of all processors goes on where a counter begins anew, and no part of one counts twice', () => {
  const rapl = (name: string, microjoules: number) => ({
    [`sys/class/powercap/${name}/energy_uj`]: `${microjoules}\n`,
    [`sys/class/powercap/${name}/max_energy_range_uj`]: '5000000\n',
  });
  const counters = { ...rapl('intel-rapl:0', 4_000_000), ...rapl('intel-rapl:1', 0), ...rapl('intel-rapl:0:0', 9) };
  const root = rootWith(counters);
  const machine = createMachine(root);
  expect(machine.read().joules).toBe(0);
  writeFileSync(join(root, 'sys/class/powercap/intel-rapl:0/energy_uj'), '1000000\n');
  writeFileSync(join(root, 'sys/class/powercap/intel-rapl:1/energy_uj'), '500000\n');
  expect(machine.read().joules).toBe(2.5);
  rmSync(join(root, 'sys/class/powercap/intel-rapl:1/energy_uj'));
  expect(machine.read().joules).toBeNull();
});

test('memory is what programs cannot get', () => {
  const { own, used } = createMachine(rootWith({ 'proc/meminfo': 'MemAvailable:       1024 kB\n' })).memory();
  expect(own).toBeGreaterThan(1e7);
  expect(used).toBe(totalmem() - 1024 * 1024);
});

/** A second in which another process is busy all the time, and this one sleeps. */
const BUSY = 'process.stdout.write("x"); for (;;);';

test.runIf(process.platform === 'linux')('a busy process next to this one is noticed', async () => {
  const meter = new ConditionsMeter(createMachine(), NO_GPU);
  const other = spawn(process.execPath, ['-e', BUSY], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  meter.begin();
  await sleep(1000);
  const { otherLoad } = meter.read();
  other.kill('SIGKILL');
  // It may have to share its core with others, which then count in its place.
  expect(otherLoad).toBeGreaterThan(0.5);
});
