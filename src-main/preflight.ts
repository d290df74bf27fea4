import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { policyNeeds } from '#core/policy/policy.ts';
import type { RunPreflight } from '#core/ports.ts';
import type { RunSpec } from '#core/run.ts';
import { planForImages } from '#core/training/run-planning.ts';
import { checkFreeSpace } from './checkpoints/free-space.ts';
import { readWeights } from './checkpoints/variables.ts';
import { datasetCatalog, locationOf } from './datasets/catalog.ts';
import { partsOf, unknownDataset } from './services/datasets.ts';

/**
 * Checks a run, its files and its disk before the home is opened, so that nothing is written for a run that cannot train.
 * A data set that only the home knows was read when it was added; the trainer checks it.
 */
export async function checkRun(spec: RunSpec, home: string): Promise<void> {
  const location = locationOf(spec.dataset);
  if (location === null) {
    // A home that does not exist knows no data sets.
    if (!existsSync(home)) throw unknownDataset(String(spec.dataset));
    return;
  }
  const content = await datasetCatalog.content(location);
  const { split } = partsOf(spec.dataset, { location, content }, spec);
  await preflightIn(home).check({ ...spec, split }, content.info, false);
}

/** Checks what runs of this home need besides their data. */
export function preflightIn(home: string): RunPreflight {
  return {
    async check(spec, images, hasCheckpoint) {
      const { descriptions } = planForImages(spec, images);
      if (spec.initialWeights !== undefined && !hasCheckpoint) await readWeights(spec.initialWeights, descriptions);
      const { gradientSums: sumsGradients } = policyNeeds(spec.policy);
      await checkFreeSpace(existingFolder(home), { ...spec, layers: descriptions, sumsGradients });
    },
  };
}

function existingFolder(path: string): string {
  return existsSync(path) ? path : existingFolder(dirname(path));
}
