import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { policyNeeds } from '#core/policy/policy.ts';
import type { RunPreflight } from '#core/ports.ts';
import type { RunSpec } from '#core/run.ts';
import { planForImages } from '#core/training/run-planning.ts';
import { placedWeights } from '#core/weights/placed-weights.ts';
import { weightsPath } from '#core/weights/weights-spec.ts';
import { checkFreeSpace } from './checkpoints/checkpoint-space.ts';
import { readStoredWeights } from './checkpoints/weights-file.ts';
import { datasetCatalog, locationOf } from './datasets/catalog.ts';
import { partsOf, unknownDataset } from './services/datasets.ts';
import { processorName } from './tensorflow/device.ts';
import { checkPrecision } from './tensorflow/precision.ts';

const NVIDIA_DRIVER = '/proc/driver/nvidia';

/**
 * Checks a run, its files and its disk before the home is opened, so that nothing is written for a run that cannot train.
 * What only the home knows is checked there: data sets and weights that were added, and the weights of its runs.
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
  const path = weightsPath(spec.weights);
  const weights = path === null ? null : await readStoredWeights(path);
  await preflightIn(home).check({ ...spec, split }, content.info, weights);
}

/** Checks what runs of this home need besides their data. */
export function preflightIn(home: string): RunPreflight {
  return {
    async check(spec, images, weights) {
      const { descriptions } = planForImages(spec, images);
      const { model, weights: asked } = spec;
      if (asked !== undefined && weights !== null) {
        placedWeights({ weights: asked, stored: weights, model, layers: descriptions });
      }
      const { gradientSums: sumsGradients } = policyNeeds(spec.policy);
      await checkFreeSpace(existingFolder(home), { ...spec, layers: descriptions, sumsGradients });
    },
    checkPrecision: checkProcessor,
  };
}

/** Whether a run will use a GPU is known once TensorFlow is loaded: where there is a driver for one, the trainer checks that. */
function checkProcessor({ precision, device }: Pick<RunSpec, 'precision' | 'device'>): void {
  if (device === 'gpu' || (device === 'auto' && existsSync(NVIDIA_DRIVER))) return;
  checkPrecision(precision, { backend: 'tensorflow-cpu', device: processorName() }, () => null);
}

function existingFolder(path: string): string {
  return existsSync(path) ? path : existingFolder(dirname(path));
}
