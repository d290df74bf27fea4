import { badRequest } from '#core/errors.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { networkOf } from '#core/network/network.ts';
import { axesInPyTorch } from '#core/network/pytorch-layout.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { plainNames, type StoredWeights } from './stored-weights.ts';
import { NAME_CONVENTIONS, type NameConvention } from './weights-spec.ts';

/** Where a convention keeps a variable. */
export interface StoredPlace {
  readonly name: string;
  /** For each of the file's axes, which of ours it is; null for the same order. */
  readonly axes: readonly number[] | null;
}

/** Where the file has each of the network's variables, by their names here. */
export type StoredPlaces = (variable: VariableDescription) => StoredPlace;

/** Throws a bad request for a convention that has no names for this network. */
export function storedPlaces(
  names: NameConvention,
  model: ModelSpec,
  metadata: StoredWeights['metadata'],
): StoredPlaces {
  if (names === 'lab') {
    const isTurned = metadata.layout === 'pytorch';
    return ({ name, kind }) => ({ name, axes: isTurned ? axesInPyTorch(kind) : null });
  }
  throw badRequest(
    `There are no ${names} names for ${networkOf(model).name(model)}: set "names" to "lab", or choose another network.`,
  );
}

/** The convention that names most of the file's tensors: the first of those that name equally many. */
export function conventionOf(
  stored: StoredWeights,
  model: ModelSpec,
  variables: readonly VariableDescription[],
): NameConvention {
  const plain = plainNames(stored);
  const known = conventionsFor(model).map((names) => {
    const place = storedPlaces(names, model, stored.metadata);
    return { names, count: variables.filter((variable) => plain.has(place(variable).name)).length };
  });
  return known.reduce((best, next) => (next.count > best.count ? next : best)).names;
}

/** The conventions that have names for this network. */
export function conventionsFor(_model: ModelSpec): readonly NameConvention[] {
  return NAME_CONVENTIONS.filter((names) => names === 'lab');
}
