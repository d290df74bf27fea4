import { describe, expect, it } from 'vitest';
import type { TimedEpochs } from '#core/analysis/epoch-pace.ts';
import { epochPaceOf } from '#core/analysis/epoch-pace.ts';
import type { DepthRatio, SampledSteps } from '#core/analysis/run-pace.ts';
import { depthChanges } from '#core/policy/cost.ts';

const NO_SAMPLES: SampledSteps = { step: [], stepMs: [], frozenLayers: [] };
const RATIOS = [1, 0.5];
const ratioAt = (depth: number): DepthRatio | null =>
  RATIOS[depth] === undefined ? null : { ratio: RATIOS[depth], error: 0 };

/**
 * An unfrozen step takes 100 ms, and 10 ms outside the network. From step 150 on it takes 50 ms and 10 ms. Epochs of 100 steps
 * thus take 11, 8.5 (50 x 110 + 50 x 60), 6, 6 and, with the last 20 steps, 1.2 s.
 */
const TIMED: TimedEpochs = {
  ...{
    steps: 420,
    stepsPerEpoch: 100,
    depths: [{ step: 150, frozenLayers: 1 }],
    outsideMs: 10,
    cachedFrom: Number.POSITIVE_INFINITY,
  },
  epochs: [11, 8.5, 6, 6, 1.2].map((seconds, index) => ({ epoch: index + 1, seconds })),
};

describe('the pace of a run by its epochs', () => {
  it('is the unfrozen step’s time, also of epochs in which a layer froze, and of a last one with fewer steps', () => {
    const pace = epochPaceOf(TIMED, NO_SAMPLES, ratioAt);
    expect(pace?.level).toBeCloseTo(100, 9);
    expect(pace?.slow).toBeNull();
    // At least: a step scatters by 10 %, the mean of 100 by 1 %; five epochs make four stretches.
    expect(pace?.error).toBeCloseTo(0.01 / Math.sqrt(5 / 4) / 2, 9);
  });

  it('takes the scatter of the sampled steps into account', () => {
    const samples = { step: [0, 50, 100], stepMs: [50, 100, 150], frozenLayers: [0, 0, 0] };
    const pace = epochPaceOf(TIMED, samples, ratioAt);
    expect(pace?.error).toBeCloseTo(0.05 / Math.sqrt(5 / 4) / 2, 9);
  });

  it('says in which epoch a load began', () => {
    const epochs = TIMED.epochs
      .slice(0, 4)
      .map(({ epoch, seconds }) => ({ epoch, seconds: epoch < 3 ? seconds : 1.5 * seconds }));
    expect(epochPaceOf({ ...TIMED, epochs }, NO_SAMPLES, ratioAt)?.slow).toMatchObject({ from: 200, until: null });
  });

  it('leaves out epochs of which a cache served steps, and those at depths that the profile lacks', () => {
    expect(epochPaceOf({ ...TIMED, cachedFrom: 400 }, NO_SAMPLES, ratioAt)?.level).toBeCloseTo(100, 9);
    expect(epochPaceOf({ ...TIMED, cachedFrom: 150 }, NO_SAMPLES, ratioAt)).toBeNull();
    expect(epochPaceOf({ ...TIMED, depths: depthChanges([150, 250], []) }, NO_SAMPLES, ratioAt)).toBeNull();
    expect(epochPaceOf({ ...TIMED, depths: [], cachedFrom: 0 }, NO_SAMPLES, ratioAt)).not.toBeNull();
  });
});
