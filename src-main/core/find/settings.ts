import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policyName } from '#core/policy/policy.ts';
import { secondsNumber, seedNumber } from '#core/ranges.ts';
import { FIRST_PARAMETER, overSchema, parameterOf } from './searched-parameters.ts';

/** Points of test error that the user accepts as a cost. */
const tolerance = z.number().positive('must be above 0').max(100);
const budgetSeconds = secondsNumber.positive('must be above 0');

const MOST_CANDIDATES = 1000;

const ascending = z
  .array(z.number())
  .min(1, 'needs at least one value')
  .max(MOST_CANDIDATES, `has more than ${MOST_CANDIDATES} values: each may become an arm of the study`)
  .refine((all) => all.every((value, index) => index === 0 || value > all[index - 1]), 'must rise');

/** A number of pairs at which a candidate is looked at, and the share of its error rate that this look may spend. */
const look = z.strictObject({ pairs: z.int().min(2).max(1_000_000), share: z.number().positive().max(1) });

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
  /** The parameter that is searched over, with the rest of its policy. */
  over: overSchema,
  tolerance,
  /** Budget of active time: training, evaluation and checkpoints of the search's runs. */
  budgetSeconds,
  /** The values to search among, rising. */
  candidates: ascending,
  /** Seeds in the order in which they are added; a look at n pairs takes the first n. */
  seeds: z.array(seedNumber),
  looks,
  /** Whether the recommended arm is compared with a baseline of equal time. */
  equalTime: z.boolean(),
});

/** A client's request for a search: the values one by one, or their ends and the step between them. */
export const searchRequestSchema = z.strictObject({
  over: overSchema.default(overSchema.parse({ kind: FIRST_PARAMETER })),
  tolerance,
  budgetSeconds,
  lowest: z.number().optional(),
  highest: z.number().optional(),
  resolution: z.number().min(0.001, 'must be 0.001 or more').optional(),
  candidates: ascending.optional(),
  equalTime: z.boolean().default(true),
});

export type SearchSettings = z.infer<typeof searchSettingsSchema>;
export type SearchRequest = z.infer<typeof searchRequestSchema>;
export type Look = SearchSettings['looks'][number];

/** What a search is begun on. */
export interface SearchedRuns {
  /** Layers of the network, its head included. */
  readonly layerCount: number;
  /** Seeds of an existing study, which come first. */
  readonly seeds: readonly number[];
}

/** Throws a bad request where the ends cross, or where a value is impossible in this network. */
export function settingsOf(request: SearchRequest, { layerCount, seeds: known }: SearchedRuns): SearchSettings {
  const { over, tolerance, budgetSeconds, equalTime } = request;
  const candidates = request.candidates ?? evenlySpaced(request, layerCount);
  checkValues(candidates, over, layerCount);
  const seeds = seedsAfter(known, Math.max(...LOOKS.map(({ pairs }) => pairs)));
  return { over, tolerance, budgetSeconds, candidates, seeds, looks: LOOKS, equalTime };
}

function evenlySpaced(request: SearchRequest, layerCount: number): number[] {
  const parameter = parameterOf(request.over);
  const range = parameter.range(layerCount);
  const { lowest = range.lowest, highest = range.highest, resolution = range.resolution } = request;
  if (lowest > highest) {
    throw badRequest(`The lowest ${parameter.name} (${lowest}) is above the highest (${highest}): swap them.`);
  }
  // Steps such as 0.05 miss the highest value by rounding only, which must not cost that value.
  const count = Math.floor((highest - lowest) / resolution + 1e-9) + 1;
  if (count > MOST_CANDIDATES) {
    throw badRequest(`A search tries ${MOST_CANDIDATES} ${parameter.valuesName} at most: make the step larger.`);
  }
  return Array.from({ length: count }, (_, index) => Number((lowest + index * resolution).toFixed(6)));
}

function checkValues(values: readonly number[], over: SearchSettings['over'], layerCount: number): void {
  const parameter = parameterOf(over);
  for (const value of values) {
    const lack = parameter.lack(value, layerCount);
    if (lack !== null) throw badRequest(lack);
  }
}

/** The known seeds, then the lowest free ones, up to `count`. */
function seedsAfter(known: readonly number[], count: number): number[] {
  const seeds = known.slice(0, count);
  for (let seed = 1; seeds.length < count; seed++) if (!seeds.includes(seed)) seeds.push(seed);
  return seeds;
}

export function policyAt(value: number, { over }: Pick<SearchSettings, 'over'>): Policy {
  return parameterOf(over).policyAt(over, value);
}

/** The name of a candidate's arm. */
export function armAt(value: number, settings: Pick<SearchSettings, 'over'>): string {
  return policyName(policyAt(value, settings));
}

/** The candidates, those that save most time first. */
export function bySaving({ candidates, over }: Pick<SearchSettings, 'candidates' | 'over'>): readonly number[] {
  return parameterOf(over).savesMost === 'lowest' ? candidates : candidates.toReversed();
}
