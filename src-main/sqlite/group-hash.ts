import { createHash } from 'node:crypto';
import type { ResolvedRunSpec } from '#core/run.ts';

/**
 * Equal for specs that differ only by seed, by equal-time steps and by what no result depends on, in whatever order their keys
 * come.
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
