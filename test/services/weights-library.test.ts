import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import { newWeightsName } from '#contract/weights.ts';
import { translateErrors } from '#contract/wire.ts';
import { buildNetwork, modelSchema } from '#core/network/network.ts';
import { describeNetwork, product } from '#core/network/shape-ops.ts';
import type { Change } from '#core/records.ts';
import { parseRunSpec } from '#core/run.ts';
import { writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { weightsFilesIn } from '../../src-main/checkpoints/weights-files.ts';
import { createRouter } from '../../src-main/services/router.ts';
import { openLab, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

const MODEL = modelSchema.parse({ kind: 'densenet-bc', depth: 10, growth: 4 });
const SPEC = parseRunSpec({ ...STUDY.base, input: { channels: 3 } });
const PICKLE = fileURLToPath(new URL('../fixtures/weights/zip.pth', import.meta.url));

/** Weights of the small network for 7 classes of grey images, each value the same. */
async function writeWeights(path: string, value: number, metadata: Readonly<Record<string, string>> = {}) {
  const layers = describeNetwork(buildNetwork(MODEL, { height: 32, width: 32, channels: 1 }, 7));
  const tensors = new Map(
    layers
      .flatMap(({ variables }) => variables)
      .map(({ name, shape }) => [name, { shape, values: new Float32Array(product(shape)).fill(value) }]),
  );
  await mkdir(dirname(path), { recursive: true });
  await writeSafetensors(path, { tensors, metadata });
  return path;
}

async function opened(script: () => Script = () => finishing(0.1, 10)) {
  const lab = await openLab(scriptedTrainers(script));
  const client: LabClient = createRouterClient(createRouter(lab.services), { interceptors: [translateErrors] });
  const file = (name: string, value: number) =>
    writeWeights(join(lab.home, name), value, { model: JSON.stringify(MODEL) });
  const isKept = (sha256: string) => existsSync(weightsFilesIn(lab.home).kept(sha256));
  return { ...lab, client, file, isKept };
}

describe('a file of weights', () => {
  it('is copied, hashed and described under a name, and its news is told', async () => {
    const { client, services, file, isKept } = await opened();
    const stream = await client.changes.follow({});
    const path = await file('mine.safetensors', 1);
    const added = await client.weights.add({ name: 'mine', path });
    expect(added).toEqual({
      ...{ source: { name: 'mine' }, title: 'mine', file: 'mine.safetensors', addedAt: 1_000_000 },
      ...{ bytes: (await stat(path)).size, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ dataset: null, problem: null, fits: [{ model: MODEL, names: 'lab', classes: 7, channels: 1 }] },
    });
    expect(isKept(added.sha256 ?? '')).toBe(true);
    expect(await client.weights.list({})).toEqual([added]);
    const { fits, bytes, sha256 } = added;
    expect(await client.weights.describe({ path })).toEqual({ file: 'mine.safetensors', fits, bytes, sha256 });
    services.hub.publishChange('views', ['the last']);
    const heard: Change[] = [];
    for await (const change of stream) {
      if (change.kind === 'views') break;
      heard.push(change);
    }
    expect(heard).toEqual([{ kind: 'weights', ids: ['mine'] }]);
  });

  it('does not take a name that is taken, unless it is to replace it', async () => {
    const { client, file, isKept } = await opened();
    const before = await client.weights.add({ name: 'mine', path: await file('a.safetensors', 1) });
    const path = await file('b.safetensors', 2);
    await expect(client.weights.add({ name: 'mine', path })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('There are weights "mine" already: choose another name, or replace them'),
    });
    expect(await client.weights.list({})).toEqual([before]);
    const after = await client.weights.add({ name: 'mine', path, replace: true });
    expect(after.sha256).not.toBe(before.sha256);
    expect(await client.weights.list({})).toEqual([after]);
    expect([before, after].map(({ sha256 }) => isKept(sha256 ?? ''))).toEqual([false, true]);
  });

  it('may have two names, and goes with the last of them', async () => {
    const { client, file, isKept } = await opened();
    const path = await file('a.safetensors', 1);
    const { sha256 } = await client.weights.add({ name: 'one', path });
    await client.weights.add({ name: 'other', path });
    await client.weights.remove({ name: 'one' });
    expect(isKept(sha256 ?? '')).toBe(true);
    await client.weights.remove({ name: 'other' });
    expect(isKept(sha256 ?? '')).toBe(false);
    await expect(client.weights.remove({ name: 'other' })).rejects.toThrow('There are no added weights "other".');
  });

  it('serves after the original was changed or moved', async () => {
    const { client, services, file } = await opened();
    const path = await file('a.safetensors', 1);
    const { sha256 } = await client.weights.add({ name: 'mine', path });
    await file('a.safetensors', 2);
    const named = { name: 'mine', head: 'new' } as const;
    expect((await services.weights.locate(named))?.content.sha256).toBe(sha256);
    await rm(path);
    expect((await services.weights.locate(named))?.content.sha256).toBe(sha256);
  });

  it('is said to be damaged where the copy of the home is another', async () => {
    const { client, services, home, file } = await opened();
    const { sha256 } = await client.weights.add({ name: 'mine', path: await file('a.safetensors', 1) });
    await writeWeights(weightsFilesIn(home).kept(sha256 ?? ''), 3);
    await expect(services.weights.locate({ name: 'mine', head: 'new' })).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('add a.safetensors again with `lab weights add mine --replace`'),
    });
    await rm(weightsFilesIn(home).kept(sha256 ?? ''));
    const [listed] = await client.weights.list({});
    expect(listed).toMatchObject({
      title: 'mine',
      fits: [],
      problem: expect.stringContaining('copy of a.safetensors is missing'),
    });
  });

  it('is refused where it is a pickle or not there, and leaves nothing behind', async () => {
    const { client, home } = await opened();
    await expect(client.weights.add({ name: 'mine', path: PICKLE })).rejects.toThrow(/safetensors/);
    await expect(client.weights.describe({ path: PICKLE })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(client.weights.add({ name: 'mine', path: join(home, 'none') })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await client.weights.list({})).toEqual([]);
    expect(existsSync(join(home, 'weights'))).toBe(false);
  });

  it.each(['-rf', 'a/b', '', 'mine.safetensors'])('is not named %j', (name) => {
    expect(newWeightsName.safeParse(name).success).toBe(false);
  });
});

describe('a run that began with added weights', () => {
  it('keeps them from being removed while it waits, and keeps its copy after that', async () => {
    const waiting: Script = { events: [], end: 'wait' };
    const { client, services, file, isKept } = await opened(() => waiting);
    const { sha256 } = await client.weights.add({ name: 'mine', path: await file('a.safetensors', 1) });
    const weights = { name: 'mine', head: 'new' } as const;
    const { runId } = await client.runs.start({ spec: { ...STUDY.base, weights } });
    await expect(client.weights.remove({ name: 'mine' })).rejects.toMatchObject({ code: 'conflict' });
    await client.runs.stop({ run: runId });
    await services.queue.idle();
    await client.weights.remove({ name: 'mine' });
    const needed = (await client.runs.show({ run: runId })).weights;
    expect(needed?.sha256).toBe(sha256);
    expect((await services.weights.locateAgain(weights, needed))?.content.sha256).toBe(sha256);
    await client.runs.delete({ run: runId });
    expect(isKept(sha256 ?? '')).toBe(true);
    await client.runs.purge({ run: runId });
    expect(isKept(sha256 ?? '')).toBe(false);
  });
});

describe('a finished run', () => {
  it('is in the list with its network, its data and how it read its images, the newest first', async () => {
    const { client, services, home, file } = await opened();
    const { runId } = await client.runs.start({ spec: SPEC });
    await services.queue.idle();
    expect(await client.weights.list({})).toEqual([]);
    // Without a word of its network, as the trainer writes it.
    await writeWeights(weightsFilesIn(home).ofRun(runId), 1);
    const [entry] = await client.weights.list({});
    expect(entry).toEqual({
      ...{ source: { run: runId }, title: 'DenseNet-BC 10 (k = 4) on shapes, 2 epochs, seed 1' },
      ...{ file: null, sha256: null, dataset: 'shapes', bytes: expect.any(Number), problem: null },
      addedAt: (await client.runs.show({ run: runId })).endedAt,
      fits: [{ model: MODEL, names: 'lab', classes: 7, channels: 1 }],
      reading: { input: { channels: 3 }, normalization: undefined },
    });
    await client.weights.add({ name: 'mine', path: await file('a.safetensors', 1) });
    const sources = (await client.weights.list({})).map(({ source, addedAt }) => ({ source, addedAt }));
    expect(sources).toEqual(sources.toSorted((one, other) => other.addedAt - one.addedAt));
    expect(sources).toHaveLength(2);
  });

  it('is not in it while it is in the trash', async () => {
    const { client, services, home } = await opened();
    const { runId } = await client.runs.start({ spec: SPEC });
    await services.queue.idle();
    await writeWeights(weightsFilesIn(home).ofRun(runId), 1);
    await client.runs.delete({ run: runId });
    expect(await client.weights.list({})).toEqual([]);
  });
});
