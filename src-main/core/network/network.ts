import { z } from 'zod';
import { kindNamed } from '#core/kind.ts';
import type { NetworkKind } from './network-kind.ts';
import { NETWORKS } from './networks.ts';
import type { ImageShape } from './operations/operation.ts';
import type { Network } from './ops.ts';
import { describeNetwork } from './shape-ops.ts';
import type { VariableKind } from './variables.ts';

const [first, ...others] = NETWORKS;

export const modelSchema = z.discriminatedUnion('kind', [first.schema, ...others.map(({ schema }) => schema)]);

/** A network as a spec names it: its kind, and its size. */
export type ModelSpec = z.infer<typeof modelSchema>;

export function networkOf({ kind }: Pick<ModelSpec, 'kind'>): NetworkKind {
  return kindNamed<NetworkKind>(NETWORKS, kind);
}

/** Throws a bad request for a size that the network does not have, or for images that it cannot read. */
export function buildNetwork(model: ModelSpec, input: ImageShape, classes: number): Network {
  return networkOf(model).build(model, input, classes);
}

/** An image that every network reads. Neither its size nor the number of classes changes the names of variables. */
export const ANY_IMAGE: ImageShape = { height: 32, width: 32, channels: 3 };

/** The kind of every variable of a network, by the variable's name. */
export function variableKinds(model: ModelSpec): ReadonlyMap<string, VariableKind> {
  const layers = describeNetwork(buildNetwork(model, ANY_IMAGE, 2));
  return new Map(layers.flatMap(({ variables }) => variables.map(({ name, kind }) => [name, kind])));
}
