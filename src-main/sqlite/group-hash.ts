import { createHash } from 'node:crypto';
import type { ResolvedRunSpec } from '#core/run.ts';

/**
 * A hash that is equal for specs that differ only by seed, by equal-time steps, by settings that no result depends on, and by
 * the order of their keys.
 */
export function groupHash(spec: ResolvedRunSpec): string {
  const group = { ...spec, seed: undefined, steps: undefined, prefixCache: undefined };
  const json = JSON.stringify(group, (_key, value: unknown) => sortKeys(value));
  return createHash('sha256').update(json).digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
