import { z } from 'zod';
import type { SearchRequest } from '#core/find-t0/settings.ts';
import { searchRequestSchema, settingsOf } from '#core/find-t0/settings.ts';
import { mostTried } from '#core/find-t0/spending.ts';
import { counted } from './format.ts';
import { numberIn } from './number-text.ts';

/** What is in the form of a search, as it was typed. */
export interface SearchDraft {
  /** Points. */
  readonly tolerance: string;
  /** Hours. */
  readonly budget: string;
  readonly shape: SearchRequest['shape'];
  readonly scaled: boolean;
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
  return {
    ...{ tolerance: String(tolerance), budget: '2', shape: 'cubic', scaled: true },
    ...{ lowest: '0.2', highest: '0.9', resolution: '0.05', equalTime: true },
  };
}

const HOUR = 3600;

const field = {
  tolerance: z.number().gt(0).max(100),
  budget: z.number().gt(0),
  lowest: z.number().gt(0).lt(1),
  highest: z.number().gt(0).lt(1),
  resolution: z.number().min(0.001).lt(1),
} as const;

const SENTENCES: Readonly<Record<SearchField, string>> = {
  tolerance: 'A number of points above 0, such as 0.5.',
  budget: 'A number of hours above 0, such as 2 or 0.5.',
  lowest: 'A t0 above 0 and below 1.',
  highest: 'A t0 above 0 and below 1.',
  resolution: 'A step of 0.001 or more.',
};

export function readSearchDraft(draft: SearchDraft): SearchReading {
  const names = Object.keys(field) as SearchField[];
  const wrong = names.filter((name) => !field[name].safeParse(numberIn(draft[name])).success);
  const errors: Partial<Record<SearchField, string>> = Object.fromEntries(wrong.map((name) => [name, SENTENCES[name]]));
  const [lowest, highest] = [numberIn(draft.lowest), numberIn(draft.highest)];
  if (wrong.length === 0 && lowest > highest) errors.highest = 'Not below the lowest t0.';
  if (Object.keys(errors).length > 0) return { request: null, errors };
  return { request: requestOf(draft), errors };
}

function requestOf({ tolerance, budget, shape, scaled, lowest, highest, resolution, equalTime }: SearchDraft) {
  return searchRequestSchema.parse({
    ...{ tolerance: numberIn(tolerance), budgetSeconds: numberIn(budget) * HOUR, shape, scaled, equalTime },
    ...{ lowest: numberIn(lowest), highest: numberIn(highest), resolution: numberIn(resolution) },
  });
}

/** "15 values of t0; at most 4 of them are tried, with 3, 5 or 8 pairs of runs." */
export function searchSizeText(request: SearchRequest): string {
  const { candidates, looks } = settingsOf(request);
  const pairs = looks.map((look) => String(look.pairs));
  const tried = mostTried(candidates.length);
  return `${counted(candidates.length, 'value')} of t0; at most ${tried} ${tried === 1 ? 'is' : 'of them are'} tried, with ${pairs.slice(0, -1).join(', ')} or ${pairs.at(-1)} pairs of runs.`;
}
