import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import { openLab, SPEC } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers, waiting } from '../support/scripted-trainers.ts';
import { checkpointSaved } from '../support/store-fixtures.ts';

const FULL = new AppError('no-space', 'The disk is full.');
const NO_LIBRARY = { message: 'TensorFlow could not be loaded.', hinders: 'tensorflow' } as const;
const NO_MEMORY = { message: 'OOM when allocating a tensor.', hinders: 'memory' } as const;

describe('a queue whose runs cannot train', () => {
  it('ends the trainer when the disk is full, and leaves its run in the queue for whoever starts it again', async () => {
    const trainers = scriptedTrainers(waiting);
    const { services, store } = await openLab(trainers, (real) => refusingFirstEvents(real, FULL), {
      endsAtStandstill: true,
    });
    const id = await services.runs.start(SPEC);
    await expect(services.queue.idle()).rejects.toThrow('The disk is full. The queue goes on by itself once there is');
    expect(trainers.killed).toBe(1);
    expect((await store.run(id)).status).toBe('queued');
  });

  it('goes on with other runs after one whose rows were refused, and tells it once', async () => {
    const trainers = scriptedTrainers(() => (trainers.starts.length === 1 ? waiting() : finishing(0.1, 10)));
    const broken = new AppError('internal', 'CHECK constraint failed.');
    const { services, store } = await openLab(trainers, (real) => refusingFirstEvents(real, broken));
    const first = await services.runs.start(SPEC);
    const second = await services.runs.start({ ...SPEC, seed: 2 });
    await expect(services.queue.idle()).rejects.toThrow('CHECK constraint failed.');
    await expect(services.queue.idle()).resolves.toBeUndefined();
    expect((await store.run(first)).status).toBe('interrupted');
    expect((await store.run(second)).status).toBe('finished');
  });

  it('stands still while the disk is full, touches no other run, and goes on when asked', async () => {
    const trainers = scriptedTrainers(() => (trainers.starts.length === 1 ? waiting() : finishing(0.1, 10)));
    const { services, store } = await openLab(trainers, (real) => refusingFirstEvents(real, FULL));
    const unheard: unknown[] = [];
    const listen = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', listen);
    const first = await services.runs.start(SPEC);
    const second = await services.runs.start({ ...SPEC, seed: 2 });
    await expect.poll(async () => (await services.queue.show()).standstill?.nextTryAt).toBeGreaterThan(0);
    const { standstill, runs } = await services.queue.show();
    expect(standstill).toMatchObject({ kind: 'disk', reason: 'The disk is full.' });
    expect(runs.map(({ id, waits }) => [id, waits])).toEqual([
      [first, { for: 'hindrance', kind: 'disk' }],
      [second, { for: 'hindrance', kind: 'disk' }],
    ]);
    expect(trainers.starts).toHaveLength(1);
    expect(await store.run(second)).toMatchObject({ status: 'queued', reason: null, lastSeq: 0 });
    services.queue.retry();
    await services.queue.idle();
    expect(trainers.starts.map(({ runId }) => runId)).toEqual([first, first, second]);
    expect((await services.queue.show()).standstill).toBeNull();
    process.off('unhandledRejection', listen);
    expect(unheard).toEqual([]);
  });

  it('goes on by itself once the cause is gone, with the run that met it, from its checkpoint', async () => {
    let isBroken = true;
    const scripts = [
      (): Script => ({ events: [checkpointSaved(5, 1)], end: null, failure: NO_LIBRARY }),
      (): Script => ({ events: [], end: null, failure: NO_LIBRARY, isBeforeStart: true }),
    ];
    const trainers = scriptedTrainers(() => {
      isBroken = scripts.length > 0;
      return (scripts.shift() ?? (() => finishing(0.1, 10)))();
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { services, store } = await openLab(trainers);
    const id = await services.runs.start(SPEC);
    const idle = services.queue.idle();
    while (isBroken) await vi.advanceTimersByTimeAsync(1000);
    await idle;
    expect(await store.run(id)).toMatchObject({ status: 'finished', reason: null });
    expect(trainers.starts.map(({ lastSeq }) => lastSeq > 0)).toEqual([false, true, true]);
    // The second try reported nothing, so nothing was stored of it.
    const reasons = (await store.events(id)).flatMap((event) => (event.type === 'run.interrupted' ? event.reason : []));
    expect(reasons).toEqual([`${NO_LIBRARY.message} The queue goes on by itself once TensorFlow can be loaded.`]);
  });

  it('ends a run that asks for more memory than there is, after several tries, and trains the others', async () => {
    const greedy = (): Script => ({ events: [], end: null, failure: NO_MEMORY });
    const trainers = scriptedTrainers(({ runId }) => (runId === first ? greedy() : finishing(0.1, 10)));
    const { services, store } = await openLab(trainers);
    const first: string = await services.runs.start(SPEC);
    const second = await services.runs.start({ ...SPEC, seed: 2 });
    for (let tries = 1; tries <= 3; tries++) {
      await expect.poll(() => trainers.starts.length).toBe(tries);
      await expect.poll(async () => (await services.queue.show()).standstill?.nextTryAt).toBeGreaterThan(0);
      services.queue.retry();
    }
    await services.queue.idle();
    expect(await store.run(first)).toMatchObject({ status: 'interrupted', reason: NO_MEMORY.message });
    expect((await store.run(second)).status).toBe('finished');
  });
});

function refusingFirstEvents(store: Store, error: AppError): Store {
  let refused = false;
  const appendEvents: Store['appendEvents'] = async (events) => {
    if (!refused) {
      refused = true;
      throw error;
    }
    return store.appendEvents(events);
  };
  return Object.assign(Object.create(store), { appendEvents });
}
