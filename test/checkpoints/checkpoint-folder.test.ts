import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { environmentSchema } from '#core/run-event.ts';
import type { Checkpoint } from '#core/training/checkpoint.ts';
import { planTraining } from '#core/training/plan.ts';
import type { CheckpointFolderOptions } from '../../src-main/checkpoints/checkpoint-folder.ts';
import { CheckpointFolder } from '../../src-main/checkpoints/checkpoint-folder.ts';
import { mortalFiles } from '../support/mortal-files.ts';

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 1 } as const;
const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 1 }, 4);
const batched = { batchSize: 4, policy: { kind: 'gradient-norm' } };
const counts = { train: 40, validation: 6, test: 6 };
const spec = resolvedRunSpecSchema.parse({ dataset: 'x', ...counts, model: MODEL, epochs: 9, seed: 5, ...batched });
const plan = planTraining(spec, network);
const event: RunEvent = {
  ...{ type: 'step.sampled', seq: 3, runId: 'r', at: 1, step: 2, loss: Number.NaN },
  ...{ learningRates: [null], ms: { wait: 0, step: 1, other: 0 } },
};

function checkpointAt(step: number): Checkpoint {
  const variables = plan.descriptions.flatMap((layer) => layer.variables);
  const arrayOf = (value: number, shape: readonly number[]) =>
    new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(value);
  const seconds = { training: step / 3, evaluation: 0.1, checkpoint: 0.2 };
  return {
    state: {
      ...{ step, frozenLayers: 2, epochLoss: { sum: 0.1 + 0.2, count: 3 }, seconds, epochSeconds: seconds },
      best: { epoch: 2, error: 0.25 },
      adaptive: { norms: [0.1, Number.POSITIVE_INFINITY], freezeSteps: [1, step], profile: null },
    },
    weights: new Map(variables.map(({ name, shape }) => [name, arrayOf(step, shape)])),
    optimizer: new Map([
      ['momentum', new Map(variables.slice(5).map(({ name, shape }) => [name, arrayOf(-step / 7, shape)]))],
    ]),
    best: new Map(variables.map(({ name, shape }) => [name, arrayOf(step / 11, shape)])),
    gradientSums: new Map(variables.slice(6).map(({ name, shape }) => [name, arrayOf(step / 9, shape)])),
  };
}

describe('CheckpointFolder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function opened(change: Partial<CheckpointFolderOptions> = {}): Promise<CheckpointFolder> {
    const environment = environmentSchema.parse({ threads: { intraOp: 2, interOp: 1 } });
    const checkpoints = new CheckpointFolder({ folder, plan, environment, recentEvents: () => [event], ...change });
    await checkpoints.prepare('checkpoints');
    return checkpoints;
  }

  const names = async () => (await readdir(join(folder, 'checkpoints'))).sort();

  it('gives back what it was given, with all that says where the run stands', async () => {
    const checkpoints = await opened();
    expect(await checkpoints.newest()).toBeNull();
    await checkpoints.save(checkpointAt(13));
    const found = await checkpoints.newest();
    expect(found?.checkpoint).toEqual(checkpointAt(13));
    expect(found?.damaged).toEqual([]);
    expect(found?.record).toMatchObject({
      frozen: ['stem', 'block1.bottleneck1'],
      random: { seed: 5, step: 13 },
      nextBatch: { epoch: 2, stepInEpoch: 3 },
      environment: { threads: { intraOp: 2, interOp: 1 } },
      recentEvents: [event],
    });
  });

  it('keeps the last two, and drops later ones that a resume made undone', async () => {
    const checkpoints = await opened();
    for (const step of [10, 20, 30]) await checkpoints.save(checkpointAt(step));
    expect(await names()).toEqual(['20.json', '20.safetensors', '30.json', '30.safetensors']);
    await checkpoints.save(checkpointAt(25));
    expect(await names()).toEqual(['20.json', '20.safetensors', '25.json', '25.safetensors']);
  });

  it('loads the old or the new one after a death at any file operation, and clears away the rest', async () => {
    for (let lifetime = 0, survived = false; !survived; lifetime++) {
      const before = await opened();
      await before.prepare('nothing');
      for (const step of [10, 20]) await before.save(checkpointAt(step));
      const files = mortalFiles(lifetime, new Error('killed'));
      const dying = await opened({ files });
      survived = await dying.save(checkpointAt(30)).then(
        () => true,
        () => false,
      );
      expect(survived).toBe(!files.isDead());
      const found = await (await opened()).newest();
      const step = found?.checkpoint.state.step ?? 0;
      expect(survived ? [30] : [20, 30]).toContain(step);
      expect(found?.checkpoint).toEqual(checkpointAt(step));
      expect(found?.damaged).toEqual([]);
      const left = await names();
      expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(left.filter((name) => name.endsWith('.safetensors')).length).toBe(left.length / 2);
    }
  });

  it('keeps the old one on a full disk, removes the temporary file, and says so', async () => {
    await (await opened()).save(checkpointAt(10));
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    // Opened, then full; the file system still removes files.
    const files = { ...mortalFiles(1, full), rm };
    const failing = await opened({ files });
    await expect(failing.save(checkpointAt(20))).rejects.toMatchObject({ code: 'no-space' });
    expect(await names()).toEqual(['10.json', '10.safetensors']);
  });

  it.each([
    ['weights that were cut', (path: string) => truncate(`${path}.safetensors`, 100), /safetensors/],
    ['weights with another bit', (path: string) => flipLastByte(`${path}.safetensors`), /is damaged/],
    ['no weights', (path: string) => rm(`${path}.safetensors`), /There is no file/],
    ['a record that was cut', (path: string) => truncate(`${path}.json`, 100), /checkpoint record/],
    ['the state of the policy', (path: string) => garbleNorms(`${path}.json`), /the state of the policy is missing/],
  ])('falls back to the one before, and names the damaged one: %s', async (_name, damage, message) => {
    const checkpoints = await opened();
    for (const step of [10, 20]) await checkpoints.save(checkpointAt(step));
    await damage(join(folder, 'checkpoints', '20'));
    const found = await checkpoints.newest();
    expect(found?.checkpoint).toEqual(checkpointAt(10));
    expect(found?.damaged).toEqual([expect.stringMatching(message)]);
    expect(found?.damaged[0]).toContain(join(folder, 'checkpoints', '20'));
  });

  it('refuses the checkpoints of another spec', async () => {
    await (await opened()).save(checkpointAt(10));
    const other = await opened({ plan: planTraining({ ...spec, seed: 6 }, network) });
    await expect(other.newest()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('starts anew without what was there', async () => {
    const checkpoints = await opened();
    await checkpoints.save(checkpointAt(10));
    await checkpoints.prepare('nothing');
    expect(await names()).toEqual([]);
  });
});

async function garbleNorms(path: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replace('"norms": [', '"norms": ["few", '));
}

async function flipLastByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(path, bytes);
}
