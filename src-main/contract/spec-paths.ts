import { pathOf } from '#core/data/dataset-location.ts';
import type { BaseSpec } from '#core/run.ts';
import { weightsPath } from '#core/weights/weights-spec.ts';

/** The paths that a spec names: of its data set, and of the weights that it begins with. */
export function specPaths({ dataset, weights }: Pick<BaseSpec, 'dataset' | 'weights'>): readonly string[] {
  const images = typeof dataset === 'string' ? null : pathOf(dataset);
  return [images, weightsPath(weights)].filter((path) => path !== null);
}
