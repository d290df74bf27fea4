import { expect, it } from 'vitest';
import type { TrainerDeath, TrainerHost } from '#core/ports.ts';
import { openLab, STUDY } from '../support/lab-fixture.ts';
import { numbered, started } from '../support/store-fixtures.ts';

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
