import { describe, expect, it } from 'vitest';
import type { RunSpec } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { runEventSchema } from '#core/run-event.ts';
import { ConditionsMeter } from '#core/training/conditions.ts';
import { NO_GPU } from '#core/training/machine-use.ts';
import { scriptedMachine } from '../../support/conditions.ts';
import { FAKE_NETWORK, FakeSession, fakePlan, trainFake } from '../../support/fake-training.ts';
import { timelessEvent } from '../../support/timeless-event.ts';

/** 10 steps an epoch, 3 epochs; linear plain t0 0.2 over 7 layers: t_i = 30 (0.2 + 0.8 i / 6) = 6, 10, 14, 18, 22, 26, 30. */
function planOf(change: Partial<RunSpec> = {}) {
  const policy = { kind: 'freezeout', shape: 'linear', t0: 0.2, scaled: false };
  return fakePlan({ policy, epochs: 3, logEverySteps: 4, ...change });
}

function ofType<Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) {
  return events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}

/** All but numbers, times and what depends on them. */
function withoutTimes(events: readonly RunEvent[]) {
  return events.map(timelessEvent);
}

describe('trainRun', () => {
  it('reports freezes at the first step after t_i, and tells the session from that step on', async () => {
    const session = new FakeSession(FAKE_NETWORK);
    const { events } = await trainFake({ plan: planOf(), session });
    expect(ofType(events, 'layer.frozen').map(({ layer, step, epoch }) => [layer, step, epoch])).toEqual([
      [0, 7, 1],
      [1, 11, 2],
      [2, 15, 2],
      [3, 19, 2],
      [4, 23, 3],
      [5, 27, 3],
    ]);
    expect(session.steps.map((step) => step.frozenLayers)).toEqual(
      Array.from({ length: 30 }, (_, step) => [7, 11, 15, 19, 23, 27].filter((freeze) => freeze <= step).length),
    );
    // lr_1(5) = 1/2 0.1 (1 + cos(pi 5/10)) = 0.05
    expect(session.steps[5].learningRates[1]).toBeCloseTo(0.05, 12);
  });

  it('numbers its events without gaps, in an order in which each is known once it is said', async () => {
    const { events } = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK) });
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    for (const event of events) expect(runEventSchema.parse(event)).toEqual(event);
    expect(events.map((event) => event.type).filter((type) => type !== 'layer.frozen')).toEqual(
      [1, 2, 3]
        .flatMap((epoch) => [
          ...Array<string>(epoch === 2 ? 2 : 3).fill('step.sampled'),
          'epoch.finished',
          ...(epoch === 3 ? ['predictions.counted'] : []),
          'checkpoint.saved',
        ])
        .concat('predictions.counted', 'run.finished'),
    );
    expect(ofType(events, 'step.sampled').map(({ step }) => step)).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
  });

  it('counts the predictions of the last epoch and of the test, as many as there are images', async () => {
    const { events } = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK) });
    // Batches of 4 and 2 images of class 0, of each of which one is taken for class 1.
    const counted = { classNames: ['none', 'some'], images: [6, 0], predicted: [{ 0: 4, 1: 2 }, {}], topFiveErrors: 0 };
    expect(ofType(events, 'predictions.counted')).toMatchObject([
      { split: 'validation', ...counted },
      { split: 'test', ...counted },
    ]);
    expect(ofType(events, 'run.finished')[0].testError).toBe(2 / 6);
  });

  it('counts only the test images where it goes on from the last checkpoint: the others were reported before that', async () => {
    const { checkpoints } = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK) });
    const again = await trainFake({
      plan: planOf(),
      session: new FakeSession(FAKE_NETWORK),
      from: checkpoints.saved.at(-1),
    });
    expect(again.events.map(({ type }) => type)).toEqual(['predictions.counted', 'run.finished']);
    expect(ofType(again.events, 'predictions.counted')[0].split).toBe('test');
  });

  it('gives the mean loss of the steps, the means over the images, and null rates of frozen layers', async () => {
    const session = new FakeSession(FAKE_NETWORK, (step) => step);
    const { events, checkpoints } = await trainFake({ plan: planOf(), session });
    const epochs = ofType(events, 'epoch.finished');
    expect(epochs.map(({ trainLoss }) => trainLoss)).toEqual([4.5, 14.5, 24.5]);
    expect(epochs.map(({ validationError }) => validationError)).toEqual([2 / 6, 2 / 6, 2 / 6]);
    expect(epochs.map(({ frozenLayers }) => frozenLayers)).toEqual([1, 4, 6]);
    expect(ofType(events, 'step.sampled').at(-1)?.learningRates.slice(0, 6)).toEqual(Array(6).fill(null));
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', testError: 2 / 6 });
    expect(checkpoints.weights).toEqual(session.weights());
  });

  it('says null where no images are held out', async () => {
    const change = { validationBatches: null };
    const { events } = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK), change });
    const [epoch] = ofType(events, 'epoch.finished');
    expect([epoch.validationLoss, epoch.validationError]).toEqual([null, null]);
  });

  it('ends an equal-time run within an epoch, which is finished and checkpointed like the others', async () => {
    const plan = planOf({ policy: { kind: 'none' }, steps: 23 });
    const { events, checkpoints } = await trainFake({ plan, session: new FakeSession(FAKE_NETWORK, (step) => step) });
    expect(ofType(events, 'epoch.finished').map(({ epoch, trainLoss }) => [epoch, trainLoss])).toEqual([
      [1, 4.5],
      [2, 14.5],
      [3, 21],
    ]);
    expect(checkpoints.saved.map(({ state }) => state.step)).toEqual([10, 20, 23]);
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', saved: { compute: 1 - 23 / 30 } });
  });

  it('writes a checkpoint every so many epochs, and always at the end', async () => {
    const { checkpoints } = await trainFake({
      plan: planOf({ checkpointEveryEpochs: 2 }),
      session: new FakeSession(FAKE_NETWORK),
    });
    expect(checkpoints.saved.map(({ state }) => state.step)).toEqual([20, 30]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('ends as diverged at a loss of %s', async (value) => {
    const session = new FakeSession(FAKE_NETWORK, (step) => (step === 13 ? value : null));
    const { events, checkpoints } = await trainFake({ plan: planOf(), session });
    expect(events.at(-1)).toMatchObject({ type: 'run.diverged', step: 13 });
    // At the next step whose loss is read, or at the epoch's end.
    expect(ofType(events, 'step.sampled').map(({ step }) => step)).toEqual([0, 4, 8, 12, 16]);
    expect(ofType(events, 'epoch.finished').map(({ epoch }) => epoch)).toEqual([1]);
    expect(checkpoints.saved.map(({ state }) => state.step)).toEqual([10]);
  });

  it.each([
    ['pause', 'run.paused'],
    ['stop', 'run.stopped'],
    ['yield', 'run.interrupted'],
  ] as const)('ends a %s with a checkpoint and the reason', async (type, ending) => {
    const requestAt = (step: number) => (step === 14 ? { type, reason: 'Asked for.' } : null);
    const { events, checkpoints } = await trainFake({
      plan: planOf(),
      session: new FakeSession(FAKE_NETWORK),
      requestAt,
    });
    expect(events.slice(-2)).toMatchObject([
      { type: 'checkpoint.saved', step: 14, epoch: 1 },
      { type: ending, step: 14, reason: 'Asked for.' },
    ]);
    expect(checkpoints.saved.at(-1)?.state).toMatchObject({ step: 14, frozenLayers: 2, epochLoss: { count: 4 } });
  });

  it('does not write a checkpoint twice where a pause comes right after one', async () => {
    const requestAt = (step: number) => (step === 10 ? ({ type: 'pause', reason: 'Asked for.' } as const) : null);
    const { checkpoints } = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK), requestAt });
    expect(checkpoints.saved).toHaveLength(1);
  });

  it('goes on after a pause at any step with the very events and weights of the uninterrupted run', async () => {
    const whole = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK) });
    for (let cut = 0; cut < 30; cut++) {
      const requestAt = (step: number) => (step === cut ? ({ type: 'pause', reason: '' } as const) : null);
      const first = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK), requestAt });
      const from = first.checkpoints.saved.at(-1);
      const lastSeq = first.events.length;
      const second = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK), from, lastSeq });
      const events = [...first.events, ...second.events].filter((event) => !isOfPause(event, cut));
      expect(withoutTimes(events)).toEqual(withoutTimes(whole.events));
      expect(second.events[0].seq).toBe(lastSeq + 1);
      expect(second.checkpoints.weights).toEqual(whole.checkpoints.weights);
    }
  });

  it('tells of each epoch what else the machine did while it trained, not while it was evaluated or saved', async () => {
    // Read at the start, then before and after each epoch's end: 10 s of training, 5 s of anything else.
    const at = [0, 0, 10, 15, 25, 30, 40, 45];
    const busy = [0, 0, 12, 100, 104, 200, 200, 200];
    const machine = scriptedMachine(
      at.map((seconds, index) => ({ at: seconds, busy: busy[index], joules: 5 * seconds })),
      null,
    );
    const change = { conditions: new ConditionsMeter(machine, NO_GPU) };
    const { events } = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK), change });
    const epochs = ofType(events, 'epoch.finished');
    expect(epochs.map(({ conditions }) => conditions.otherLoad)).toEqual([1.2, 0.4, 0]);
    const use = [1.2, 0.4, 0].map((cores) => ({ processorUse: cores / 2, processorWatts: 5 }));
    expect(epochs.map(({ metrics }) => metrics)).toEqual(use);
  });

  it('counts only active time, from the checkpoint on', async () => {
    const requestAt = (step: number) => (step === 14 ? ({ type: 'pause', reason: '' } as const) : null);
    const first = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK), requestAt });
    const from = first.checkpoints.saved.at(-1);
    const second = await trainFake({ plan: planOf(), session: new FakeSession(FAKE_NETWORK), from });
    const epochs = ofType([...first.events, ...second.events], 'epoch.finished');
    // Three readings of the clock a step, 1 ms apart, and one more before the evaluation.
    expect(epochs.map(({ seconds }) => Math.round(seconds.training * 1000))).toEqual([31, 31, 31]);
    expect(ofType(second.events, 'run.finished')[0].seconds.training).toBeCloseTo(0.093, 12);
  });
});

/** What the pause added: its event, and its checkpoint where no epoch ended there anyway. */
function isOfPause(event: RunEvent, cut: number): boolean {
  const isEpochEnd = cut > 0 && cut % 10 === 0;
  return event.type === 'run.paused' || (event.type === 'checkpoint.saved' && event.step === cut && !isEpochEnd);
}
