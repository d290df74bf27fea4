import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '#core/run-event.ts';
import { runEventSchema } from '#core/run-event.ts';
import { readSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { readContent } from '../../src-main/datasets/dataset-content.ts';
import { isAlive, trainersOf } from '../support/processes.ts';
import { cutAt, measured, trainInParts } from '../support/train-in-parts.ts';
import { DATASET, emptyFolder, startTrainer, storedAfter, tinyRun } from '../support/trainer.ts';

/** What the product promises. */
const DEADLINE_MS = 2000;
/** A machine whose cores are busy with other work may miss it now and then; a broken watch misses it every time. */
const ONCE_MORE = { retry: 2 };

// Every test starts processes that load TensorFlow: long on a busy machine.
describe('the trainer', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await emptyFolder();
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('trains a run to its end with TensorFlow, and goes on bit for bit after pauses, also across freezes', async () => {
    const whole = startTrainer(tinyRun(folder));
    expect(await whole.trainer.ended).toBeNull();
    for (const event of whole.events) expect(runEventSchema.parse(event)).toEqual(event);
    expect(whole.events[0]).toMatchObject({
      type: 'run.started',
      stepsPerEpoch: 20,
      environment: {
        backend: expect.stringMatching(/^tensorflow-/),
        threads: { intraOp: 2, interOp: 1 },
        processor: expect.any(String),
        cores: cpus().length,
        memoryBytes: totalmem(),
      },
    });
    expect(whole.events.filter((event) => event.type === 'layer.frozen')).toHaveLength(6);
    expect(whole.events.at(-1)?.type).toBe('run.finished');
    const path = join(folder, 'weights.safetensors');
    const weights = await readFile(path);
    expect((await readSafetensors(path)).tensors.get('stem.conv.kernel')?.shape).toEqual([3, 3, 3, 8]);

    await rm(folder, { recursive: true });
    const parts = await trainInParts(folder, [cutAt(13), cutAt(47)]);
    expect(measured(parts)).toEqual(measured(whole.events));
    expect(parts.map((event) => event.seq)).toEqual(parts.map((_, index) => index + 1));
    expect(await readFile(path)).toEqual(weights);
  });

  it('measures its steps once, before the first of them, and not in its active seconds', async () => {
    const long = { epochs: 6, validation: 0 };
    const first = startTrainer(tinyRun(folder, long));
    await first.waitFor((event) => event.type === 'run.profiled');
    first.trainer.send({ type: 'pause', reason: 'Paused by the test.' });
    await first.trainer.ended;
    const resumed = startTrainer({ ...tinyRun(folder, long), ...storedAfter(first.events) });
    await resumed.trainer.ended;

    const events = [...first.events, ...resumed.events];
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['run.started', 'run.profiled']);
    const profiles = events.filter((event) => event.type === 'run.profiled');
    expect(profiles).toHaveLength(1);
    const [{ unfrozen, depths, saved, seconds }] = profiles;
    expect(depths.map(({ frozenLayers }) => frozenLayers)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(unfrozen.steps).toBe(depths.reduce((sum, depth) => sum + depth.steps, 0));
    expect(saved.profile).toBeGreaterThan(0);
    expect(saved.profile).toBeLessThan(1);
    const end = events.at(-1);
    if (end?.type !== 'run.finished') throw new Error('The run did not finish.');
    const fromStart = (end.at - events[0].at) / 1000;
    expect(end.seconds.training + end.seconds.evaluation + seconds).toBeLessThan(fromStart);
  });

  it('only measures them where that is all that is wanted, and leaves nothing but its log', async () => {
    const { trainer, events } = startTrainer({ ...tinyRun(folder, { epochs: 10 }), profile: 'only' });
    expect(await trainer.ended).toBeNull();
    const ends = events.filter(({ type }) => type !== 'prefix-cache.decided').map(({ type }) => type);
    expect(ends).toEqual(['run.started', 'run.profiled', 'run.stopped']);
    const left = await readdir(folder, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['trainer.log']);
  });

  it('does so with the cache of frozen layers on too, and has the bits of a run without it', async () => {
    // What is kept is decided by timed passes: heavy ones, by a clock that other work on the machine does not move.
    vi.stubEnv('NODE_OPTIONS', `--import=${new URL('../support/processor-clock.ts', import.meta.url)}`);
    const model = { kind: 'wide-resnet', depth: 10, width: 4, skip: true } as const;
    const dataset = { ...DATASET, height: 16, width: 16 };
    const change = { dataset, model, augment: 'crop-flip', views: 2, train: 80, epochs: 6 } as const;
    const whole = startTrainer(tinyRun(folder, change));
    await whole.trainer.ended;
    const end = whole.events.find((event) => event.type === 'prefix-cache.finished');
    if (end?.type !== 'prefix-cache.finished') throw new Error('There was no cache.');
    expect(end.hits + end.advanced).toBeGreaterThan(0);
    const path = join(folder, 'weights.safetensors');
    const weights = await readFile(path);

    await rm(folder, { recursive: true });
    const parts = await trainInParts(folder, [cutAt(20), cutAt(43)], change);
    expect(measured(parts)).toEqual(measured(whole.events));
    expect(await readFile(path)).toEqual(weights);

    await rm(folder, { recursive: true });
    const ordinary = startTrainer(tinyRun(folder, { ...change, prefixCache: 'off' }));
    await ordinary.trainer.ended;
    expect(measured(ordinary.events)).toEqual(measured(whole.events));
    expect(await readFile(path)).toEqual(weights);
  });

  it('freezes layers by their gradients, the same ones with the same bits however often it is interrupted', async () => {
    const change = { policy: { kind: 'gradient-norm', interval: 0.1, percentile: 80 } } as const;
    const whole = startTrainer(tinyRun(folder, change));
    await whole.trainer.ended;
    const path = join(folder, 'weights.safetensors');
    const weights = await readFile(path);
    const froze = whole.events.flatMap((event) => (event.type === 'layer.frozen' ? [event.step] : []));
    expect(froze.length).toBeGreaterThan(0);
    expect(froze.filter((step) => step % 6 !== 0 || step < 12)).toEqual([]);
    const profile = whole.events.find((event) => event.type === 'run.profiled');
    expect(profile).toMatchObject({ saved: { profile: null } });
    const end = whole.events.at(-1);
    if (end?.type !== 'run.finished') throw new Error('The run did not finish.');
    expect(end.saved.compute).toBeGreaterThan(0);
    expect(end.saved.profile).not.toBeNull();

    await rm(folder, { recursive: true });
    // In the midst of an interval, once layers have frozen, and at the end of one.
    const parts = await trainInParts(folder, [cutAt(15), cutAt(41)], change);
    expect(withoutProfile(parts)).toEqual(withoutProfile(whole.events));
    expect(parts.at(-1)).toMatchObject({ type: 'run.finished', saved: { profile: expect.any(Number) } });
    expect(await readFile(path)).toEqual(weights);
  });

  it('goes on from its last checkpoint after it was killed, and the host knows within 2 s', ONCE_MORE, async () => {
    const killed = startTrainer(tinyRun(folder));
    await killed.waitFor((event) => event.type === 'checkpoint.saved' && event.step === 20);
    const killedAt = performance.now();
    killed.trainer.kill();
    expect(await killed.trainer.ended).toEqual({ reason: 'The trainer was ended by SIGKILL.', isAccident: true });
    expect(performance.now() - killedAt).toBeLessThan(DEADLINE_MS);

    const lastSeq = killed.events.length;
    const resumed = startTrainer({ ...tinyRun(folder), ...storedAfter(killed.events) });
    await resumed.trainer.ended;
    expect(resumed.events[0]).toMatchObject({ type: 'run.resumed', seq: lastSeq + 1 });
    const epochs = new Map(epochsOf([...killed.events, ...resumed.events]).map((epoch) => [epoch.epoch, epoch]));
    expect([...epochs.keys()]).toEqual([1, 2, 3]);
    const end = resumed.events.at(-1);
    if (end?.type !== 'run.finished') throw new Error('The run did not finish.');
    const training = [...epochs.values()].reduce((sum, { seconds }) => sum + seconds.training, 0);
    expect(end.seconds.training).toBeCloseTo(training, 1);
  });

  it('ignores Ctrl-C and the signals of a scheduler, stops when it is told to, and says why', async () => {
    const { trainer, events, waitFor } = startTrainer(tinyRun(folder, { epochs: 1000 }));
    await waitFor((event) => event.type === 'step.sampled');
    for (const id of trainersOf(process.pid)) {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.kill(id, signal);
    }
    await waitFor((event) => event.type === 'epoch.finished' && event.epoch === 2);
    trainer.send({ type: 'stop', reason: 'Ended by the user.' });
    expect(await trainer.ended).toBeNull();
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'Ended by the user.' });
  });

  it('yields with a checkpoint, as a run that goes on by itself', async () => {
    const first = startTrainer(tinyRun(folder, { epochs: 1000 }));
    await first.waitFor((event) => event.type === 'epoch.finished');
    first.trainer.send({ type: 'yield', reason: 'Its job is preempted.' });
    expect(await first.trainer.ended).toBeNull();
    const checkpoint = first.events.findLast((event) => event.type === 'checkpoint.saved');
    const end = { type: 'run.interrupted', step: checkpoint?.step, reason: 'Its job is preempted.' };
    expect(first.events.at(-1)).toMatchObject(end);
  });

  it('ends within 2 s of its host, even in a long step', ONCE_MORE, async () => {
    const script = fileURLToPath(new URL('../support/dying-host.ts', import.meta.url));
    const host = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(host.stdout, 'data');
    const [trainer] = trainersOf(host.pid ?? 0);
    expect(isAlive(trainer)).toBe(true);
    host.kill('SIGKILL');
    const killedAt = performance.now();
    while (isAlive(trainer) && performance.now() - killedAt < 2 * DEADLINE_MS) await sleep(20);
    expect(performance.now() - killedAt).toBeLessThan(DEADLINE_MS);
  });

  it('diverges as an event', async () => {
    const optimizer = { learningRate: 1e30, momentum: 0.9, nesterov: true, weightDecay: 0.1 };
    const { trainer, events } = startTrainer(tinyRun(folder, { optimizer }));
    expect(await trainer.ended).toBeNull();
    expect(events.at(-1)).toMatchObject({ type: 'run.diverged', reason: expect.stringMatching(/^The loss became/) });
  });

  it('can go on later where the data are not there, and says so', async () => {
    const command = { ...tinyRun(folder), dataset: { kind: 'idx', path: join(folder, 'absent'), classes: 4 } as const };
    const { trainer, events } = startTrainer(command);
    expect(await trainer.ended).toBeNull();
    expect(events).toMatchObject([
      { type: 'run.interrupted', reason: expect.stringContaining(join(folder, 'absent')) },
    ]);
    expect(events).toMatchObject([{ reason: expect.stringContaining('`lab runs resume run` goes on') }]);
  });

  it('reports the hash of its data, and does not begin on others', async () => {
    const began = startTrainer(tinyRun(folder, { epochs: 1 }));
    const start = await began.waitFor(({ type }) => type === 'run.started');
    await began.trainer.ended;
    const { hashes } = await readContent({ location: tinyRun(folder).dataset, again: true }, () => {});
    expect(start).toMatchObject({ data: { sha256: hashes.sha256 } });
    const { trainer, events } = startTrainer({ ...tinyRun(folder), data: { sha256: 'ab'.repeat(32) } });
    expect(await trainer.ended).toBeNull();
    const change = `the hash was abababababab and is now ${hashes.sha256.slice(0, 12)}`;
    expect(events).toMatchObject([{ type: 'run.interrupted', reason: expect.stringContaining(change) }]);
  });
});

/** As `measured`, without what the clock decides. */
function withoutProfile(events: readonly RunEvent[]) {
  return measured(events).map((event) =>
    event.type === 'run.finished' ? { ...event, saved: { ...event.saved, profile: null } } : event,
  );
}

function epochsOf(events: readonly RunEvent[]) {
  return events.filter((event) => event.type === 'epoch.finished');
}
