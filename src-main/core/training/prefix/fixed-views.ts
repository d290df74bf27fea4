import type { RunSpec } from '#core/run.ts';

/** The number of different inputs that a run makes of each image; null where inputs never repeat. */
export function fixedViews({ augment, views }: Pick<RunSpec, 'augment' | 'views'>): number | null {
  return augment === 'none' ? 1 : (views ?? null);
}
