import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policyName, policySchema } from '#core/policy/policy.ts';

const t0 = z.number().gt(0, 'must be above 0 and below 1').lt(1, 'must be above 0 and below 1');
const shape = z.enum(['linear', 'squared', 'cubic']);
/** Points of test error that the user accepts as a cost. */
const tolerance = z.number().positive('must be above 0').max(100);
const budgetSeconds = z.number().positive('must be above 0');

const MOST_CANDIDATES = 1000;

const ascending = z
  .array(t0)
  .min(1, 'needs at least one value')
  .max(MOST_CANDIDATES)
  .refine((all) => all.every((value, index) => index === 0 || value > all[index - 1]), 'must rise');

/** A number of pairs at which a candidate is looked at, and the share of its error rate that this look may spend. */
const look = z.strictObject({ pairs: z.int().min(2), share: z.number().positive() });

const looks = z
  .array(look)
  .min(1)
  .refine((all) => all.every(({ pairs }, index) => index === 0 || pairs > all[index - 1].pairs), 'must rise in pairs')
  .refine((all) => all.reduce((sum, { share }) => sum + share, 0) <= 1 + 1e-9, 'must share out 1 at most');

/**
 * The first look spends little: with three pairs a claim needs luck or a small spread, while clearly bad candidates already show
 * there, and giving them up spends nothing.
 */
const LOOKS = [
  { pairs: 3, share: 0.1 },
  { pairs: 5, share: 0.3 },
  { pairs: 8, share: 0.6 },
];

/** The settings of a search, fixed when it begins; only the budget may change later. */
export const searchSettingsSchema = z.strictObject({
  shape,
  scaled: z.boolean(),
  tolerance,
  /** Budget of active time: training, evaluation and checkpoints of the search's runs. */
  budgetSeconds,
  /** The values of t0 to search among. */
  candidates: ascending,
  /** Seeds in the order in which they are added; a look at n pairs takes the first n. */
  seeds: z.array(z.int().min(0)),
  looks,
  /** Whether the recommended arm is compared with a baseline of equal time. */
  equalTime: z.boolean(),
});

/** A client's request for a search: the values of t0 one by one, or their ends and the step between them. */
export const searchRequestSchema = z.strictObject({
  shape: shape.default('cubic'),
  scaled: z.boolean().default(true),
  tolerance,
  budgetSeconds,
  lowest: t0.default(0.2),
  highest: t0.default(0.9),
  resolution: z.number().min(0.001, 'must be 0.001 or more').default(0.05),
  candidates: ascending.optional(),
  equalTime: z.boolean().default(true),
});

export type SearchSettings = z.infer<typeof searchSettingsSchema>;
export type SearchRequest = z.infer<typeof searchRequestSchema>;
export type Look = SearchSettings['looks'][number];

/** Seeds in `known`, those of an existing study, come first. Throws a bad request where the ends cross. */
export function settingsOf(request: SearchRequest, known: readonly number[] = []): SearchSettings {
  const { shape, scaled, tolerance, budgetSeconds, equalTime } = request;
  const candidates = request.candidates ?? evenlySpaced(request);
  const seeds = seedsAfter(known, Math.max(...LOOKS.map(({ pairs }) => pairs)));
  return { shape, scaled, tolerance, budgetSeconds, candidates, seeds, looks: LOOKS, equalTime };
}

function evenlySpaced({ lowest, highest, resolution }: SearchRequest): number[] {
  if (lowest > highest) throw badRequest(`The lowest t0 (${lowest}) is above the highest (${highest}): swap them.`);
  // Steps such as 0.05 miss the highest value by rounding only, which must not cost that value.
  const count = Math.floor((highest - lowest) / resolution + 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => Number((lowest + index * resolution).toFixed(6)));
}

/** The known seeds, then the lowest free ones, up to `count`. */
function seedsAfter(known: readonly number[], count: number): number[] {
  const seeds = known.slice(0, count);
  for (let seed = 1; seeds.length < count; seed++) if (!seeds.includes(seed)) seeds.push(seed);
  return seeds;
}

export function policyAt(t0: number, { shape, scaled }: Pick<SearchSettings, 'shape' | 'scaled'>): Policy {
  return policySchema.parse({ kind: 'freezeout', shape, t0, scaled });
}

/** The name of a candidate's arm. */
export function armAt(t0: number, settings: Pick<SearchSettings, 'shape' | 'scaled'>): string {
  return policyName(policyAt(t0, settings));
}
