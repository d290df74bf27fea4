import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { isTrained } from '#core/network/variables.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { environmentSchema } from '#core/run-event.ts';
import type { Checkpoint, ReachedCheckpoint } from '#core/training/checkpoint.ts';
import { planTraining } from '#core/training/plan.ts';
import type { CheckpointFolderOptions, KnownProgress } from '../../src-main/checkpoints/checkpoint-folder.ts';
import { CheckpointFolder } from '../../src-main/checkpoints/checkpoint-folder.ts';
import type { RecordContent, WrittenCheckpoint } from '../../src-main/checkpoints/checkpoint-record.ts';
import { contentText, recordText } from '../../src-main/checkpoints/checkpoint-record.ts';
import { readSafetensors, writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { mortalFiles } from '../support/mortal-files.ts';

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 1 } as const;
const network = buildNetwork(MODEL, { height: 8, width: 8, channels: 1 }, 4);
const batched = { batchSize: 4, policy: { kind: 'gradient-norm' }, earlyEnd: { patience: 3 } };
const counts = { train: 40, validation: 6, test: 6 };
const spec = resolvedRunSpecSchema.parse({ dataset: 'x', ...counts, model: MODEL, epochs: 9, seed: 5, ...batched });
const plan = planTraining(spec, network);
const event: RunEvent = {
  ...{ type: 'step.sampled', seq: 3, runId: 'r', at: 1, step: 2, loss: Number.NaN },
  ...{ learningRates: [null], ms: { wait: 0, step: 1, other: 0 } },
};

function checkpointAt(step: number): Checkpoint {
  const variables = plan.descriptions.flatMap((layer) => layer.variables);
  const trained = variables.filter(({ kind }) => isTrained(kind));
  const arrayOf = (value: number, shape: readonly number[]) =>
    new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(value);
  const seconds = { training: step / 3, evaluation: 0.1, checkpoint: 0.2 };
  return {
    state: {
      ...{ step, frozenLayers: 2, epochLoss: { sum: 0.1 + 0.2, count: 3 }, seconds, epochSeconds: seconds },
      best: { epoch: 1, error: 0.25 },
      adaptive: { norms: [0.1, Number.POSITIVE_INFINITY], freezeSteps: [1, step], profile: null },
    },
    weights: new Map(variables.map(({ name, shape }) => [name, arrayOf(step, shape)])),
    optimizer: new Map([
      ['momentum', new Map(trained.slice(5).map(({ name, shape }) => [name, arrayOf(-step / 7, shape)]))],
    ]),
    best: new Map(variables.map(({ name, shape }) => [name, arrayOf(step / 11, shape)])),
    gradientSums: new Map(trained.slice(6).map(({ name, shape }) => [name, arrayOf(step / 9, shape)])),
  };
}

/** A host that has stored no event but these reports of checkpoints. */
const knowing = (...reached: readonly ReachedCheckpoint[]): KnownProgress => ({ reached, lastSeq: 0, stored: [] });

describe('CheckpointFolder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function opened(change: Partial<CheckpointFolderOptions> = {}): Promise<CheckpointFolder> {
    const environment = environmentSchema.parse({ threads: { intraOp: 2, interOp: 1 } });
    const checkpoints = new CheckpointFolder({
      folder,
      runId: 'r',
      plan,
      environment: () => environment,
      keptEvents: () => ({ recentEvents: [event], before: null }),
      ...change,
    });
    await checkpoints.prepare('checkpoints');
    return checkpoints;
  }

  const names = async () => (await readdir(join(folder, 'checkpoints'))).sort();

  it('gives back what it was given, with all that says where the run stands', async () => {
    const checkpoints = await opened();
    expect(await checkpoints.newest(knowing())).toBeNull();
    await checkpoints.save(checkpointAt(13));
    const found = await checkpoints.newest(knowing());
    expect(found?.checkpoint).toEqual(checkpointAt(13));
    expect(found?.passedOver).toEqual([]);
    expect(found?.record).toMatchObject({
      frozen: ['stem', 'block1.bottleneck1'],
      random: { seed: 5, step: 13 },
      nextBatch: { epoch: 2, stepInEpoch: 3 },
      environment: { threads: { intraOp: 2, interOp: 1 } },
      recentEvents: [event],
    });
  });

  it('passes over one that is ahead of what the host knows, and repeats what the host has lost before another', async () => {
    const eventAt = (seq: number): RunEvent => ({ ...event, seq, at: seq });
    let kept: ReturnType<CheckpointFolderOptions['keptEvents']> = {
      recentEvents: [eventAt(1), eventAt(2)],
      before: null,
    };
    const checkpoints = await opened({ keptEvents: () => kept });
    await checkpoints.save(checkpointAt(10));
    kept = { recentEvents: [eventAt(9)], before: { seq: 8, at: 8 } };
    await checkpoints.save(checkpointAt(20));
    const known = { reached: [], lastSeq: 1, stored: [{ seq: 1, at: 1 }] };
    const found = await checkpoints.newest(known);
    expect(found?.lost).toEqual([eventAt(2)]);
    expect(found?.unreported).toMatchObject({ step: 10, epoch: 1 });
    expect(found?.passedOver).toEqual([expect.stringMatching(/20\.json is ahead of the database, which lacks/)]);
    const all = await checkpoints.newest({ ...known, lastSeq: 8, stored: [{ seq: 8, at: 8 }] });
    expect(all?.lost).toEqual([eventAt(9)]);
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
      const found = await (await opened()).newest(knowing());
      const step = found?.checkpoint.state.step ?? 0;
      expect(survived ? [30] : [20, 30]).toContain(step);
      expect(found?.checkpoint).toEqual(checkpointAt(step));
      expect(found?.passedOver).toEqual([]);
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

  it('goes on next to what a crash left and the system does not remove, and the log says so', async () => {
    await (await opened()).save(checkpointAt(10));
    const left = join(folder, 'checkpoints', '20.json.tmp');
    await writeFile(left, '');
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const refused = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const bound = await opened({ files: { open, rename, rm: () => Promise.reject(refused) } });
    expect(said.mock.calls).toEqual([[expect.stringMatching(`^${left} is left over .* \\(EACCES\\)`)]]);
    expect((await bound.newest(knowing()))?.checkpoint).toEqual(checkpointAt(10));
    said.mockRestore();
  });

  it.each([
    [
      'weights that were cut',
      (path: string) => truncate(`${path}.safetensors`, 100),
      /it has 100 bytes, and \d+ were written/,
    ],
    ['weights with another bit', (path: string) => flipLastByte(`${path}.safetensors`), /damaged/],
    ['no weights', (path: string) => rm(`${path}.safetensors`), /There is no file/],
    ['a record that was cut', (path: string) => truncate(`${path}.json`, 100), /checkpoint record/],
    ['the state of the policy', (path: string) => garbleNorms(`${path}.json`), /the state of the policy is missing/],
  ])('falls back to the one before, and names the damaged one: %s', async (_name, damage, message) => {
    const checkpoints = await opened();
    for (const step of [10, 20]) await checkpoints.save(checkpointAt(step));
    await damage(join(folder, 'checkpoints', '20'));
    const found = await checkpoints.newest(knowing());
    expect(found?.checkpoint).toEqual(checkpointAt(10));
    expect(found?.passedOver).toEqual([expect.stringMatching(message)]);
    expect(found?.passedOver[0]).toContain(join(folder, 'checkpoints', '20'));
  });

  it('passes over a checkpoint that a run has reported and that is gone, but none that a resume undid', async () => {
    const checkpoints = await opened();
    await checkpoints.save(checkpointAt(20));
    const gone = await checkpoints.newest(knowing(reported(20, 5), reported(30, 6)));
    expect(gone?.checkpoint).toEqual(checkpointAt(20));
    expect(gone?.passedOver).toEqual([expect.stringContaining('30.json')]);
    // The run went on from step 10, and has reached 20 again.
    expect((await checkpoints.newest(knowing(reported(30, 6), reported(20, 7))))?.passedOver).toEqual([]);
  });

  it('says what is there and what can be done where no checkpoint can be used, and removes nothing', async () => {
    const checkpoints = await opened();
    for (const step of [10, 20]) await checkpoints.save(checkpointAt(step));
    await truncate(join(folder, 'checkpoints', '20.json'), 0);
    await flipLastByte(join(folder, 'checkpoints', '10.safetensors'));
    const before = await names();
    const refusal = await checkpoints.newest(knowing()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /reached step 20, .*20\.json .*; .*10\.safetensors .*`lab runs resume r --anew`\.$/,
      ),
    });
    expect(await names()).toEqual(before);
    await rm(join(folder, 'checkpoints'), { recursive: true });
    await expect(checkpoints.newest(knowing(reported(20, 5)))).rejects.toMatchObject({ code: 'conflict' });
    expect(await checkpoints.newest(knowing())).toBeNull();
  });

  it('gives an unusable checkpoint no place among those that are kept', async () => {
    const checkpoints = await opened();
    for (const step of [20, 33]) await checkpoints.save(checkpointAt(step));
    await flipLastByte(join(folder, 'checkpoints', '33.safetensors'));
    expect((await checkpoints.newest(knowing()))?.checkpoint.state.step).toBe(20);
    await checkpoints.save(checkpointAt(40));
    expect(await names()).toEqual(['20.json', '20.safetensors', '40.json', '40.safetensors']);
  });

  it.each([
    [
      'its step',
      (record: Written) => ({
        ...record,
        content: { ...record.content, state: { ...record.content.state, step: 21 } },
      }),
    ],
    [
      'its seconds',
      (record: Written) => ({
        ...record,
        content: { ...record.content, state: { ...record.content.state, seconds: LONG } },
      }),
    ],
    [
      'its frozen layers',
      (record: Written) => ({
        ...record,
        content: { ...record.content, state: { ...record.content.state, frozenLayers: 99 } },
      }),
    ],
    ['its run', (record: Written) => ({ ...record, content: { ...record.content, runId: 's' } })],
    [
      'the file of its weights',
      (record: Written) => ({ ...record, weights: { ...record.weights, file: '10.safetensors' } }),
    ],
    ['its version', (record: Written) => ({ ...record, format: 3 })],
    ['its version to the first', ({ content, weights }: Written) => ({ format: 1, weights, ...content })],
  ])('passes over a record of which somebody changed %s, and its hash with it or not', async (_name, change) => {
    const checkpoints = await opened();
    for (const step of [10, 20]) await checkpoints.save(checkpointAt(step));
    const path = join(folder, 'checkpoints', '20.json');
    const changed: object = change(JSON.parse(await readFile(path, 'utf8')) as Written);
    for (const hash of ['old', 'new']) {
      await writeFile(path, asRecord(changed, hash === 'new'));
      const found = await checkpoints.newest(knowing());
      expect([hash, found?.checkpoint.state.step, found?.passedOver.length]).toEqual([hash, 10, 1]);
    }
  });

  it.each([
    ['weights of two checkpoints', ['10.safetensors', '20.safetensors']],
    ['records of two checkpoints', ['10.json', '20.json']],
  ])('passes over exchanged files: %s', async (_name, [first, second]) => {
    const checkpoints = await opened();
    for (const step of [10, 20]) await checkpoints.save(checkpointAt(step));
    const place = (name: string) => join(folder, 'checkpoints', name);
    await rename(place(first), place('kept'));
    await rename(place(second), place(first));
    await rename(place('kept'), place(second));
    await expect(checkpoints.newest(knowing())).rejects.toMatchObject({ code: 'conflict' });
  });

  it('passes over whatever any flipped bit of a record leaves', async () => {
    const checkpoints = await opened();
    for (const step of [10, 20]) await checkpoints.save(checkpointAt(step));
    const path = join(folder, 'checkpoints', '20.json');
    const sound = await readFile(path);
    for (let place = 0; place < sound.length; place += 7) {
      const damaged = Buffer.from(sound);
      damaged[place] ^= 1 << (place % 8);
      await writeFile(path, damaged);
      expect([place, (await checkpoints.newest(knowing()))?.checkpoint.state.step]).toEqual([place, 10]);
    }
  });

  it.each([
    ['another spec', { plan: planTraining({ ...spec, seed: 6 }, network) }],
    ['another run of the same spec', { runId: 's' }],
  ])('takes no checkpoint of %s', async (_name, change) => {
    await (await opened()).save(checkpointAt(10));
    const other = await opened(change);
    await expect(other.newest(knowing())).rejects.toMatchObject({ code: 'conflict' });
  });

  it('loads checkpoints of the first version, whose records have no hash, where they are what the run reported', async () => {
    const checkpoints = await opened();
    for (const step of [10, 20]) {
      await checkpoints.save(checkpointAt(step));
      await makeFirst(join(folder, 'checkpoints'), step);
    }
    const found = await checkpoints.newest(knowing());
    expect(found?.checkpoint).toEqual(checkpointAt(20));
    const { weights } = JSON.parse(await readFile(join(folder, 'checkpoints', '20.json'), 'utf8')) as Written;
    const { seconds } = checkpointAt(20).state;
    const report = { step: 20, seq: 4, sha256: weights.sha256, seconds };
    expect((await checkpoints.newest(knowing(report)))?.checkpoint.state.step).toBe(20);
    expect((await checkpoints.newest(knowing({ ...report, seconds: LONG })))?.checkpoint.state.step).toBe(10);
    expect((await checkpoints.newest(knowing({ ...report, sha256: 'another' })))?.checkpoint.state.step).toBe(10);
  });

  it('leaves what happened to a folder that has gone to people, in a sentence that names it', async () => {
    const checkpoints = await opened();
    await rm(folder, { recursive: true });
    await expect(checkpoints.save(checkpointAt(10))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(join(folder, 'checkpoints')),
    });
    await writeFile(folder, 'a file');
    await expect(checkpoints.prepare('checkpoints')).rejects.toMatchObject({ code: 'unavailable' });
    await rm(folder);
    await mkdir(folder);
  });

  it('starts anew without what was there', async () => {
    const checkpoints = await opened();
    await checkpoints.save(checkpointAt(10));
    await checkpoints.prepare('nothing');
    expect(await names()).toEqual([]);
  });
});

type Written = WrittenCheckpoint & { readonly format?: number };

const LONG = { training: 1e6, evaluation: 0.1, checkpoint: 0.2 };

function reported(step: number, seq: number) {
  return { step, seq, sha256: 'any', seconds: LONG };
}

/** The text of a record; with `isHashed`, as whoever changed it would write it who knows how it is hashed. */
function asRecord(changed: object, isHashed: boolean): string {
  if (!('content' in changed)) return JSON.stringify(changed);
  const { format = 2, weights, sha256, content } = changed as Written;
  const text = JSON.stringify(content);
  const hash = isHashed ? createHash('sha256').update(text).digest('hex') : (sha256 ?? '');
  return recordText({ text, sha256: hash }, weights).replace('"format":2', `"format":${format}`);
}

/** Rewrites a checkpoint as the first version did. */
async function makeFirst(folder: string, step: number): Promise<void> {
  const path = join(folder, `${step}.safetensors`);
  const { tensors } = await readSafetensors(path);
  const copies = new Map([...tensors].map(([name, { shape, values }]) => [name, { shape, values: values.slice() }]));
  const digest = await writeSafetensors(path, { tensors: copies, metadata: { format: 'pt', step: String(step) } });
  const record = join(folder, `${step}.json`);
  const { content } = JSON.parse(await readFile(record, 'utf8')) as { readonly content: RecordContent };
  const { runId: _, ...first } = content;
  await writeFile(
    record,
    JSON.stringify({ format: 1, ...first, weights: { file: `${step}.safetensors`, ...digest } }, null, 2),
  );
}

/** Changes the state of the policy, and the hashes with it. */
async function garbleNorms(path: string): Promise<void> {
  const { content, weights } = JSON.parse(await readFile(path, 'utf8')) as Written;
  const adaptive = { ...content.state.adaptive, norms: ['few'] };
  await writeFile(path, recordText(contentText({ ...content, state: { ...content.state, adaptive } }), weights));
}

async function flipLastByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(path, bytes);
}
