import type { RunSpec } from '#core/run.ts';

/** The number of different inputs that a run makes of each image; null where inputs never repeat. */
export function fixedViews({ augment, views }: Pick<RunSpec, 'augment' | 'views'>): number | null {
  return augment === 'none' ? 1 : (views ?? null);
}

/** The same where the frozen layers' output may be kept; null where it never is. */
export function keptViews(spec: Pick<RunSpec, 'augment' | 'views' | 'prefixCache'>): number | null {
  return spec.prefixCache === 'off' ? null : fixedViews(spec);
}
