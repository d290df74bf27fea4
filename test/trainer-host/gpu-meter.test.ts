import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { gpuCard } from '../../src-main/trainer-host/gpu-card.ts';
import { createGpuMeter, sampleOf } from '../../src-main/trainer-host/gpu-meter.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

test('a line of nvidia-smi is read as far as the card tells, and nothing else is taken for one', () => {
  expect(sampleOf('87, 1024, 61, 243.50')).toEqual({ use: 0.87, memory: 2 ** 30, celsius: 61, watts: 243.5 });
  expect(sampleOf('[N/A], 10, [Not Supported], [N/A]')).toEqual({
    ...{ use: null, memory: 10 * 2 ** 20, celsius: null, watts: null },
  });
  expect(sampleOf('[N/A], [N/A], [N/A], [N/A]')).toBeNull();
  expect(sampleOf("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")).toBeNull();
});

test('samples are means since the epoch began; the last one stands for an epoch that is shorter than a second', async () => {
  const script = join(temporaryFolder(), 'nvidia-smi.mjs');
  // As nvidia-smi with --loop does, but at once: two lines, and one more for each that is read.
  writeFileSync(
    script,
    `console.log('50, 100, 40, 100'); console.log('100, 300, 60, 200'); setInterval(() => {}, 1000);
    if (!process.argv.includes('--query-gpu=utilization.gpu,memory.used,temperature.gpu,power.draw')) process.exit(1);`,
  );
  let now = 0;
  const meter = createGpuMeter({ command: [process.execPath, script], now: () => now });
  await vi.waitFor(() => expect(meter.read()?.watts).toBe(150), { timeout: 100_000 });
  expect(meter.read()).toEqual({ use: 0.75, memory: 200 * 2 ** 20, celsius: 50, watts: 150 });
  meter.begin();
  now = 4000;
  expect(meter.read()).toEqual({ use: 1, memory: 300 * 2 ** 20, celsius: 60, watts: 200 });
  now = 6000;
  expect(meter.read()).toBeNull();
});

test('nothing is known where there is no such program', async () => {
  const meter = createGpuMeter({ command: ['/nowhere/nvidia-smi'] });
  await new Promise((resolve) => setImmediate(resolve));
  expect(meter.read()).toBeNull();
});

test('a card tells its model, its UUID, its driver and its clocks', () => {
  const script = join(temporaryFolder(), 'nvidia-smi.mjs');
  const says = (line: string) => {
    writeFileSync(
      script,
      `if (process.argv.some((word) => word.includes('uuid'))) console.log(${JSON.stringify(line)});`,
    );
    return gpuCard([process.execPath, script]);
  };
  expect(says('NVIDIA A100-SXM4-80GB, GPU-5e1c0a77-1, 550.54.15, 1410, 1593')).toEqual({
    ...{ model: 'NVIDIA A100-SXM4-80GB', uuid: 'GPU-5e1c0a77-1', driver: '550.54.15' },
    ...{ clockMHz: 1410, memoryClockMHz: 1593 },
  });
  expect(says('NVIDIA A100, GPU-5, 550, [N/A], [Not Supported]')).toMatchObject({
    clockMHz: null,
    memoryClockMHz: null,
  });
  expect(says('No devices were found')).toBeUndefined();
  expect(gpuCard(['/nowhere/nvidia-smi'])).toBeUndefined();
});
