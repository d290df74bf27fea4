import type { DatasetInfo } from '#core/data/image-set.ts';
import { networkInput } from '#core/data/network-input.ts';
import { ruleForCounts, splitCounts } from '#core/data/split.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { NewRun } from '#core/ports.ts';
import type { RunSpec } from '#core/run.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planTraining } from '#core/training/plan.ts';

/** All that follows from a spec and its data set before anything trains. */
export type PlannedRun = Pick<NewRun, 'spec' | 'layers' | 'steps' | 'stepsPerEpoch' | 'computeSaved'>;

/** The part of `planForImages` that is stored. */
export function planRun(asked: RunSpec, images: DatasetInfo): PlannedRun {
  const { spec, layers, steps, stepsPerEpoch, computeSaved } = planForImages(asked, images);
  return { spec, layers, steps, stepsPerEpoch, computeSaved };
}

/**
 * Plans a run with every default filled in. Throws a bad request where counts, network and images do not fit each other. A run
 * that is to be stored gets its rule from `planSplit` before, which needs the labels; the counts, and so all else that is
 * planned here, do not depend on whether images are taken in order or by class.
 */
export function planForImages(spec: RunSpec, images: DatasetInfo): TrainingPlan {
  const network = buildNetwork(spec.model, networkInput(spec, images), images.classes);
  const split = ruleForCounts(images, spec);
  return planTraining({ ...spec, ...splitCounts(images, { ...spec, split }), split }, network);
}
