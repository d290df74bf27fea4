import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { JudgedNetwork } from '#core/gpu-check/judged-networks.ts';
import { openTools } from '../../src-main/gpu-check/open-tools.ts';
import { trainerEnvironment } from '../../src-main/trainer-host/trainer-environment.ts';

const NETWORK: JudgedNetwork = {
  name: 'small',
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  side: 8,
  batchSize: 4,
};
const setUp = {
  ...({ variant: 'cpu', version: '2.21.0', usesGpu: false, device: 'CPU', driver: null, card: null } as const),
  ...{ form: null, missingLibraries: [], visibleDevices: null, setUpCommand: 'set-up' },
};

let folder: string;
let opened: ReturnType<typeof openTools>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpu-check-'));
});

afterEach(() => {
  opened.end();
  vi.unstubAllEnvs();
});

afterAll(() => rmSync(folder, { recursive: true }));

function open(python: string | null = null) {
  const sources = { isQuick: true, isRehearsal: true, setUp, folder, python, environment: trainerEnvironment({}, 1) };
  opened = openTools(
    { ...sources, trainStudy: () => Promise.reject(new Error('No study is trained here.')) },
    () => undefined,
  );
  return opened.tools;
}

it("a rehearsal's graphs for a GPU give what those for a processor give, and the same bits twice", async () => {
  const tools = open();
  const [checked, processor] = [tools.openChecked(), tools.openProcessor()];
  expect((await checked.ask('device', {})).usesGpu).toBe(false);
  expect(await checked.ask('open', { network: NETWORK })).toEqual({ layers: 7 });
  await processor.ask('open', { network: NETWORK });
  const files = ['a', 'b'].map((name) => join(folder, name));
  const actual = await checked.ask('numbers', { frozenLayers: 2, file: files[0] });
  const expected = await processor.ask('numbers', { frozenLayers: 2, file: files[1] });
  expect(actual.loss).toBeCloseTo(expected.loss, 5);
  expect(actual.gradients).toEqual(expected.gradients);
  const values = expected.gradients.reduce((sum, [, length]) => sum + length, 0);
  expect(readFileSync(files[0])).toHaveLength(4 * values);
  const first = await checked.ask('bits', { steps: 3 });
  expect(await checked.ask('bits', { steps: 3 })).toEqual(first);
  expect(await checked.ask('bits', { steps: 4 })).not.toEqual(first);
  const { milliseconds, residentBytes } = await checked.ask('steps', { frozenLayers: 0, count: 2 });
  expect(milliseconds).toHaveLength(2);
  expect(await tools.memoryOf(checked.pid, residentBytes)).toBe(residentBytes);
});

it('a request that fails says why, and the next one is answered', async () => {
  const checked = open().openChecked();
  await expect(checked.ask('steps', { frozenLayers: 0, count: 1 })).rejects.toThrow('No network was opened.');
  expect(await checked.ask('open', { network: NETWORK })).toEqual({ layers: 7 });
});

it('a program that ends or is not there is named with its last words', async () => {
  const python = join(folder, 'python');
  writeFileSync(python, '#!/bin/sh\necho "No module named torch" >&2\nexit 1\n');
  chmodSync(python, 0o755);
  await expect(open(python).openTorch()?.hello()).rejects.toThrow(
    /PyTorch \(.*python\) ended before it answered: No module named torch\./,
  );
  opened.end();
  await expect(open(join(folder, 'nowhere')).openTorch()?.hello()).rejects.toThrow(
    /nowhere\) ended before it answered: /,
  );
});

it('where no profiler is on the PATH, it is named', async () => {
  vi.stubEnv('PATH', folder);
  await expect(open().profile(NETWORK, 0)).rejects.toMatchObject({ code: 'not-found' });
});

it('the profiler counts what steps do, in two processes of which one makes more of them', async () => {
  // Says of each step that it runs 7 kernels and copies 3 values in, and of each process that it copies 2 out.
  const nsys = join(folder, 'nsys');
  writeFileSync(
    nsys,
    `#!${process.execPath}
const [what, ...args] = process.argv.slice(2);
const { spawnSync } = require('node:child_process');
if (what === 'profile') {
  const command = args.slice(args.findIndex((one) => one.startsWith('--output=')) + 1);
  process.exit(spawnSync(command[0], command.slice(1), { stdio: 'inherit' }).status ?? 0);
}
const steps = Number(/profile-(\\d+)/.exec(args.at(-1))[1]);
const kernels = [{ Instances: 7 * steps + 100, Name: 'all' }];
const copies = [{ Count: 3 * steps + 40, Operation: '[CUDA memcpy HtoD]' }, { Count: 2, Operation: '[CUDA memcpy DtoH]' }];
console.log('Processing ...\\n' + JSON.stringify(args[0].includes('kern') ? kernels : copies));
`,
  );
  chmodSync(nsys, 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  expect(await open().profile(NETWORK, 0)).toEqual({ kernels: 7, copiesIn: 3, copiesOut: 0 });
});
