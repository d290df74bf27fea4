import { imageSize } from '#core/data/image-set.ts';
import { badRequest } from '#core/errors.ts';
import type { ImageShape } from '#core/network/operations/operation.ts';
import type { Network } from '#core/network/ops.ts';
import { boundaryShapes, describeNetwork, product } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { isTrained } from '#core/network/variables.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import type { OptimizerKind } from '#core/optimizer/optimizer-kind.ts';
import { randomStream, stringKey } from '#core/random.ts';
import type { ReducedPrecision } from '#core/training/precision.ts';
import { scoreLogits } from '#core/training/score.ts';
import type {
  Evaluation,
  LabelledImages,
  LayerRange,
  LossTotal,
  NamedArrays,
  OptimizerState,
  RehearsedStep,
  TrainingSession,
  TrainingStep,
} from '#core/training/session.ts';
import type { TensorFlowBinding } from './binding.ts';
import type { GraphDevice } from './graph-device.ts';
import { graphDevice } from './graph-device.ts';
import type { Feed, Move } from './graph-runtime.ts';
import { GraphRuntime } from './graph-runtime.ts';
import { gradientSumNodes, slotNodes, variableNodes } from './graph-variables.ts';
import { MergedLayers } from './merged-layers.ts';
import { arithmeticOf } from './precision.ts';
import { NODES, TrainingGraph } from './training-graph.ts';
import { MODES, STEP_NODES } from './training-step.ts';
import { checkNames, checkSize } from './variable-checks.ts';

export interface GraphSessionSettings {
  readonly network: Network;
  readonly optimizer: Optimizer;
  /** The run's seed, which keys the dropout draws. */
  readonly seed: number;
  /** Number of images in every training batch, and in the largest batch to evaluate. */
  readonly batchSize: number;
  /** The share of each label that is divided equally among all classes in training. Default: none. */
  readonly labelSmoothing?: number | undefined;
  /** In what products and convolutions are computed. Default: float32. */
  readonly precision?: ReducedPrecision | undefined;
  /** Whether a step adds up the gradients, for a policy that decides by them. Default: no. */
  readonly sumsGradients?: boolean;
  /** Whether frozen layers run in training mode, without gradients. Default: no. */
  readonly movesStatistics?: boolean;
}

/**
 * A session that trains in a TensorFlow graph, which has a step for each freeze depth. Its variables are unset until
 * `restore`.
 */
export function createGraphSession(
  binding: TensorFlowBinding,
  settings: GraphSessionSettings,
  device = graphDevice(binding.isUsingGpuDevice()),
): TrainingSession {
  return new GraphSession(binding, settings, device);
}

class GraphSession implements TrainingSession {
  readonly #settings: GraphSessionSettings;
  readonly #graph: TrainingGraph;
  readonly #runtime: GraphRuntime;
  readonly #merged: MergedLayers;
  readonly #optimizer: OptimizerKind;
  readonly #variables: readonly VariableDescription[];
  /** Trained variables, by layer. */
  readonly #trained: readonly (readonly VariableDescription[])[];
  /** The variables that have a sum of their gradients. */
  readonly #summed: readonly VariableDescription[];
  #frozenLayers = 0;
  /** The shape that each layer reads, and last that of the logits. */
  readonly #shapes: readonly ImageShape[];

  constructor(binding: TensorFlowBinding, settings: GraphSessionSettings, device: GraphDevice) {
    const layers = describeNetwork(settings.network);
    const { network, optimizer, batchSize, labelSmoothing, sumsGradients = false, movesStatistics = false } = settings;
    this.#settings = settings;
    const castsProducts = arithmeticOf(settings.precision, device.usesGpu)?.castsProducts ?? false;
    const graph = { network, optimizer, batchSize, labelSmoothing, sumsGradients, movesStatistics, castsProducts };
    // No run of version 0.1.0 was in another precision than float32.
    const keepsBits = (network.keepsBits ?? false) && !castsProducts;
    this.#graph = new TrainingGraph({ ...graph, ...device, keepsBits });
    this.#runtime = new GraphRuntime(binding, this.#graph);
    this.#merged = new MergedLayers(this.#runtime, this.#graph.merges);
    this.#optimizer = optimizerKindOf(optimizer);
    this.#variables = layers.flatMap(({ variables }) => variables);
    this.#trained = layers.map(({ variables }) => variables.filter(({ kind }) => isTrained(kind)));
    this.#summed = sumsGradients ? this.#trained.flat() : [];
    this.#shapes = boundaryShapes(network);
  }

  train(step: TrainingStep): number | null {
    if (step.frozenLayers !== this.#frozenLayers) this.#moveBoundary(step.frozenLayers);
    this.#merged.releaseBehind(this.#unchanged(step));
    this.#merged.provide(this.#evaluated(step));
    return this.#step(step);
  }

  /** Merges weights only where there are none: those from before the last steps do, since nobody uses the result. */
  rehearse(step: RehearsedStep): void {
    const learningRates = this.#trained.map(() => 0);
    this.#merged.provideAny(this.#evaluated(step));
    this.#merged.outdateBehind(this.#unchanged(step));
    this.#step({ ...step, step: 0, learningRates, readsLoss: false });
  }

  /** The number of layers before the first one that a step changes. */
  #unchanged({ frozenLayers }: RehearsedStep): number {
    return this.#settings.movesStatistics ? 0 : frozenLayers;
  }

  /** The number of layers that a step runs in evaluation mode. */
  #evaluated(step: RehearsedStep): number {
    return step.prefixOutput === undefined ? this.#unchanged(step) : 0;
  }

  #step(step: TrainingStep): number | null {
    const [node, feeds] = [NODES.step, this.#feedsOf(step)];
    const { lastLoss } = this.#graph;
    if (step.readsLoss && lastLoss === null) return this.#runtime.fetch([node], feeds)[0][0];
    this.#runtime.run(node, feeds);
    return step.readsLoss && lastLoss !== null ? this.#runtime.fetch([lastLoss.value])[0][0] : null;
  }

  lossTotal(): LossTotal {
    const [bits] = this.#runtime.fetch([this.#graph.lossTotal.value]);
    const [sum, finiteSteps] = new Float64Array(bits.buffer, bits.byteOffset, 2);
    return { sum, finiteSteps };
  }

  setLossTotal({ sum, finiteSteps }: LossTotal): void {
    const values = new Int32Array(Float64Array.of(sum, finiteSteps).buffer);
    const { assigned, given } = this.#graph.lossTotal;
    this.#runtime.run(assigned, [{ name: given, values, shape: [2, 2], isKept: true }]);
  }

  advance(values: Float32Array, count: number, { from, to }: LayerRange): Float32Array {
    if (from === to) return values.slice(0, count * imageSize(this.#shapes[from]));
    this.#merged.provide(to);
    const [output] = this.#runtime.fetch([NODES.boundary(to)], [this.#boundary(from, values, count)]);
    return (output as Float32Array).subarray(0, (output.length / this.#settings.batchSize) * count);
  }

  evaluate({ images, labels, count }: LabelledImages): Evaluation {
    const { network } = this.#settings;
    const logits = this.advance(images, count, { from: 0, to: network.layers.length });
    return scoreLogits(logits, labels.subarray(0, count));
  }

  weights(): NamedArrays {
    return this.#read(this.#variables, variableNodes);
  }

  optimizerState(): OptimizerState {
    // Reads the empty state of frozen layers too: preparing a set of nodes that was read before costs nothing.
    const active = new Set(this.#trained.slice(this.#frozenLayers).flatMap((of) => of.map(({ name }) => name)));
    return new Map(
      this.#optimizer.slots.map((slot) => {
        const all = this.#read(this.#trained.flat(), (name) => slotNodes(slot, name));
        return [slot, new Map([...all].filter(([name]) => active.has(name)))];
      }),
    );
  }

  gradientSums(): NamedArrays {
    // Discarded sums are empty, like the discarded state of the optimizer.
    return new Map([...this.#read(this.#summed, gradientSumNodes)].filter(([, values]) => values.length > 0));
  }

  setGradientSums(sums: NamedArrays): void {
    checkNames(sums, this.#summed);
    const known = this.#summed.filter(({ name }) => sums.has(name));
    for (const description of known) checkSize(description, sums.get(description.name));
    this.#assign(this.#summed, sums, gradientSumNodes);
  }

  restore(weights: NamedArrays, state: OptimizerState): void {
    const trained = this.#trained.flat();
    for (const [slot, values] of state) this.#checkSlot(slot, values);
    for (const description of this.#variables) checkSize(description, weights.get(description.name));
    checkNames(weights, this.#variables);

    this.#merged.releaseBehind(0);
    const zeros = new Map(trained.map(({ name, shape }) => [name, new Float32Array(product(shape))]));
    this.#assign(this.#variables, weights, variableNodes);
    for (const slot of this.#optimizer.slots) {
      this.#assign(trained, new Map([...zeros, ...(state.get(slot) ?? [])]), (name) => slotNodes(slot, name));
    }
    this.#assign(this.#summed, zeros, gradientSumNodes);
    this.#frozenLayers = 0;
    this.setLossTotal({ sum: 0, finiteSteps: 0 });
  }

  #checkSlot(slot: string, values: NamedArrays): void {
    const { slots, title } = this.#optimizer;
    if (!slots.includes(slot)) throw badRequest(`The state holds ${slot}, which ${title} does not keep: use its own.`);
    const trained = this.#trained.flat();
    checkNames(values, trained);
    const known = trained.filter(({ name }) => values.has(name));
    for (const description of known) checkSize(description, values.get(description.name));
  }

  dispose(): void {
    this.#runtime.dispose();
  }

  #feedsOf(trainingStep: TrainingStep): readonly Feed[] {
    const { batch, step, frozenLayers, prefixOutput } = trainingStep;
    const { seed, batchSize } = this.#settings;
    const [start, values] = prefixOutput === undefined ? [0, batch.images] : [frozenLayers, prefixOutput];
    return [
      { ...this.#boundary(start, values, batch.count), name: STEP_NODES.input },
      { name: STEP_NODES.start, values: Int32Array.of(start), shape: [] },
      { name: STEP_NODES.modes, values: this.#modes(frozenLayers), shape: [this.#trained.length] },
      { name: NODES.labels, values: batch.labels.subarray(0, batchSize), shape: [batchSize] },
      this.#layerNumbers(trainingStep),
      ...this.#graph.dropouts.flat().map((name) => {
        const draws = randomStream(seed, 'dropout', step, stringKey(name));
        const values = Int32Array.of(draws.nextUint32(), draws.nextUint32());
        return { name: NODES.dropoutKey(name), values, shape: [2] };
      }),
    ];
  }

  /** How each layer takes part in a step. Layers whose statistics move run as if they trained, the stem as the first that does. */
  #modes(frozenLayers: number): Int32Array {
    const { movesStatistics } = this.#settings;
    return Int32Array.from(this.#trained, (_, layer) => {
      if (layer === frozenLayers || (movesStatistics && layer === 0)) return MODES.first;
      return layer > frozenLayers || movesStatistics ? MODES.later : MODES.inference;
    });
  }

  #layerNumbers({ step, learningRates, updates }: TrainingStep): Feed {
    const { optimizer } = this.#settings;
    const values = Float32Array.from(
      learningRates.flatMap((rate, layer) =>
        // The numbers of frozen layers are not read: their update is not part of the step.
        this.#optimizer.numbersOf(optimizer, { learningRate: rate ?? 0, updates: updates?.[layer] ?? step }),
      ),
    );
    return { name: NODES.layerNumbers, values, shape: [values.length] };
  }

  /** Feeds a whole batch: a short one is filled up with zeros, since kernels may round differently for fewer images. */
  #boundary(depth: number, values: Float32Array, count: number): Feed {
    const { batchSize } = this.#settings;
    const { height, width, channels } = this.#shapes[depth];
    const size = imageSize(this.#shapes[depth]);
    const feed = { name: NODES.boundary(depth), shape: [batchSize, height, width, channels] };
    if (count === batchSize) return { ...feed, values: values.subarray(0, count * size) };
    const padded = new Float32Array(batchSize * size);
    padded.set(values.subarray(0, count * size));
    return { ...feed, values: padded };
  }

  /**
   * Empties the optimizer's state of the layers that are frozen now, and gives zeros to those that train again. All other state
   * is set to itself, without a copy: TensorFlow would take far longer to prepare a run that sets only a part of it.
   */
  #moveBoundary(frozenLayers: number): void {
    const before = this.#frozenLayers;
    const all = this.#optimizer.slots.flatMap((slot) =>
      this.#trained.flatMap((variables, layer) =>
        variables.map(({ name, shape }) => ({ nodes: slotNodes(slot, name), shape, layer })),
      ),
    );
    const moves = all.map(({ nodes, shape, layer }): Move => {
      const becomes = layer < frozenLayers ? 'empty' : layer < before ? { zerosOf: shape } : 'itself';
      return { from: nodes.value, to: nodes.given, becomes };
    });
    this.#runtime.move(
      moves,
      all.map(({ nodes }) => nodes.assigned),
    );
    this.#frozenLayers = frozenLayers;
  }

  /** Sets the variables that have values, and empties the others. */
  #assign(variables: readonly VariableDescription[], values: NamedArrays, nodesOf: typeof variableNodes): void {
    if (variables.length === 0) return;
    const feeds = variables.map(({ name, shape }) => {
      const given = values.get(name);
      const value = given === undefined ? { values: new Float32Array(), shape: [0] } : { values: given, shape };
      return { name: nodesOf(name).given, ...value, isKept: true };
    });
    this.#runtime.fetch(
      variables.map(({ name }) => nodesOf(name).assigned),
      feeds,
    );
  }

  #read(variables: readonly VariableDescription[], nodesOf: typeof variableNodes): NamedArrays {
    if (variables.length === 0) return new Map();
    const values = this.#runtime.fetch(variables.map(({ name }) => nodesOf(name).value));
    return new Map(variables.map(({ name }, index) => [name, values[index] as Float32Array]));
  }
}
