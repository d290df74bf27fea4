import { readFileSync } from 'node:fs';

/**
 * The PyTorch reference of test/fixtures/reference (its README.md explains the fixtures), and the formula from which both
 * sides make the same weights and batches.
 */

export type ReferenceModel =
  | { readonly kind: 'densenet-bc'; readonly depth: number; readonly growth: number }
  | { readonly kind: 'wide-resnet'; readonly depth: number; readonly width: number; readonly skip: boolean }
  | { readonly kind: 'vgg'; readonly depth: number; readonly dropout: number };

export type ReferencePolicy =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'freezeout';
      readonly shape: 'linear' | 'squared' | 'cubic';
      readonly t0: number;
      readonly scaled: boolean;
    };

export interface ReferenceVariable {
  readonly kind: keyof typeof startingRanges;
  readonly shape: readonly number[];
}

/** Sum, sum of squares, and sum(value * (2 * uniform(projection stream, index) - 1)), which a wrong order changes. */
export type ReferenceSummary = readonly [sum: number, sumOfSquares: number, projection: number];

export interface ReferenceSpec {
  readonly model: ReferenceModel;
  /** [height, width, channels] */
  readonly input: readonly [number, number, number];
  readonly classes: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly optimizer: {
    readonly learningRate: number;
    readonly momentum: number;
    readonly nesterov: boolean;
    readonly weightDecay: number;
  };
}

export interface ReferenceRun {
  readonly policy: ReferencePolicy;
  /** Of each layer: r_i, the step at which it freezes, and lr_i(0). */
  readonly ratios: readonly number[];
  readonly freezeSteps: readonly (number | null)[];
  readonly initialLearningRates: readonly number[];
  /** [step][layer], null once frozen */
  readonly learningRates: readonly (readonly (number | null)[])[];
  /** Batch mean before the update of each step. */
  readonly lossesFloat64: readonly number[];
  readonly lossesFloat32: readonly number[];
  /** [image][class], evaluation mode, the first images of the batch of step 0 */
  readonly finalLogits: readonly (readonly number[])[];
  readonly finalVariables: readonly ReferenceSummary[];
}

/** Gradients of the loss (without weight decay) at the initial weights on one batch, first layers frozen; null: no gradient. */
export interface ReferenceGradients {
  readonly batchSize: number;
  /** Of the batch: `referenceBatch(step, { ...spec, batchSize })`. */
  readonly step: number;
  readonly frozenLayers: number;
  readonly loss: number;
  readonly variables: readonly (ReferenceSummary | null)[];
}

export interface ReferenceNetwork {
  readonly spec: ReferenceSpec;
  readonly variables: readonly (ReferenceVariable & { readonly layer: number })[];
  readonly initialVariables: readonly ReferenceSummary[];
  readonly initialLogits: readonly (readonly number[])[];
  readonly gradients: readonly ReferenceGradients[];
  readonly runs: readonly ReferenceRun[];
}

type ReferenceModelKind = ReferenceModel['kind'];
type ReferenceInput = '32x32x3' | '28x28x1';

/** Of each layer: multiply-adds of one image, and trained values. */
interface ReferenceLayerCosts {
  readonly macs: readonly number[];
  readonly params: readonly number[];
}

export interface ReferenceSchedules {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly learningRate: number;
  readonly models: Readonly<
    Record<
      ReferenceModelKind,
      { readonly model: ReferenceModel } & Readonly<Record<ReferenceInput, ReferenceLayerCosts>>
    >
  >;
  readonly combinations: readonly {
    readonly model: ReferenceModelKind;
    readonly policy: Extract<ReferencePolicy, { kind: 'freezeout' }>;
    readonly ratios: readonly number[];
    readonly freezeSteps: readonly (number | null)[];
    readonly initialLearningRates: readonly number[];
    readonly computeSaved: Readonly<Record<ReferenceInput, number>>;
  }[];
}

export const referenceNetworks = [
  'densenet-bc-16',
  'densenet-bc-10-grey',
  'wide-resnet-10-1',
  'wide-resnet-10-2-plain',
  'wide-resnet-10-1-grey',
  'vgg-16',
  'vgg-16-grey',
] as const;

export type ReferenceNetworkName = (typeof referenceNetworks)[number];

export function readReferenceNetwork(name: ReferenceNetworkName): ReferenceNetwork {
  return JSON.parse(readFixture(name)) as ReferenceNetwork;
}

export function readReferenceSchedules(): ReferenceSchedules {
  return JSON.parse(readFixture('schedules')) as ReferenceSchedules;
}

/** Runs whose layers are frozen from the start and train again: unfreezing.py. */
export interface ReferenceUnfreezing extends Pick<ReferenceNetwork, 'variables'> {
  readonly spec: Omit<ReferenceSpec, 'optimizer'>;
  readonly stepsPerEpoch: number;
  readonly rates: { readonly layerDecay: number; readonly headFactor: number };
  readonly runs: readonly (Pick<
    ReferenceRun,
    'learningRates' | 'lossesFloat64' | 'lossesFloat32' | 'finalVariables'
  > & {
    readonly policy: { readonly kind: string; readonly frozenBatchNorm: 'frozen' | 'statistics-move' };
    readonly optimizer: { readonly kind: string };
    /** The number of frozen layers at each step. */
    readonly frozenLayers: readonly number[];
  })[];
}

export function readUnfreezing(): ReferenceUnfreezing {
  return JSON.parse(readFixture('unfreezing')) as ReferenceUnfreezing;
}

function readFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/reference/${name}.json`, import.meta.url), 'utf8');
}

const imageStream = 1_000_000;
const labelStream = 2_000_000;
const projectionStream = 3_000_000;

/** MurmurHash3's 32-bit finaliser. */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Uniform in [0, 1): mix(mix(stream + c) + index * d) / 2^32, the same double as in reference.py. */
export function referenceUniform(stream: number, index: number): number {
  return mix(mix(stream + 0x9e3779b9) + Math.imul(index, 0x9e3779b1)) / 2 ** 32;
}

/** center +- halfWidth, rounded once to float32. */
interface Range {
  readonly center: number;
  readonly halfWidth: number;
}

// A uniform range of standard deviation s reaches s * sqrt(3) to either side; convolutions take He's sqrt(2 / fan-out).
const startingRanges = {
  'conv-kernel': ([height = 1, width = 1, , outputs = 1]) => ({
    center: 0,
    halfWidth: Math.sqrt(6 / (height * width * outputs)),
  }),
  'depthwise-kernel': ([height = 1, width = 1]) => ({ center: 0, halfWidth: Math.sqrt(6 / (height * width)) }),
  'conv-bias': () => ({ center: 0, halfWidth: 0.1 }),
  'bn-gamma': () => ({ center: 1, halfWidth: 0.1 }),
  'bn-beta': () => ({ center: 0, halfWidth: 0.1 }),
  'bn-mean': () => ({ center: 0, halfWidth: 0.1 }),
  'bn-variance': () => ({ center: 1, halfWidth: 0.2 }),
  'dense-kernel': ([inputs = 1]) => ({ center: 0, halfWidth: 1 / Math.sqrt(inputs) }),
  'dense-bias': () => ({ center: 0, halfWidth: 0.1 }),
} as const satisfies Record<string, (shape: readonly number[]) => Range>;

/** Initial values of every variable, in the order of the list (the order in which the forward pass reads them). */
export function fillReferenceVariables(variables: readonly ReferenceVariable[]): Float32Array[] {
  return variables.map(fillReferenceVariable);
}

/** Initial values of the variable with this stream. */
export function fillReferenceVariable({ kind, shape }: ReferenceVariable, stream: number): Float32Array {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return fill(stream, size, startingRanges[kind](shape));
}

function fill(stream: number, size: number, { center, halfWidth }: Range): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, index) => center + halfWidth * (2 * referenceUniform(stream, index) - 1),
  );
}

/** Images [batch, height, width, channels], already normalised, and labels of one step. */
export function referenceBatch(
  step: number,
  { batchSize, input, classes }: Pick<ReferenceSpec, 'batchSize' | 'input' | 'classes'>,
): { readonly images: Float32Array; readonly labels: Int32Array } {
  const [height, width, channels] = input;
  const images = fill(imageStream + step, batchSize * height * width * channels, {
    center: 0,
    halfWidth: Math.sqrt(3),
  });
  const labels = Int32Array.from({ length: batchSize }, (_, index) =>
    Math.floor(referenceUniform(labelStream + step, index) * classes),
  );
  return { images, labels };
}

/** What the fixtures record of a variable or gradient; `stream` is its place in the list of variables. */
export function summarize(values: ArrayLike<number>, stream: number): ReferenceSummary {
  let [sum, sumOfSquares, projection] = [0, 0, 0];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    sum += value;
    sumOfSquares += value * value;
    projection += value * (2 * referenceUniform(projectionStream + stream, index) - 1);
  }
  return [sum, sumOfSquares, projection];
}
