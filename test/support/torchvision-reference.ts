import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork, modelSchema, networkOf } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerSchema } from '#core/optimizer/optimizer.ts';
import type { NamedArrays } from '#core/training/session.ts';
import { fillReferenceVariable, referenceUniform } from './reference.ts';

/** The fixtures of test/fixtures/torchvision, which its README.md explains, and what they say of numbers of ours. */

/** Norm, distance of PyTorch's float32 run, and the projections. */
type Summary = readonly [norm: number, distance: number, ...projections: number[]];

interface Logits {
  readonly logits: readonly number[];
  readonly distance: number;
}

export interface TorchvisionGradients {
  readonly frozenLayers: number;
  readonly loss: number;
  readonly lossDistance: number;
  readonly variables: readonly (Summary | null)[];
}

export interface TorchvisionRun {
  readonly optimizer: { readonly kind: 'sgd' | 'adamw'; readonly learningRate: number };
  readonly freezes: { readonly step: number; readonly layers: number };
  readonly losses: readonly number[];
  readonly lossDistances: readonly number[];
  readonly final: Logits;
  readonly variables: readonly Summary[];
}

export interface TorchvisionFixture {
  readonly spec: {
    readonly model: object;
    readonly input: readonly [number, number, number];
    readonly classes: number;
    readonly batchSize: number;
  };
  readonly layers: number;
  /** Of every variable, in the order of the state dict; its place is the number of its stream. */
  readonly names: readonly string[];
  readonly initial: Logits;
  readonly gradientStep: number;
  readonly gradients: readonly TorchvisionGradients[];
  readonly runs: readonly TorchvisionRun[];
}

export const TORCHVISION_NETWORKS = ['resnet-18', 'resnet-50', 'mobilenet-v2', 'densenet-121', 'vgg-16-bn'] as const;
export type TorchvisionNetwork = (typeof TORCHVISION_NETWORKS)[number];

const FOLDER = fileURLToPath(new URL('../fixtures/torchvision', import.meta.url));

/** The fixture of a network; null where the folder has none. */
export function readTorchvisionFixture(network: string, folder = FOLDER): TorchvisionFixture | null {
  const path = join(folder, `${network}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

export interface TorchvisionCase {
  readonly network: Network;
  readonly weights: NamedArrays;
  /** The place of each variable of ours in the fixture's lists. */
  readonly placeOf: ReadonlyMap<string, number>;
}

/** The network of a fixture with the formula's weights. Finds variables by our map of torchvision's names. */
export function torchvisionCase({ spec, names }: TorchvisionFixture): TorchvisionCase {
  const model: ModelSpec = modelSchema.parse(spec.model);
  const [height, width, channels] = spec.input;
  const network = buildNetwork(model, { height, width, channels }, spec.classes);
  const variables = describeNetwork(network).flatMap((layer) => layer.variables);
  const nameIn = networkOf(model).weightNames?.torchvision;
  if (nameIn === undefined) throw new Error('The network has no names in torchvision.');
  const placeOf = new Map(variables.map((variable) => [variable.name, names.indexOf(nameIn(variable).name)]));
  const filled = (variable: VariableDescription) =>
    [variable.name, fillReferenceVariable(variable, placeOf.get(variable.name) ?? -1)] as const;
  return { network, weights: new Map(variables.map(filled)), placeOf };
}

/** As a spec says it. In the reference, AdamW leaves norms and biases without decay. */
export function optimizerOf({ optimizer }: TorchvisionRun): Optimizer {
  return optimizerSchema.parse(optimizer.kind === 'adamw' ? { ...optimizer, noDecay: 'norms-and-biases' } : optimizer);
}

const PROJECTION_STREAM = 3_000_000;

interface Compared {
  /** Estimate of the distance to PyTorch's float64 values. */
  readonly ours: number;
  /** The distance of PyTorch's float32 values. */
  readonly theirs: number;
  readonly norm: number;
}

/**
 * The distance of a variable or a gradient to float64: the directions of the projections have variance 1, so that the mean
 * square of a difference's projections is on average its own square.
 */
export function compareVariable(values: Float32Array, place: number, [norm, theirs, ...expected]: Summary): Compared {
  const squares = expected.map((projection, index) => {
    const stream = PROJECTION_STREAM + expected.length * place + index;
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[at] * (2 * referenceUniform(stream, at) - 1);
    return (Math.sqrt(3) * sum - projection) ** 2;
  });
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  return { ours: Math.sqrt(mean), theirs, norm };
}

/** All variables as one vector. */
export function together(compared: readonly Compared[]): Compared {
  const root = (key: keyof Compared) => Math.hypot(...compared.map((of) => of[key]));
  return { ours: root('ours'), theirs: root('theirs'), norm: root('norm') };
}

export function compareLogits(logits: Float32Array, expected: Logits): Compared {
  const difference = expected.logits.map((value, index) => value - logits[index]);
  return { ours: Math.hypot(...difference), theirs: expected.distance, norm: Math.hypot(...expected.logits) };
}
