import { describe, expect, it } from 'vitest';
import type { TrainerDeath, TrainerHost } from '#core/ports.ts';
import { heard, openLab, SPEC, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers, waiting } from '../support/scripted-trainers.ts';
import { checkpointSaved, numbered, started } from '../support/store-fixtures.ts';

const KILLED = 'The trainer was ended by SIGSEGV.';
const dying = (): Script => ({ events: [], end: KILLED });

/** A trainer that reports the start of this run, whatever it was told to train, and ends so once it is killed. */
function trainersOf(runId: string | null, death: TrainerDeath): TrainerHost {
  return {
    start: (_folder, onMessage) => {
      let end: (death: TrainerDeath) => void = () => undefined;
      const ended = new Promise<TrainerDeath>((resolve) => {
        end = resolve;
      });
      return {
        ended,
        kill: () => end(death),
        send: (command) => {
          if (command.type !== 'start') return;
          const [event] = numbered(runId ?? command.runId, [started]);
          onMessage({ type: 'event', event });
          if (runId === null) end(death);
        },
      };
    },
  };
}

async function trained(trainers: TrainerHost) {
  const { services } = await openLab(trainers);
  const { runIds } = await services.studies.start({ ...STUDY, seeds: [1], arms: [] });
  await services.queue.idle();
  return services.runs.show(runIds[0]);
}

it('a run whose trainer reports nonsense fails, with what is wrong, and is not started again', async () => {
  const reason = 'In what the trainer reported, "event.at" is not valid: too big.';
  const run = await trained(trainersOf(null, { reason, isAccident: false, isNonsense: true }));
  expect(run).toMatchObject({ status: 'failed', reason });
});

it('a run whose trainer reports events of another run fails, and they are stored nowhere', async () => {
  const run = await trained(trainersOf('other', { reason: 'It was killed.', isAccident: true }));
  expect(run).toMatchObject({ status: 'failed', reason: expect.stringContaining('an event of another run (other)') });
});

describe('a trainer that dies', () => {
  it('is started again, and says so in events that look like an interruption and a resume', async () => {
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

  it('never shows its run as interrupted', async () => {
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

  it('is given up after three new ones without a new checkpoint, and the run says what to do', async () => {
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

  it('is counted anew after each new checkpoint, but not after one that is repeated', async () => {
    const steps = [5, 5, 10, 10, 10, 10, 10];
    const trainers = scriptedTrainers(() => ({ events: [checkpointSaved(steps.shift() ?? 0, 1)], end: KILLED }));
    const { services, store } = await openLab(trainers);
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(6);
    expect((await store.run(id)).status).toBe('interrupted');
  });

  it('is not started again where it ended by itself, whatever its exit code', async () => {
    const end = 'The trainer ended with exit code 3.';
    const trainers = scriptedTrainers(() => ({ events: [], end }));
    const { services, store } = await openLab(trainers);
    const id = await services.runs.start(SPEC);
    await services.queue.idle();
    expect(trainers.starts).toHaveLength(1);
    expect(await store.run(id)).toMatchObject({ status: 'interrupted', reason: end });
  });

  it.each(['pause', 'stop', 'close'] as const)(
    'is not started again where it dies instead of its %s',
    async (command) => {
      const trainers = scriptedTrainers(() => ({ ...waiting(), diesWhenTold: KILLED }));
      const { services, store } = await openLab(trainers);
      const started = heard(services, 'run.started');
      const id = await services.runs.start(SPEC);
      await started;
      if (command === 'close') await services.queue.close('Quit.');
      else await services.runs.end(id, command);
      expect(trainers.starts).toHaveLength(1);
      expect((await store.run(id)).status).toBe('interrupted');
    },
  );
});
