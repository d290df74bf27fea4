import { z } from 'zod';
import { messageOf } from '#core/errors.ts';
import { FIRST_PARAMETER, overSchema, parameterOf } from '#core/find/searched-parameters.ts';
import type { SearchRequest } from '#core/find/settings.ts';
import { searchRequestSchema, settingsOf } from '#core/find/settings.ts';
import { mostTried } from '#core/find/spending.ts';
import type { KindDraft } from './kind-draft.ts';
import { kindDraft, kindJson } from './kind-draft.ts';
import { numberIn, optionalNumberIn } from './number-text.ts';

/** What is in the form of a search, as it was typed. */
export interface SearchDraft {
  /** The kind of the parameter that is searched over, and what is chosen for its fields. */
  readonly over: string;
  readonly fields: KindDraft;
  /** Points. */
  readonly tolerance: string;
  /** Hours. */
  readonly budget: string;
  /** Empty texts mean the parameter's own range. */
  readonly lowest: string;
  readonly highest: string;
  readonly resolution: string;
  readonly equalTime: boolean;
}

export type SearchField = 'tolerance' | 'budget' | 'lowest' | 'highest' | 'resolution';

export interface SearchReading {
  /** Null where something is wrong. */
  readonly request: SearchRequest | null;
  /** What is wrong, one sentence a field. */
  readonly errors: Readonly<Partial<Record<SearchField, string>>>;
}

export function firstSearchDraft(tolerance: number): SearchDraft {
  return { ...draftOver(FIRST_PARAMETER), tolerance: String(tolerance), budget: '2', equalTime: true };
}

/** The part of a draft that follows from the parameter, as it is when that has just been chosen. */
export function draftOver(over: string): Pick<SearchDraft, 'over' | 'fields' | 'lowest' | 'highest' | 'resolution'> {
  return { over, fields: kindDraft(parameterOf({ kind: over })), lowest: '', highest: '', resolution: '' };
}

const HOUR = 3600;

const field = {
  tolerance: z.number().gt(0).max(100),
  budget: z.number().gt(0),
  resolution: z.number().min(0.001),
} as const;

const SENTENCES = {
  tolerance: 'A number of points above 0, such as 0.5.',
  budget: 'A number of hours above 0, such as 2 or 0.5.',
  resolution: 'A step of 0.001 or more.',
} as const;

/** `layerCount` is that of the network, its head included; null where it is not known yet, and then the start judges the range. */
export function readSearchDraft(draft: SearchDraft, layerCount: number | null): SearchReading {
  const errors: Partial<Record<SearchField, string>> = {};
  for (const name of ['tolerance', 'budget'] as const) {
    if (!field[name].safeParse(numberIn(draft[name])).success) errors[name] = SENTENCES[name];
  }
  for (const name of ['lowest', 'highest'] as const) {
    const value = optionalNumberIn(draft[name]);
    const lack = value === undefined ? null : parameterOf({ kind: draft.over }).lack(value, layerCount ?? Infinity);
    if (lack !== null) errors[name] = lack;
  }
  if (!field.resolution.optional().safeParse(optionalNumberIn(draft.resolution)).success) {
    errors.resolution = SENTENCES.resolution;
  }
  if (Object.keys(errors).length > 0) return { request: null, errors };
  const request = requestOf(draft);
  const lack = layerCount === null ? null : rangeLack(request, layerCount);
  return lack === null ? { request, errors } : { request: null, errors: { highest: lack } };
}

/** Why no candidates follow from the range: ends that cross, or a step between values. */
function rangeLack(request: SearchRequest, layerCount: number): string | null {
  try {
    settingsOf(request, { layerCount, seeds: [] });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function requestOf({ over, fields, tolerance, budget, lowest, highest, resolution, equalTime }: SearchDraft) {
  return searchRequestSchema.parse({
    over: overSchema.parse(kindJson(parameterOf({ kind: over }), fields)),
    ...{ tolerance: numberIn(tolerance), budgetSeconds: numberIn(budget) * HOUR, equalTime },
    ...{ lowest: optionalNumberIn(lowest), highest: optionalNumberIn(highest) },
    resolution: optionalNumberIn(resolution),
  });
}

/** "15 values of t0; at most 4 of them are tried, with 3, 5 or 8 pairs of runs." */
export function searchSizeText(request: SearchRequest, layerCount: number): string {
  const { candidates, looks } = settingsOf(request, { layerCount, seeds: [] });
  const pairs = looks.map((look) => String(look.pairs));
  const tried = mostTried(candidates.length);
  const { valuesName, valueText } = parameterOf(request.over);
  const trying = `tried, with ${pairs.slice(0, -1).join(', ')} or ${pairs.at(-1)} pairs of runs.`;
  if (candidates.length === 1) return `Only ${valueText(candidates[0])} is ${trying}`;
  return `${candidates.length} ${valuesName}; at most ${tried} of them are ${trying}`;
}
