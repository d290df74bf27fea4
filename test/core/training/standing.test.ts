import { describe, expect, it } from 'vitest';
import { stepCost } from '#core/policy/cost.ts';
import { FollowedTraining } from '#core/training/standing.ts';
import { eventsOf, sampled, sampleRun } from '../../cli/sample-run.ts';
import { UNKNOWN_CONDITIONS } from '../../support/conditions.ts';

const EPOCH = {
  epoch: 1,
  trainLoss: 2,
  validationLoss: 1,
  validationError: 0.5,
  frozenLayers: 0,
  seconds: { training: 3.5, evaluation: 0.5, checkpoint: 0.5 },
  conditions: UNKNOWN_CONDITIONS,
};

describe('where a training stands', () => {
  it('is known as to its time at once where epochs were stored before one began to watch', () => {
    const progress = new FollowedTraining([sampleRun()], 0);
    progress.begin(sampleRun({ status: 'running', epoch: 1, epochs: [EPOCH] }));
    // 5 steps of 35 multiply-adds took 3.5 s: 20 ms each. Left: 115 of them, 2.3 s, and 1 s after the epoch.
    expect(progress.standing()).toMatchObject({ step: 5, steps: 10, epoch: 1, epochs: 2 });
    expect(progress.standing()?.secondsLeft).toBeCloseTo(3.3, 12);
  });

  it('counts steps within an epoch', () => {
    const progress = new FollowedTraining([sampleRun()], 0);
    progress.begin(sampleRun());
    expect(progress.standing()).toMatchObject({ step: 0, secondsLeft: null });
    for (const event of eventsOf('run1', [sampled(2, 2.5, 70)])) progress.apply(event);
    expect(progress.standing()).toMatchObject({ step: 3, epoch: 1, msPerStep: 70 });
  });

  it('takes what is frozen for all that will be, where the policy decides while training', () => {
    const policy = { kind: 'gradient-norm', interval: 0.1, percentile: 50 } as const;
    const run = sampleRun({ status: 'running' });
    const adaptive = { ...run, spec: { ...run.spec, policy } };
    const left = (...bodies: Parameters<typeof eventsOf>[1]) => {
      const progress = new FollowedTraining([adaptive], 0);
      progress.begin(adaptive);
      for (const event of eventsOf('run1', bodies)) progress.apply(event);
      return progress.standing()?.secondsLeft ?? Number.NaN;
    };
    // 7 of 10 steps are left.
    const unfrozen = left(sampled(2, 2.5, 100));
    expect(unfrozen).toBeCloseTo(0.7, 12);
    const frozen = left(sampled(2, 2.5, 100), { type: 'layer.frozen', layer: 0, step: 3, epoch: 1 });
    const macs = run.layers.map((layer) => layer.macs);
    expect(frozen).toBeCloseTo((0.7 * stepCost(macs, 1)) / stepCost(macs, 0), 12);
  });
});
