import { z } from 'zod';
import type { Rates } from '#core/policy/rates.ts';
import { numbersIn, numberText, optionalNumberIn } from './number-text.ts';

/** The factors of single layers as they were typed; empty: none. */
export const ratesDraftSchema = z.object({
  layerDecay: z.string().default(''),
  /** "0.1, 0.5, 1" */
  factors: z.string().default(''),
  headFactor: z.string().default(''),
});

export type RatesDraft = z.infer<typeof ratesDraftSchema>;

export function ratesDraft({ layerDecay, factors = [], headFactor }: Rates = {}): RatesDraft {
  return { layerDecay: numberText(layerDecay), factors: factors.join(', '), headFactor: numberText(headFactor) };
}

/** The rates that the draft says, with NaN for what is not a number yet; undefined where nothing was typed. */
export function ratesJson(draft: RatesDraft): Rates | undefined {
  const layerDecay = optionalNumberIn(draft.layerDecay);
  const factors = draft.factors.trim() === '' ? undefined : numbersIn(draft.factors);
  const headFactor = optionalNumberIn(draft.headFactor);
  const said = {
    ...(layerDecay === undefined ? {} : { layerDecay }),
    ...(factors === undefined ? {} : { factors: [...factors] }),
    ...(headFactor === undefined ? {} : { headFactor }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
}
