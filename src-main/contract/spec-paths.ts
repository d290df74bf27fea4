import { pathOf } from '#core/data/dataset-location.ts';
import type { BaseSpec } from '#core/run.ts';

/** The paths that a spec names: of its data set, and of the weights that it begins with. */
export function specPaths({
  dataset,
  initialWeights,
}: Pick<BaseSpec, 'dataset' | 'initialWeights'>): readonly string[] {
  const images = typeof dataset === 'string' ? null : pathOf(dataset);
  return [images, initialWeights].filter((path) => typeof path === 'string');
}
