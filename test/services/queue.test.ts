import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import { parseRunSpec } from '#core/run.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { CATALOG, openLab, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';
import { checkpointSaved } from '../support/store-fixtures.ts';

const FULL = new AppError('no-space', 'The disk is full.');
const NO_LIBRARY = { message: 'TensorFlow could not be loaded.', hinders: 'tensorflow' } as const;
const NO_MEMORY = { message: 'OOM when allocating a tensor.', hinders: 'memory' } as const;
const SPEC = parseRunSpec({ ...STUDY.base });
const KILLED = 'The trainer was ended by SIGSEGV.';
const waiting = (): Script => ({ events: [], end: 'wait' });
const dying = (): Script => ({ events: [], end: KILLED });
const checkpointAt = (step: number): RunEventBody => ({
  ...{ type: 'checkpoint.saved', step, epoch: 1, bytes: 1, sha256: 'a'.repeat(64) },
  seconds: { training: 1, evaluation: 0, checkpoint: 0 },
});

/** Resolves once an event of this type was handed on. */
async function heard(events: AsyncIterable<{ readonly type: string }>, type: string): Promise<void> {
  for await (const event of events) if (event.type === type) return;
}

describe('the queue', () => {
  it('hands an event on only once it is stored', async () => {
    const { services, store } = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
    const stored: boolean[] = [];
    const follower = (async () => {
      for await (const event of services.hub.follow(() => true, undefined)) {
        stored.push((await store.run(event.runId)).lastSeq >= event.seq);
        if (event.type === 'run.finished') return;
      }
    })();
    await services.runs.start(SPEC);
    await follower;
    expect(stored).toEqual([true, true, true]);
  });

  it('starts a trainer that died again, and says so in events that look like an interruption and a resume', async () => {
    const scripts = [dying, () => finishing(0.1, 10)];
    const trainers = scriptedTrainers(() => (scripts.shift() ?? waiting)());
    const { services, store } = await openLab(trainers);
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect((await store.run(id)).status).toBe('finished');
    expect(trainers.starts[1]).toMatchObject({ runId: id, lastSeq: 3 });
    const events = await store.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.slice(1, 3)).toMatchObject([
      { type: 'run.interrupted', reason: KILLED },
      { type: 'run.resumed', step: null, reason: expect.stringContaining('by itself, for the first time') },
    ]);
    expect((await store.run(id)).segments.map(({ reason }) => reason)).toEqual([KILLED, 'The training is complete.']);
  });

  it('never shows such a run as interrupted', async () => {
    const scripts = [dying, () => finishing(0.1, 10)];
    const { services, store } = await openLab(scriptedTrainers(() => (scripts.shift() ?? waiting)()));
    const statuses = (async () => {
      const seen: string[] = [];
      for await (const event of services.hub.follow(() => true, undefined)) {
        seen.push((await store.run(event.runId)).status);
        if (event.type === 'run.finished') return seen;
      }
    })();
    await services.runs.start(SPEC);
    expect(await statuses).not.toContain('interrupted');
  });

  it('gives up after three new trainers without a new checkpoint, and says what to do', async () => {
    const trainers = scriptedTrainers(dying);
    const { services, store } = await openLab(trainers);
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(4);
    const { status, reason } = await store.run(id);
    expect(status).toBe('interrupted');
    expect(reason).toBe(
      `${KILLED} 3 new trainers in a row reached no new checkpoint either: look into its trainer.log, then \`lab runs resume ${id}\` tries it again.`,
    );
  });

  it('counts anew after each new checkpoint, but not after one that is repeated', async () => {
    const steps = [5, 5, 10, 10, 10, 10, 10];
    const trainers = scriptedTrainers(() => ({ events: [checkpointAt(steps.shift() ?? 0)], end: KILLED }));
    const { services, store } = await openLab(trainers);
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(6);
    expect((await store.run(id)).status).toBe('interrupted');
  });

  it('does not start a trainer again that ended by itself, whatever its exit code', async () => {
    const end = 'The trainer ended with exit code 3.';
    const trainers = scriptedTrainers(() => ({ events: [], end }));
    const { services, store } = await openLab(trainers);
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(1);
    expect(await store.run(id)).toMatchObject({ status: 'interrupted', reason: end });
  });

  it.each(['pause', 'stop', 'close'] as const)(
    'does not start one again that dies instead of its %s',
    async (command) => {
      const trainers = scriptedTrainers(() => ({ ...waiting(), diesWhenTold: KILLED }));
      const { services, store } = await openLab(trainers);
      const started = heard(
        services.hub.follow(() => true, undefined),
        'run.started',
      );
      const id = await services.runs.start(SPEC);
      await started;
      if (command === 'close') await services.queue.close('Quit.');
      else await services.runs.end(id, command);
      expect(trainers.starts).toHaveLength(1);
      expect((await store.run(id)).status).toBe('interrupted');
    },
  );

  it('pauses the run that trains and starts no other when it closes', async () => {
    const trainers = scriptedTrainers(waiting);
    const { services } = await openLab(trainers);
    const started = heard(
      services.hub.follow(() => true, undefined),
      'run.started',
    );
    await services.studies.start(STUDY);
    await started;
    await services.queue.close('Paused by Ctrl-C.');
    const { runs } = await services.studies.show('small');
    expect(runs.map((run) => run.status)).toEqual(['paused', 'queued', 'queued', 'queued', 'queued', 'queued']);
    expect(trainers.starts).toHaveLength(1);
  });

  it('starts no run that it was asking for when it closed', async () => {
    let closing: Promise<void> = Promise.resolve();
    let asked = 0;
    const trainers = scriptedTrainers(() => (asked === 1 ? finishing(0.1, 10) : waiting()));
    const { services } = await openLab(trainers, (real) =>
      withNextQueued(real, async (among) => {
        asked += 1;
        const run = await real.nextQueued(among);
        if (asked === 2) closing = services.queue.close('Quit.');
        return run;
      }),
    );
    await services.studies.start(STUDY);
    await services.queue.idle();
    await closing;
    expect(asked).toBe(2);
    expect(trainers.starts).toHaveLength(1);
    const { runs } = await services.studies.show('small');
    expect(runs.map((run) => run.status)).toEqual(['finished', 'queued', 'queued', 'queued', 'queued', 'queued']);
  });

  it.each(['pause', 'stop'] as const)('starts no run that got its %s while it was asking for it', async (command) => {
    const trainers = scriptedTrainers(waiting);
    const { services, store } = await openLab(trainers, (real) =>
      withNextQueued(real, async (among) => {
        const run = await real.nextQueued(among);
        if (run !== null) await services.runs.end(run.id, command);
        return run;
      }),
    );
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(0);
    expect((await store.run(id)).status).toBe(command === 'pause' ? 'paused' : 'stopped');
  });

  it('trains a run that comes while it finds none', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    let asked = 0;
    const { services, store } = await openLab(trainers, (real) =>
      withNextQueued(real, async (among) => {
        asked += 1;
        if (asked > 1) return real.nextQueued(among);
        await services.runs.start({ ...SPEC, seed: 2 });
        return null;
      }),
    );
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect((await store.run(id)).status).toBe('finished');
    expect(trainers.starts).toHaveLength(2);
  });

  it.each(['pause', 'stop', 'close'] as const)(
    'does not wait at its %s for data that are still read',
    async (command) => {
      const trainers = scriptedTrainers(waiting);
      let readings = 0;
      let tellReading: () => void = () => undefined;
      const isReading = new Promise<void>((resolve) => {
        tellReading = resolve;
      });
      const content: typeof CATALOG.content = (location, options) => {
        readings += 1;
        if (readings === 1) return CATALOG.content(location, options);
        tellReading();
        return new Promise((_, reject) => {
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
        });
      };
      const { services, store } = await openLab(trainers, undefined, { catalog: { ...CATALOG, content } });
      const id = await services.runs.start(SPEC);
      await isReading;
      if (command === 'close') await services.queue.close('Quit.');
      else await services.runs.end(id, command);
      await services.queue.idle();
      expect(trainers.starts).toHaveLength(0);
      expect((await store.run(id)).status).toBe(command === 'stop' ? 'stopped' : 'paused');
    },
  );

  it('goes on numbering events where a resumed run left off', async () => {
    let started = 0;
    const trainers = scriptedTrainers(() => (started++ === 0 ? waiting() : finishing(0.1, 10)));
    const { services, store } = await openLab(trainers);
    const following = heard(
      services.hub.follow(() => true, undefined),
      'run.started',
    );
    const id = await services.runs.start(SPEC);
    await following;
    await services.runs.end(id, 'pause');
    expect((await store.run(id)).status).toBe('paused');
    await services.runs.resume(id);
    await services.queue.idle();
    expect(trainers.starts[1]).toMatchObject({ lastSeq: 2 });
    expect((await store.events(id)).map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
    expect((await store.run(id)).status).toBe('finished');
  });

  it('tells the trainer which checkpoints a run has reached, and forgets them where it is to start anew', async () => {
    let started = 0;
    const saving = (): Script => ({ events: [checkpointSaved(50, 3)], end: 'wait' });
    const trainers = scriptedTrainers(() => (started++ < 2 ? saving() : finishing(0.1, 10)));
    const { services, store } = await openLab(trainers);
    const saved = () =>
      heard(
        services.hub.follow(() => true, undefined),
        'checkpoint.saved',
      );
    const first = saved();
    const id = await services.runs.start(SPEC);
    await first;
    await services.runs.end(id, 'pause');
    const again = saved();
    await services.runs.resume(id);
    await again;
    await services.runs.end(id, 'stop');
    const { checkpoints } = await store.run(id);
    expect(checkpoints).toMatchObject([{ step: 50, sha256: expect.any(String), seconds: { training: 3 } }]);
    await services.runs.resume(id, { anew: true });
    expect((await store.run(id)).checkpoints).toEqual([]);
    await services.queue.idle();
    expect(trainers.starts.map(({ reached }) => reached.map(({ step }) => step))).toEqual([[], [50], []]);
    expect((await store.run(id)).status).toBe('finished');
  });

  it('takes a run that only waits out of the queue', async () => {
    const trainers = scriptedTrainers(waiting);
    const { services } = await openLab(trainers);
    const following = heard(
      services.hub.follow(() => true, undefined),
      'run.started',
    );
    const first = await services.runs.start(SPEC);
    const second = await services.runs.start({ ...SPEC, seed: 2 });
    await following;
    expect((await services.runs.end(second, 'stop')).status).toBe('stopped');
    expect((await services.runs.end(first, 'stop')).status).toBe('stopped');
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(1);
    await expect(services.runs.end(first, 'pause')).rejects.toMatchObject({ code: 'conflict' });
  });

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
});

describe('the queue of a program that stays', () => {
  it('trains what waits in the home, whoever queued it, but nothing imported', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services, store } = await openLab(trainers);
    const files = { dataset: await services.datasets.locate(SPEC.dataset), weights: null };
    const waiting = services.runs.plan(SPEC, files, null);
    const imported = { ...services.runs.plan(SPEC, files, null), imported: true };
    await store.enqueue([waiting, imported]);
    await services.queue.acceptAll();
    await services.queue.idle();
    expect(trainers.starts.map((start) => start.runId)).toEqual([waiting.id]);
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
      (): Script => ({ events: [checkpointAt(5)], end: null, failure: NO_LIBRARY }),
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

  it('puts the run that trains back before all others where somebody pauses it all, and goes on from there', async () => {
    const trainers = scriptedTrainers(() => (trainers.starts.length === 1 ? waiting() : finishing(0.1, 10)));
    const { services, store } = await openLab(trainers);
    const started = heard(
      services.hub.follow(() => true, undefined),
      'run.started',
    );
    const first = await services.runs.start(SPEC);
    const second = await services.runs.start({ ...SPEC, seed: 2 });
    await started;
    expect(await services.queue.pause(true)).toMatchObject({
      paused: true,
      now: null,
      runs: [
        { id: first, waits: { for: 'resume' } },
        { id: second, waits: { for: 'resume' } },
      ],
    });
    expect(await store.run(first)).toMatchObject({ status: 'queued', reason: 'The queue was paused.' });
    expect(trainers.starts).toHaveLength(1);
    await services.runs.move(second, 1);
    await services.queue.pause(false);
    await services.queue.idle();
    expect(trainers.starts.map(({ runId }) => runId)).toEqual([first, second, first]);
  });

  it('passes over what is held until it is released, and trains a resumed run where it was asked to', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services, store } = await openLab(trainers);
    await services.queue.pause(true);
    const [first, second, third] = [
      await services.runs.start(SPEC),
      await services.runs.start({ ...SPEC, seed: 2 }),
      await services.runs.start({ ...SPEC, seed: 3 }),
    ];
    await services.runs.hold(first, true);
    await services.runs.end(third, 'pause');
    await services.runs.resume(third, { at: 'front' });
    await services.queue.pause(false);
    await expect.poll(async () => (await store.run(second)).status).toBe('finished');
    expect(trainers.starts.map(({ runId }) => runId)).toEqual([third, second]);
    expect((await services.queue.show()).runs).toMatchObject([{ id: first, held: true, waits: { for: 'release' } }]);
    await services.runs.hold(first, false);
    await services.queue.idle();
    expect((await store.run(first)).status).toBe('finished');
  });

  it('gives trainers the threads that were chosen', async () => {
    const trainers = scriptedTrainers(() => finishing(0.1, 10));
    const { services } = await openLab(trainers);
    await services.runs.start(SPEC);
    await services.queue.idle();
    await services.kept.changeSettings({ threads: 3 });
    await services.runs.start({ ...SPEC, seed: 2 });
    await services.queue.idle();
    expect(trainers.threads).toEqual([null, 3]);
  });
});

function withNextQueued(real: Store, nextQueued: Store['nextQueued']): Store {
  return Object.assign(Object.create(real), { nextQueued });
}

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
