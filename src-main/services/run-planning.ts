import { splitCounts } from '#core/data/split.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { NewRun } from '#core/ports.ts';
import type { DatasetInfo } from '#core/records.ts';
import type { RunSpec } from '#core/run.ts';
import { planTraining } from '#core/training/plan.ts';

/** What follows from a spec and its data set before anything trains. */
export type PlannedRun = Pick<NewRun, 'spec' | 'layers' | 'steps' | 'stepsPerEpoch' | 'computeSaved'>;

/** Writes every default in. Throws a bad request where counts, network and images do not fit each other. */
export function planRun(spec: RunSpec, images: DatasetInfo): PlannedRun {
  const resolved = { ...spec, ...splitCounts(images, spec) };
  const network = buildNetwork(spec.model, images, images.classes);
  const { layers, steps, stepsPerEpoch, computeSaved } = planTraining(resolved, network);
  return { spec: resolved, layers, steps, stepsPerEpoch, computeSaved };
}
