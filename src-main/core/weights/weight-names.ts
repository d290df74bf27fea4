import { badRequest } from '#core/errors.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { networkOf } from '#core/network/network.ts';
import { axesInPyTorch, pyTorchShape } from '#core/network/pytorch-layout.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import type { StoredVariable } from '#core/network/weight-names.ts';
import { plainNames, type StoredWeights } from './stored-weights.ts';
import { NAME_CONVENTIONS, type NameConvention } from './weights-spec.ts';

/** Where a convention keeps a variable. */
export interface StoredPlace {
  readonly name: string;
  /** Its name in older files, where it was another. */
  readonly formerName?: string | undefined;
  /** The tensor's shape in the file. */
  readonly shape: readonly number[];
  /** How its values come into our order; null where they are in it. */
  readonly turned: TurnedAxes | null;
}

/** Another order of axes. */
export interface TurnedAxes {
  /** For each of the file's axes, which of ours it is. */
  readonly axes: readonly number[];
  /** Our shape. It has more axes than the variable where the file's order is that of an image which the variable reads flattened. */
  readonly shape: readonly number[];
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
    return (variable) =>
      isTurned ? pyTorchPlace(variable) : { name: variable.name, shape: variable.shape, turned: null };
  }
  const nameIn = networkOf(model).weightNames?.[names];
  if (nameIn !== undefined) return (variable) => placeIn(nameIn(variable));
  throw badRequest(
    `There are no ${names} names for ${networkOf(model).name(model)}: set "names" to "lab", or choose another network.`,
  );
}

function pyTorchPlace(variable: VariableDescription): StoredPlace {
  return placeIn({ name: variable.name, shape: pyTorchShape(variable), seenAs: variable });
}

function placeIn({ name, formerName, shape, seenAs }: StoredVariable): StoredPlace {
  const axes = axesInPyTorch(seenAs.kind);
  return { name, formerName, shape, turned: axes === null ? null : { axes, shape: seenAs.shape } };
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
export function conventionsFor(model: ModelSpec): readonly NameConvention[] {
  const { weightNames = {} } = networkOf(model);
  return NAME_CONVENTIONS.filter((names) => names === 'lab' || weightNames[names] !== undefined);
}
