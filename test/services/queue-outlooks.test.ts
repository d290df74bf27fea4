import { expect, it, onTestFinished } from 'vitest';
import type { QueueOutlook } from '#core/queue/outlook.ts';
import { openLab, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers, waiting } from '../support/scripted-trainers.ts';
import { epochFinished, secondsOf, stepSampled } from '../support/store-fixtures.ts';

it('tells nothing before anything was measured, then each run by what its study has shown, to whoever follows', async () => {
  // Of the study's arms with two seeds, the runs of seed 1 end; the first of seed 2 trains on.
  const trainers = scriptedTrainers(({ spec }) => (spec.seed === 1 ? inTwoEpochs(10) : waiting()));
  const { services } = await openLab(trainers);
  await services.queue.pause(true);
  const { runIds } = await services.studies.start(STUDY);
  const before = await services.outlooks.show();
  expect(before.runs.map(({ seconds }) => seconds)).toEqual(runIds.map(() => null));
  expect(before.total).toEqual({ seconds: 0, unknown: runIds.length, leftOut: 0 });

  const ended = new AbortController();
  onTestFinished(() => ended.abort());
  const followed = follow(services.outlooks.follow(ended.signal));
  await services.queue.pause(false);
  await expect.poll(() => followed.at(-1)?.total.unknown, { timeout: 10_000 }).toBe(0);
  await expect.poll(() => followed.at(-1)?.runs.length, { timeout: 10_000 }).toBe(runIds.length / 2);
  const last = await services.outlooks.show();
  const perRun = secondsOf(10);
  const all = perRun.training + perRun.evaluation + perRun.checkpoint;
  // Each of the others takes what the run of its arm took.
  for (const { seconds } of last.runs.slice(1)) expect(seconds).toBeCloseTo(all, 6);
  // It has a twin, so that it is told before its first step, with the test images' evaluation.
  expect(last.runs[0].seconds).toBeCloseTo(all + perRun.evaluation / 2, 6);
  expect(last.total.seconds).toBeCloseTo((last.runs[0].seconds ?? 0) + (last.runs.length - 1) * all, 6);
  expect(last.runs.at(-1)?.endsIn).toBe(last.total.seconds);
});

it('follows the run that trains by its own steps, and tells those of its study that wait by its pace', async () => {
  const events = [epochFinished(1, { seconds: { training: 20, evaluation: 2, checkpoint: 1 } }), stepSampled(50)];
  const { services } = await openLab(scriptedTrainers(() => ({ events, end: 'wait' })));
  const { runIds } = await services.studies.start(STUDY);
  await expect.poll(async () => (await services.outlooks.show()).total.unknown, { timeout: 10_000 }).toBe(0);
  const { runs } = await services.outlooks.show();
  const [first, second] = runs;
  expect(first.id).toBe(runIds[0]);
  // One of two epochs is over: a whole run takes about twice what is left of this one, and a little less where layers freeze.
  expect(second.seconds).toBeGreaterThan(first.seconds ?? 0);
  await services.runs.hold(runIds[1], true);
  await expect.poll(async () => (await services.outlooks.show()).total.leftOut).toBe(1);
});

/** A run of two epochs that takes so many seconds of training. */
function inTwoEpochs(training: number): Script {
  const { events, end } = finishing(0.1, training);
  const epochs = [1, 2].map((epoch) => epochFinished(epoch, { seconds: secondsOf(training / 2) }));
  return { events: [...epochs, ...events.slice(1)], end };
}

function follow(outlooks: AsyncIterable<QueueOutlook>): QueueOutlook[] {
  const all: QueueOutlook[] = [];
  void (async () => {
    for await (const outlook of outlooks) all.push(outlook);
  })().catch(() => undefined);
  return all;
}
