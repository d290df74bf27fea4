import { describe, expect, it } from 'vitest';
import type { Batch } from '#core/data/batch.ts';
import type { RunSpec } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { betterEpoch, earlyEndSchema, isEndDue } from '#core/training/early-end.ts';
import type { Evaluation } from '#core/training/session.ts';
import { FAKE_NETWORK, FakeSession, fakePlan, trainFake } from '../../support/fake-training.ts';

/** 10 steps an epoch, 8 epochs. */
function planOf(change: Partial<RunSpec> = {}) {
  return fakePlan({ epochs: 8, ...change });
}

/** Wrong images in each batch of an evaluation after 1, 2, ... epochs. */
const ERRORS = [2, 2, 1, 2, 1, 2, 0, 0];

/** A session that goes on after so many steps. */
class ScriptedSession extends FakeSession {
  readonly #stepsBefore: number;

  constructor(stepsBefore = 0) {
    super(FAKE_NETWORK);
    this.#stepsBefore = stepsBefore;
  }

  override evaluate(batch: Batch): Evaluation {
    const epoch = Math.floor((this.#stepsBefore + this.steps.length) / 10);
    return { ...super.evaluate(batch), errors: ERRORS[epoch - 1] };
  }
}

function ended(events: readonly RunEvent[]) {
  const end = events.at(-1);
  if (end?.type !== 'run.finished') throw new Error(`The run ended as ${end?.type}.`);
  return end;
}

describe('an early end', () => {
  it('ends the run after the epochs of its patience, and says why', async () => {
    const plan = planOf({ earlyEnd: { patience: 2, weights: 'best' } });
    const { events, checkpoints } = await trainFake({ plan, session: new ScriptedSession() });
    // The least error is that of epoch 3; that of epoch 5 is the same, which is not lower.
    expect(ended(events).reason).toBe(
      'Ended early after epoch 5 of 8: no epoch after epoch 3 had a lower validation error.',
    );
    expect(events.filter(({ type }) => type === 'epoch.finished')).toHaveLength(5);
    // 50 of 80 steps, and nothing frozen.
    expect(ended(events).saved).toEqual({ compute: 1 - 50 / 80, profile: null });
    const [third] = checkpoints.saved.filter(({ state }) => state.step === 30);
    expect(checkpoints.weights).toEqual(third.weights);
    expect(checkpoints.saved.at(-1)?.state.step).toBe(50);
  });

  it('tests the last weights where these are asked for', async () => {
    const plan = planOf({ earlyEnd: { patience: 2, weights: 'last' } });
    const { checkpoints } = await trainFake({ plan, session: new ScriptedSession() });
    expect(checkpoints.weights).toEqual(checkpoints.saved.at(-1)?.weights);
    expect(checkpoints.saved.at(-1)?.best.size).toBe(0);
  });

  it('tests the best weights of a run that trains to its end, too, which then has no reason', async () => {
    const plan = planOf({ earlyEnd: { patience: 4, weights: 'best' } });
    const { events, checkpoints } = await trainFake({ plan, session: new ScriptedSession() });
    expect(ended(events).reason).toBeUndefined();
    expect(ended(events).saved.compute).toBe(0);
    const [seventh] = checkpoints.saved.filter(({ state }) => state.step === 70);
    expect(checkpoints.weights).toEqual(seventh.weights);
  });

  it('comes to the same when it goes on from any step', async () => {
    const plan = planOf({ earlyEnd: { patience: 2, weights: 'best' }, checkpointEveryEpochs: 2 });
    const whole = await trainFake({ plan, session: new ScriptedSession() });
    for (const stop of [1, 15, 29, 31, 40, 49, 50]) {
      const requestAt = (step: number) => (step === stop ? ({ type: 'pause', reason: '' } as const) : null);
      const first = await trainFake({ plan, session: new ScriptedSession(), requestAt });
      // A kill goes back to the last checkpoint, a pause has one of its own.
      for (const from of first.checkpoints.saved.slice(-2)) {
        const { step } = from.state;
        const rest = await trainFake({ plan, session: new ScriptedSession(step), from });
        expect(ended(rest.events).reason).toBe(ended(whole.events).reason);
        expect(ended(rest.events).saved).toEqual(ended(whole.events).saved);
        expect(rest.checkpoints.weights).toEqual(whole.checkpoints.weights);
      }
    }
  });

  it('needs validation images', () => {
    expect(() => planOf({ earlyEnd: { patience: 1, weights: 'best' }, validation: 0 })).toThrow(
      'An early end needs validation images: hold some out, or leave earlyEnd out.',
    );
  });

  it('is due after as many epochs as its patience has', () => {
    const rule = earlyEndSchema.parse({ patience: 3 });
    expect(rule.weights).toBe('best');
    expect([4, 5, 6].map((done) => isEndDue(rule, { epoch: 2, error: 0.1 }, done))).toEqual([false, true, true]);
    expect(isEndDue(rule, null, 9)).toBe(false);
    expect(isEndDue(undefined, { epoch: 1, error: 0 }, 9)).toBe(false);
    const best = { epoch: 2, error: 0.1 };
    expect(betterEpoch(best, { epoch: 3, error: 0.1 })).toBe(best);
  });
});
