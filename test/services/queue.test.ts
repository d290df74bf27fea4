import { describe, expect, it } from 'vitest';
import type { Store } from '#core/ports.ts';
import { CATALOG, heard, openLab, SPEC, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers, waiting } from '../support/scripted-trainers.ts';
import { checkpointSaved } from '../support/store-fixtures.ts';

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

  it('pauses the run that trains and starts no other when it closes', async () => {
    const trainers = scriptedTrainers(waiting);
    const { services } = await openLab(trainers);
    const started = heard(services, 'run.started');
    await services.studies.start(STUDY);
    await started;
    await services.queue.close('Paused by Ctrl-C.');
    const { runs } = await services.studies.show('small');
    expect(runs.map((run) => run.status)).toEqual(['paused', 'queued', 'queued', 'queued', 'queued', 'queued']);
    expect(trainers.starts).toHaveLength(1);
  });

  it('puts the run that trains back to the front where it closes for a while', async () => {
    const { services } = await openLab(scriptedTrainers(waiting));
    const started = heard(services, 'run.started');
    await services.studies.start(STUDY);
    await started;
    await services.queue.close('The program ends.', { putsBack: true });
    const { runs } = await services.studies.show('small');
    expect(runs.map((run) => run.status)).toEqual(Array(6).fill('queued'));
    expect((await services.queue.show()).runs[0]).toMatchObject({ id: runs[0].id });
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
    const following = heard(services, 'run.started');
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
    const saved = () => heard(services, 'checkpoint.saved');
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
    const following = heard(services, 'run.started');
    const first = await services.runs.start(SPEC);
    const second = await services.runs.start({ ...SPEC, seed: 2 });
    await following;
    expect((await services.runs.end(second, 'stop')).status).toBe('stopped');
    expect((await services.runs.end(first, 'stop')).status).toBe('stopped');
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(1);
    await expect(services.runs.end(first, 'pause')).rejects.toMatchObject({ code: 'conflict' });
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

  it('puts the run that trains back before all others where somebody pauses it all, and goes on from there', async () => {
    const trainers = scriptedTrainers(() => (trainers.starts.length === 1 ? waiting() : finishing(0.1, 10)));
    const { services, store } = await openLab(trainers);
    const started = heard(services, 'run.started');
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
