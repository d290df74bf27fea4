import { readdirSync, readFileSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Machine } from '#core/training/conditions.ts';

/** Linux reports processor time in this many ticks per second, whatever unit the kernel counts in. */
const TICKS_PER_SECOND = 100;

/** Reads the machine from Linux's files under `root`; on other systems little is known. */
export function createMachine(root = '/'): Machine {
  const quotaPaths = quotaPathsOf(root);
  const thermalPaths = thermalPathsOf(root);
  const energy = energyCounter(root);
  return {
    read: () => ({
      at: performance.now() / 1000,
      busy: busySeconds(textOf(join(root, 'proc/stat'))),
      own: ownSeconds(),
      throttled: firstKnown(quotaPaths, (path) => throttledSeconds(textOf(path))),
      thermalThrottles: sumOf(thermalPaths),
      joules: energy(),
    }),
    frequencyMHz: () => meanFrequency(textOf(join(root, 'proc/cpuinfo'))),
    memory: () => ({ own: process.memoryUsage.rss(), used: usedMemory(textOf(join(root, 'proc/meminfo'))) }),
    cores: cpus().length,
  };
}

function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * The first line sums over all cores: "cpu user nice system idle iowait irq softirq steal ...". Time that a hypervisor gave to
 * others (steal) counts as busy; the time of guests, which follows it, is already part of `user`. See proc_stat(5).
 */
function busySeconds(stat: string | null): number | null {
  const line = stat === null ? null : /^cpu +(.+)$/m.exec(stat);
  if (line === null) return null;
  const [user, nice, system, , , irq, softirq, steal = 0] = line[1].split(' ').map(Number);
  const ticks = user + nice + system + irq + softirq + steal;
  // Sandboxes that hide the machine report zeros.
  return ticks > 0 ? ticks / TICKS_PER_SECOND : null;
}

/** Files with the quota of this process's control group: of versions 2 and 1, as a container and as the machine see them. */
function quotaPathsOf(root: string): readonly string[] {
  const groups = textOf(join(root, 'proc/self/cgroup')) ?? '';
  const unified = /^0::(.+)$/m.exec(groups)?.[1] ?? '/';
  const ofProcessors = /^\d+:(?:cpu|cpu,cpuacct|cpuacct,cpu):(.+)$/m.exec(groups)?.[1] ?? '/';
  return [
    join(root, 'sys/fs/cgroup', unified, 'cpu.stat'),
    join(root, 'sys/fs/cgroup/cpu.stat'),
    join(root, 'sys/fs/cgroup/cpu', ofProcessors, 'cpu.stat'),
    join(root, 'sys/fs/cgroup/cpu/cpu.stat'),
  ];
}

/** Seconds that the quota took: version 2 counts microseconds, version 1 nanoseconds. Null for a group that cannot have a quota. */
function throttledSeconds(stat: string | null): number | null {
  if (stat === null) return null;
  const microseconds = /^throttled_usec (\d+)$/m.exec(stat);
  if (microseconds !== null) return Number(microseconds[1]) / 1e6;
  const nanoseconds = /^throttled_time (\d+)$/m.exec(stat);
  return nanoseconds === null ? null : Number(nanoseconds[1]) / 1e9;
}

/** The bytes that programs cannot get: on Linux without what the kernel would give up for them. */
function usedMemory(meminfo: string | null): number {
  const kibibytes = /^MemAvailable: +(\d+) kB$/m.exec(meminfo ?? '')?.[1];
  return totalmem() - (kibibytes === undefined ? freemem() : 1024 * Number(kibibytes));
}

/** A processor's counter of energy, in microjoules, which begins anew at `range`. */
interface EnergyFile {
  readonly path: string;
  readonly range: number;
}

/** A processor of a kilowatt goes once round its counter in four minutes. */
const LOOK_EVERY_MS = 60_000;

/**
 * Joules that all processors have taken since now (RAPL of Intel and AMD); null where the system has no such counters, or shows them to
 * administrators alone. Looks now and then, so that no round of a counter is missed.
 */
function energyCounter(root: string): () => number | null {
  const files = energyFilesOf(root);
  let values = files.map(({ path }) => numberIn(path));
  let joules = 0;
  if (files.length === 0 || values.includes(null)) return () => null;
  const read = (): number | null => {
    const now = files.map(({ path }) => numberIn(path));
    if (now.includes(null)) return null;
    const risen = now.map((value, index) => {
      const rise = (value ?? 0) - (values[index] ?? 0);
      return rise < 0 ? rise + files[index].range : rise;
    });
    values = now;
    joules += risen.reduce((sum, rise) => sum + rise, 0) / 1e6;
    return joules;
  };
  setInterval(read, LOOK_EVERY_MS).unref();
  return read;
}

/** The counters of whole processors; those of their parts count the same energy again. */
function energyFilesOf(root: string): readonly EnergyFile[] {
  const folder = join(root, 'sys/class/powercap');
  return entriesOf(folder)
    .filter((name) => /^intel-rapl:\d+$/.test(name))
    .map((name) => ({
      path: join(folder, name, 'energy_uj'),
      range: numberIn(join(folder, name, 'max_energy_range_uj')) ?? 2 ** 32,
    }));
}

function numberIn(path: string): number | null {
  const text = textOf(path)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** The counter files of the cores that have one, as Intel's do. */
function thermalPathsOf(root: string): readonly string[] {
  const folder = join(root, 'sys/devices/system/cpu');
  return entriesOf(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => join(folder, name, 'thermal_throttle/core_throttle_count'))
    .filter((path) => textOf(path) !== null);
}

function sumOf(paths: readonly string[]): number | null {
  if (paths.length === 0) return null;
  return paths.reduce((sum, path) => sum + Number(textOf(path) ?? 0), 0);
}

function meanFrequency(cpuinfo: string | null): number | null {
  const values = [...(cpuinfo ?? '').matchAll(/^cpu MHz\s*: (.+)$/gm)].map((match) => Number(match[1]));
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function firstKnown(paths: readonly string[], read: (path: string) => number | null): number | null {
  for (const path of paths) {
    const value = read(path);
    if (value !== null) return value;
  }
  return null;
}

/** The text of a file; null where there is no such file, as on another system or in a container that hides it. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
