import { badRequest } from '#core/errors.ts';
import { type ModelSpec, networkOf } from '#core/network/network.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { misfitAdvice, misfitWords } from './refused-weights.ts';
import type { StoredWeights } from './stored-weights.ts';
import { fits, fitWeights, type WeightFit } from './weight-fit.ts';
import { conventionOf, storedPlaces } from './weight-names.ts';
import { type WeightsSpec, weightsWords } from './weights-spec.ts';

/** The weights that a run asks for, and the network that is to begin with them. */
export interface AskedWeights {
  readonly weights: WeightsSpec;
  readonly stored: StoredWeights;
  readonly model: ModelSpec;
  readonly layers: readonly LayerDescription[];
}

/** Finds each variable of the network in the file. Throws a bad request where they do not fit each other. */
export function placedWeights({ weights, stored, model, layers }: AskedWeights): WeightFit {
  const { head } = weights;
  const variables = layers.flatMap((layer) => layer.variables);
  const names = weights.names ?? conventionOf(stored, model, variables);
  const fitted = { stored, layers, places: storedPlaces(names, model, stored.metadata) };
  const fit = fitWeights({ ...fitted, head });
  if (fits(fit)) return fit;
  const isHeadAlone = head === 'keep' && fits(fitWeights({ ...fitted, head: 'new' }));
  const network = networkOf(model).name(model);
  throw badRequest(
    `The weights of ${weightsWords(weights)} do not fit ${network}: ${misfitWords(fit)}; ${misfitAdvice(fit, isHeadAlone)}.`,
  );
}
