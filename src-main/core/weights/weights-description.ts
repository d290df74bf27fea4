import { AppError, messageOf } from '#core/errors.ts';
import { ANY_IMAGE, buildNetwork, type ModelSpec, modelSchema } from '#core/network/network.ts';
import type { NetworkKind } from '#core/network/network-kind.ts';
import { NETWORKS } from '#core/network/networks.ts';
import { describeNetwork, type LayerDescription } from '#core/network/shape-ops.ts';
import { plainNames, type StoredWeights } from './stored-weights.ts';
import { classifierOf, fits, fitWeights } from './weight-fit.ts';
import { conventionsFor, type StoredPlaces, storedPlaces } from './weight-names.ts';
import type { NameConvention } from './weights-spec.ts';

/** A network that a file of weights fits. */
export interface FittingModel {
  readonly model: ModelSpec;
  /** Whose names the file has; the first convention where several have the same names. */
  readonly names: NameConvention;
  /** The classes of the file's classifier; null where it has none, so that only a new one is possible. */
  readonly classes: number | null;
  /** The channels of the images that the first convolution reads. */
  readonly channels: number;
}

export interface WeightsDescription {
  /** Every network that the file fits; empty where it fits none that is known. */
  readonly fits: readonly FittingModel[];
}

/**
 * What a file's header shows of the networks that it fits. A file of this program says its network; for others, all sizes in which
 * weights are published are tried.
 */
export function describeWeights(stored: StoredWeights): WeightsDescription {
  const fitting = (model: ModelSpec) => fittingModel(stored, model) ?? [];
  const said = modelsSaidIn(stored.metadata).flatMap(fitting);
  return { fits: said.length > 0 ? said : publishedModels().flatMap(fitting) };
}

function publishedModels(): readonly ModelSpec[] {
  const kinds: readonly NetworkKind[] = NETWORKS;
  return kinds.flatMap(({ publishedSizes = [] }) => publishedSizes).map((size) => modelSchema.parse(size));
}

/** The network that the file says it is of: none where it says nothing, or nothing that is known here. */
function modelsSaidIn({ model = '' }: StoredWeights['metadata']): readonly ModelSpec[] {
  const found = modelSchema.safeParse(jsonIn(model));
  return found.success ? [found.data] : [];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Other programs may keep anything under the same key.
    return messageOf(error);
  }
}

function fittingModel(stored: StoredWeights, model: ModelSpec): FittingModel | null {
  const layers = layersOf(model, { channels: ANY_IMAGE.channels, classes: 2 });
  if (layers === null) return null;
  const found = conventionsFor(model).map((names) => fitNamed({ stored, model, layers, names }));
  return found.find((one) => one !== null) ?? null;
}

interface NamedModel {
  readonly stored: StoredWeights;
  readonly model: ModelSpec;
  readonly layers: readonly LayerDescription[];
  readonly names: NameConvention;
}

/** Reads classes and channels off the file's shapes, then fits the network that has as many. */
function fitNamed({ stored, model, layers, names }: NamedModel): FittingModel | null {
  const places = storedPlaces(names, model, stored.metadata);
  const classes = sideIn(stored, places, { variables: classifierOf(layers), kind: 'dense-kernel', axis: 1 });
  const variables = layers.flatMap((layer) => layer.variables);
  const channels = sideIn(stored, places, { variables, kind: 'conv-kernel', axis: 2 });
  if (channels === null) return null;
  const sized = layersOf(model, { channels, classes: classes ?? 2 });
  if (sized === null) return null;
  const fit = fitWeights({ stored, layers: sized, places, head: classes === null ? 'new' : 'keep' });
  return fits(fit) ? { model, names, classes, channels } : null;
}

interface WantedSide {
  readonly variables: LayerDescription['variables'];
  /** The first variable of this kind is looked at. */
  readonly kind: LayerDescription['variables'][number]['kind'];
  /** The axis as we count it. */
  readonly axis: number;
}

/** The length of one axis of a variable in the file; null where the file lacks it. */
function sideIn(stored: StoredWeights, places: StoredPlaces, { variables, kind, axis }: WantedSide): number | null {
  const variable = variables.find((one) => one.kind === kind);
  if (variable === undefined) return null;
  const { name, turned } = places(variable);
  const shape = stored.shapes.get(plainNames(stored).get(name) ?? '');
  return shape?.[turned === null ? axis : turned.axes.indexOf(axis)] ?? null;
}

/** Null for a size that does not exist, which a file may claim. */
function layersOf(
  model: ModelSpec,
  { channels, classes }: { readonly channels: number; readonly classes: number },
): readonly LayerDescription[] | null {
  try {
    return describeNetwork(buildNetwork(model, { ...ANY_IMAGE, channels }, classes));
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-request') return null;
    throw error;
  }
}
