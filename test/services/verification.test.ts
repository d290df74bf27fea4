import { describe, expect, it } from 'vitest';
import type { RunEventBody } from '#core/run-event.ts';
import { openLab, SPEC } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { scriptedTrainers } from '../support/scripted-trainers.ts';
import { epochFinished, runFinished, secondsOf, stepSampled } from '../support/store-fixtures.ts';

const seconds = secondsOf(10);
const FINISHED = runFinished({ testLoss: 1, seconds, saved: { compute: 0, profile: null } });

function losses(...values: readonly number[]): RunEventBody[] {
  return values.map((loss, step) => stepSampled(step, { loss }));
}

/** A trained run, and a lab in which it is trained again with these events. */
async function trainedLab(first: readonly RunEventBody[], again: Script) {
  let trained = 0;
  const trainers = scriptedTrainers(() => (trained++ === 0 ? { events: first, end: null } : again));
  const { services, store } = await openLab(trainers);
  const id = await services.runs.start(SPEC);
  await services.queue.idle();
  return { services, store, trainers, id };
}

const WHOLE = [...losses(2.5, 2.25), epochFinished(1), FINISHED];

describe('the verification of a run', () => {
  it('compares what the first epoch reports again, and ends the trainer there', async () => {
    const { services, store, trainers, id } = await trainedLab(WHOLE, {
      events: [...losses(2.5, 2.25), epochFinished(1)],
      end: 'wait',
    });
    const before = [await store.run(id), await store.events(id)];
    const progress = services.hub.followVerifications(undefined);
    const { same, outcome, compared, environment } = await services.verifications.verify(id);
    expect({ same, outcome, compared }).toEqual({ same: true, outcome: 'same', compared: { steps: 2, epoch: true } });
    expect(environment.changed).toEqual([]);
    expect(trainers.killed).toBe(1);
    expect(trainers.starts[1]).toMatchObject({ spec: (await store.run(id)).spec, lastSeq: 0, profile: 'none' });
    expect((await progress.next()).value).toMatchObject({ runId: id, step: 1 });
    expect([await store.run(id), await store.events(id)]).toEqual(before);
  });

  it('trains with the threads of the stored run', async () => {
    const { services, trainers, id } = await trainedLab(WHOLE, { events: WHOLE, end: 'wait' });
    await services.kept.changeSettings({ threads: 1 });
    await services.verifications.verify(id);
    expect(trainers.threads).toEqual([null, 2]);
  });

  it('names the first number that came out otherwise', async () => {
    const events = [...losses(2.5, 2.2500000000000004), epochFinished(1)];
    const { services, id } = await trainedLab(WHOLE, { events, end: 'wait' });
    const { same, outcome, firstDifference } = await services.verifications.verify(id);
    expect([same, outcome]).toEqual([false, 'different']);
    expect(firstDifference).toEqual({ what: 'loss', step: 1, stored: 2.25, now: 2.2500000000000004 });
  });

  it('stops at the last loss of a run that did not end its first epoch', async () => {
    const stopped: RunEventBody = { type: 'run.stopped', step: 2, reason: 'Stopped.' };
    const { services, trainers, id } = await trainedLab([...losses(2.5, 2.25), stopped], {
      events: losses(2.5, 2.25, 2.125),
      end: 'wait',
    });
    expect(await services.verifications.verify(id)).toMatchObject({ same: true, compared: { steps: 2, epoch: false } });
    expect(trainers.killed).toBeGreaterThan(0);
  });

  it('is refused where there is nothing to compare, and while a run trains', async () => {
    const { services, id } = await trainedLab([FINISHED], { events: [], end: 'wait' });
    await expect(services.verifications.verify(id)).rejects.toMatchObject({ code: 'conflict' });
    const training = await services.runs.start(SPEC);
    await expect.poll(async () => (await services.runs.show(training)).status).toBe('running');
    await expect(services.verifications.verify(id)).rejects.toThrow('A run trains');
    await services.runs.end(training, 'stop');
  });

  it('hands on why the training could not be repeated, and can be cancelled', async () => {
    const failed: RunEventBody = { type: 'run.failed', step: null, reason: 'The file is cut off.' };
    const failing = await trainedLab(WHOLE, { events: [failed], end: null });
    await expect(failing.services.verifications.verify(failing.id)).rejects.toThrow('The file is cut off.');
    const { services, id } = await trainedLab(WHOLE, { events: losses(2.5), end: 'wait' });
    await expect(services.verifications.verify(id, AbortSignal.timeout(50))).rejects.toThrow('cancelled');
  });
});
