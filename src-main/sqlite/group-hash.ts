import { createHash } from 'node:crypto';
import { FIRST_RULE } from '#core/data/split.ts';
import type { ResolvedRunSpec } from '#core/run.ts';
import { withFirstKey } from '#core/weights/weights-spec.ts';

/**
 * A hash that is equal for specs that differ only by seed, by equal-time steps, by settings that no result depends on, such as a curve's name, and by
 * the order of their keys. The rule of version 0.1.0, whose specs did not say it, adds nothing to it,
 * and weights that it could name are named as it did.
 */
export function groupHash(spec: ResolvedRunSpec): string {
  const split = spec.split === FIRST_RULE ? undefined : spec.split;
  const policy = { ...spec.policy, name: undefined };
  const group = { ...withFirstKey(spec), policy, split, seed: undefined, steps: undefined, prefixCache: undefined };
  const json = JSON.stringify(group, (_key, value: unknown) => sortKeys(value));
  return createHash('sha256').update(json).digest('hex');
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
