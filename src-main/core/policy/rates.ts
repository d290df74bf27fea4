import { z } from 'zod';
import { badRequest } from '#core/errors.ts';
import { MOST_RATE } from '#core/ranges.ts';
import type { Schedule } from './schedule.ts';

const NOT_POSITIVE = 'must be above 0: layers that should not train are frozen by a policy';

/** What the rates of single layers are multiplied by, under any policy. */
export const ratesSchema = z
  .strictObject({
    /** Layer i of 0 .. N trains at this to the power of N - i times its rate, so that the head keeps its own. */
    layerDecay: z.number().gt(0, 'must be above 0 and at most 1').max(1, 'must be above 0 and at most 1').optional(),
    /** The factor of every layer, from the first to the head. */
    factors: z.array(z.number().gt(0, NOT_POSITIVE).max(MOST_RATE)).min(2, 'needs one factor a layer').optional(),
    /** Multiplies the rate of the head, in addition to its other factor. */
    headFactor: z.number().gt(0, NOT_POSITIVE).max(MOST_RATE).optional(),
  })
  .refine(({ layerDecay, factors }) => layerDecay === undefined || factors === undefined, {
    error: 'give layerDecay or factors, not both',
    path: ['factors'],
  })
  .refine((rates) => Object.values(rates).some((value) => value !== undefined), {
    error: 'says nothing: give layerDecay, factors or headFactor, or leave rates out',
  });

export type Rates = z.infer<typeof ratesSchema>;

/** The factor of each layer's rate. Throws a bad request where `factors` does not have one for each layer. */
export function rateFactors(
  { layerDecay = 1, factors, headFactor = 1 }: Rates,
  layerNames: readonly string[],
): number[] {
  const head = layerNames.length - 1;
  if (factors !== undefined && factors.length !== layerNames.length) {
    const layers = `${layerNames.length} layers (${layerNames[0]} to ${layerNames[head]})`;
    throw badRequest(`rates has ${factors.length} factors, but the network has ${layers}: give one factor a layer.`);
  }
  return layerNames.map((_, layer) => {
    const factor = factors?.[layer] ?? layerDecay ** (head - layer);
    return layer === head ? factor * headFactor : factor;
  });
}

/** The schedule with each layer's rate multiplied by its factor. Freezes stay as they are. */
export function withRates(schedule: Schedule, factors: readonly number[]): Schedule {
  return {
    ...schedule,
    initialLearningRates: schedule.initialLearningRates.map((rate, layer) => rate * factors[layer]),
    learningRateAt: (layer, step) => schedule.learningRateAt(layer, step) * factors[layer],
  };
}

/** "decay 0.75 a layer, head × 10": how tables and pages tell them. */
export function ratesText(rates: Rates | undefined): string {
  if (rates === undefined) return 'the same factor for all layers';
  const { layerDecay, factors, headFactor } = rates;
  return [
    layerDecay === undefined ? null : `decay ${layerDecay} a layer`,
    factors === undefined ? null : `factors ${factors.join(', ')}`,
    headFactor === undefined ? null : `head × ${headFactor}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** The sentence of the methods text; none without factors. */
export function ratesMethods(rates: Rates | undefined): string[] {
  if (rates === undefined) return [];
  const { layerDecay = 1, factors, headFactor = 1 } = rates;
  const all = factors === undefined ? `${layerDecay}^(N - i)` : `the i-th of ${factors.join(', ')}`;
  const head = headFactor === 1 ? '' : `, that of the head by ${headFactor} as well`;
  return [`In every arm, the rate of layer i is multiplied by ${all}${head}.`];
}
