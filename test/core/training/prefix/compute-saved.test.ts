import { describe, expect, it } from 'vitest';
import { buildNetwork } from '#core/network/network.ts';
import { stepCost } from '#core/policy/cost.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { planTraining } from '#core/training/plan.ts';
import { computeSavedWithCache } from '#core/training/prefix/compute-saved.ts';
import { boundaryDepths, visitsOf } from '#core/training/prefix/visits.ts';

const model = { kind: 'densenet-bc', depth: 10, growth: 4 } as const;
const network = buildNetwork(model, { height: 16, width: 16, channels: 3 }, 10);

/** 100 epochs of 2 steps: every depth lasts for epochs. */
const plan = planTraining(
  resolvedRunSpecSchema.parse({
    ...{ dataset: { kind: 'synthetic' }, train: 20, validation: 0, test: 10, model, epochs: 100, batchSize: 10 },
    ...{ policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 }, augment: 'none' },
  }),
  network,
);
const macs = plan.descriptions.map((layer) => layer.macs);
const visits = visitsOf(plan, 1, 0);
const planKeeping = (images: number) => ({
  boundaries: boundaryDepths(plan).map(() => ({
    inMemory: images,
    onDisk: { from: 0, to: 0 },
    ordinaryMs: 0,
    cachedMs: 0,
  })),
  savedMs: 0,
});

describe('what schedule and cache save', () => {
  it('is what the schedule saves where nothing is kept', () => {
    const planned = { cachePlan: planKeeping(0), visits, count: 20 };
    expect(computeSavedWithCache(plan, planned)).toBe(plan.computeSaved);
  });

  it('is also all frozen layers but for one pass of every image through each, where all is kept', () => {
    const planned = { cachePlan: planKeeping(20), visits, count: 20 };
    const full = stepCost(macs, 0);
    const skipped = Array.from({ length: plan.steps }, (_, step) => plan.schedule.frozenLayersAt(step)).reduce(
      (sum, depth) => sum + macs.slice(0, depth).reduce((total, layer) => total + layer, 0),
      0,
    );
    const bound = plan.computeSaved + skipped / (plan.steps * full);
    const onePass = (2 * macs.reduce((sum, layer) => sum + layer, 0)) / (plan.steps * full);
    const saved = computeSavedWithCache(plan, planned);
    expect(saved).toBeLessThan(bound);
    expect(saved).toBeGreaterThan(bound - onePass);
  });
});
