import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageDescription from '../../package.json' with { type: 'json' };

const PROGRAM = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-entry-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs the real program in `folder`; its home is a folder that does not exist yet. */
function lab(args: readonly string[], stdin = ''): Promise<Ended> {
  const environment = { ...process.env, FREEZEOUT_LAB_HOME: join(folder, 'home') };
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env: environment });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdin.end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

const SYNTHETIC = { kind: 'synthetic', height: 16, width: 16, channels: 1, train: 100, test: 20 };
const RUN = {
  dataset: SYNTHETIC,
  validation: 20,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  epochs: 1,
  batchSize: 20,
};

describe('schedule', () => {
  it('gives ratio, freeze step, rate and cost of every layer, and nothing else', async () => {
    const { code, stdout } = await lab(
      'schedule --model densenet-bc --depth 10 --growth 4 --epochs 10 --steps-per-epoch 10 --shape linear --t0 0.4 --json'.split(
        ' ',
      ),
    );
    const schedule: unknown = JSON.parse(stdout);
    // r = 0.4 + 0.6 i/6, t = 100 r; the rate starts at 0.1 / r. The stem is 3x3x3x8 on 32x32.
    expect(schedule).toMatchObject({
      layers: [
        { index: 0, name: 'stem', ratio: 0.4, freezeStep: 41, initialLearningRate: 0.25, macs: 221_184 },
        { index: 1, ratio: 0.5, freezeStep: 51, initialLearningRate: 0.2 },
        { index: 2 },
        { index: 3 },
        { index: 4 },
        { index: 5, freezeStep: 91 },
        { index: 6, name: 'head', ratio: 1, freezeStep: null, initialLearningRate: 0.1, macs: expect.any(Number) },
      ],
    });
    expect(Object.keys(Object(schedule))).toEqual(['layers', 'computeSaved']);
    expect(code).toBe(0);
  });

  it('is a table for people', async () => {
    const { stdout } = await lab(
      'schedule --model vgg --epochs 1 --steps-per-epoch 100 --t0 0.5 --no-scale'.split(' '),
    );
    expect(stdout).toMatch(/layer +name +ratio +freezes at step/);
    expect(stdout).toMatch(/Saves [\d.]+ % of the training's multiply-adds/);
  });

  it('says that a policy decides while training, where it does', async () => {
    const policy = JSON.stringify({ kind: 'gradient-norm' });
    const network = ['--model', 'vgg', '--epochs', '2', '--steps-per-epoch', '10'];
    const { stdout } = await lab(['schedule', ...network, '--policy', policy]);
    expect(stdout).toMatch(/Nothing is planned: the policy decides while training/);
  });
});

describe('models describe', () => {
  it('lists layers with their variables in the order of the forward pass', async () => {
    const { stdout } = await lab('models describe wide-resnet --depth 10 --width 1 --input 28x28x1 --json'.split(' '));
    const described = JSON.parse(stdout);
    expect(Object.keys(described)).toEqual(['model', 'layers']);
    expect(described.model).toEqual({ kind: 'wide-resnet', depth: 10, width: 1, skip: true });
    expect(described.layers[0]).toEqual({
      index: 0,
      name: 'stem',
      params: 144,
      macs: 28 * 28 * 9 * 16,
      variables: [{ name: 'stem.conv.kernel', kind: 'conv-kernel', shape: [3, 3, 1, 16] }],
    });
  });
});

describe('doctor', () => {
  it('says what is there without loading TensorFlow', async () => {
    const { code, stdout } = await lab(['doctor', '--json']);
    expect(Object.keys(JSON.parse(stdout))).toEqual([
      'backend',
      'tensorflowVersion',
      'device',
      'node',
      'electron',
      'sqliteVersion',
      'problems',
      'strayRuns',
    ]);
    expect(code).toBe(0);
  });
});

describe('init', () => {
  it('writes the same weights for the same seed', async () => {
    await writeFile(join(folder, 'init.json'), JSON.stringify(RUN));
    // The stem's 1, 10 of each of 3 bottlenecks, 5 of each of 2 transitions, the head's 6.
    const first = await lab(['init', 'init.json', 'first.safetensors', '--json']);
    expect(JSON.parse(first.stdout)).toMatchObject({ path: join(folder, 'first.safetensors'), variables: 47 });
    const again = await lab(['init', '-', 'again.safetensors', '--json'], JSON.stringify(RUN));
    expect(again.code).toBe(0);
    const [a, b] = await Promise.all(['first', 'again'].map((name) => readFile(join(folder, `${name}.safetensors`))));
    expect(a.equals(b)).toBe(true);
  });
});

describe('bad requests', () => {
  it.each([
    { what: 'an unknown command', args: 'trian', says: "Unknown command 'trian'" },
    { what: 'a misspelled option', args: 'runs list --stauts queued', says: '--status' },
    { what: 'a missing argument', args: 'runs show', says: "Missing required argument 'run'" },
    {
      what: 'no number',
      args: 'schedule --model vgg --epochs x --steps-per-epoch 1',
      says: "'x' is invalid. It is not a number",
    },
    {
      what: 't0 of 0',
      args: 'schedule --model vgg --epochs 1 --steps-per-epoch 1 --t0 0',
      says: '"policy.t0" is not valid',
    },
    {
      what: 't0 of 1.5',
      args: 'schedule --model vgg --epochs 1 --steps-per-epoch 1 --t0 1.5',
      says: 'above 0 and at most 1',
    },
    {
      what: 'an unknown shape',
      args: 'schedule --model vgg --epochs 1 --steps-per-epoch 1 --shape round',
      says: '"policy.shape"',
    },
    {
      what: 'an impossible depth',
      args: 'models describe densenet-bc --depth 11',
      says: 'densenet-bc has no depth 11',
    },
    { what: "another network's option", args: 'models describe vgg --growth 12', says: 'the key "growth"' },
    { what: 'an unknown network', args: 'models describe alexnet', says: 'Allowed choices are densenet-bc' },
    { what: 'an image size', args: 'models describe vgg --input 32', says: 'such as 32x32x3' },
    { what: 'no spec', args: 'study', says: 'Give a study spec' },
    { what: 'an unknown preset', args: 'study --preset slow', says: 'There is no preset "slow"' },
    { what: 'a seed twice', args: 'study quick --seeds 2,2', says: 'Seed 2 is named twice' },
    { what: 'a missing file', args: 'run nosuch.json', says: 'There is no file nosuch.json' },
    { what: 'a study without what to add', args: 'study quick', says: 'add --seeds or --arms' },
    { what: 'a folder', args: 'run .', says: 'is a folder: give the spec in it.' },
    { what: 'an unknown status', args: 'runs list --status tired', says: 'There is no status "tired"' },
    { what: 'no event lines', args: 'runs import -', says: 'has no event lines' },
  ])('$what', async ({ args, says }) => {
    const { code, stdout, stderr } = await lab([...args.split(' '), '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'home'))).toBe(false);
  });

  it.each([
    { what: 'text that is not JSON', spec: '{"epochs":', says: 'The text from stdin is not JSON' },
    { what: 'an unknown key', spec: JSON.stringify({ ...RUN, epoch: 3 }), says: 'the key "epoch" is not known' },
    { what: 'no epochs', spec: JSON.stringify({ ...RUN, epochs: 0 }), says: '"epochs" is not valid' },
    {
      what: 'an impossible depth',
      spec: JSON.stringify({ ...RUN, model: { kind: 'vgg', depth: 19 } }),
      says: 'vgg has no depth 19',
    },
    { what: 'too many images', spec: JSON.stringify({ ...RUN, train: 100 }), says: 'lower one of them' },
    {
      what: 'a data set that is not there',
      spec: JSON.stringify({ ...RUN, dataset: { kind: 'idx', path: 'nowhere' } }),
      says: 'nowhere',
    },
    {
      what: 'weights that are not there',
      spec: JSON.stringify({ ...RUN, initialWeights: 'w.safetensors' }),
      says: 'correct "weights"',
    },
  ])('a spec with $what', async ({ spec, says }) => {
    const { code, stdout, stderr } = await lab(['run', '-', '--json'], spec);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'home'))).toBe(false);
  });

  it('for what the home does not have', async () => {
    const { code, stderr } = await lab(['compare', 'nosuch']);
    expect(code).toBe(2);
    expect(stderr).toContain('nosuch');
    await rm(join(folder, 'home'), { recursive: true, force: true });
  });
});

it('shows its help', async () => {
  const { code, stdout } = await lab(['--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('Examples:\n  npm run lab -- ');
});

it('says its version, where people ask every program for it', async () => {
  const { code, stdout } = await lab(['--version']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${packageDescription.version}\n` });
});
