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
import { GraphRuntime, zerosToKeep } from './graph-runtime.ts';
import type { VariableNodes } from './graph-variables.ts';
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
  /** All that a step may change but the total of the losses. */
  readonly #state: readonly { readonly nodes: VariableNodes; readonly shape: readonly number[] }[];
  #frozenLayers = 0;
  /** The shape that each layer reads, and last that of the logits. */
  readonly #shapes: readonly ImageShape[];
  readonly #putsChannelsFirst: boolean;

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
    const stateOf = (of: readonly VariableDescription[], nodesOf: typeof variableNodes) =>
      of.map(({ name, shape }) => ({ nodes: nodesOf(name), shape }));
    this.#state = [
      ...stateOf(this.#variables, variableNodes),
      ...this.#optimizer.slots.flatMap((slot) => stateOf(this.#trained.flat(), (name) => slotNodes(slot, name))),
      ...stateOf(this.#summed, gradientSumNodes),
    ];
    this.#putsChannelsFirst = device.putsChannelsFirst;
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
    // Setting it reads it too: TensorFlow prepares one run for both.
    const total = this.#exchangeLossTotal(NO_LOSSES);
    this.#exchangeLossTotal(total);
    return total;
  }

  setLossTotal(total: LossTotal): void {
    this.#exchangeLossTotal(total);
  }

  #exchangeLossTotal(total: LossTotal): LossTotal {
    const { value, given, exchanged } = this.#graph.lossTotal;
    const feed = { name: given, values: halvesOf(total), shape: [2, 2], isKept: true };
    const [bits] = this.#runtime.fetch([value, exchanged], [feed]);
    const [sum, finiteSteps] = new Float64Array(bits.buffer, bits.byteOffset, 2);
    return { sum, finiteSteps };
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
    this.#move(
      new Map(
        this.#summed.map(({ name, shape }) => {
          const values = sums.get(name);
          return [gradientSumNodes(name).given, values === undefined ? EMPTY : { values, shape }];
        }),
      ),
    );
  }

  restore(weights: NamedArrays, state: OptimizerState): void {
    for (const [slot, values] of state) this.#checkSlot(slot, values);
    for (const description of this.#variables) checkSize(description, weights.get(description.name));
    checkNames(weights, this.#variables);

    this.#merged.releaseBehind(0);
    const given = new Map([...weights].map(([name, values]) => [variableNodes(name).given, values]));
    for (const [slot, values] of state) {
      for (const [name, array] of values) given.set(slotNodes(slot, name).given, array);
    }
    const feeds = this.#state.map(({ nodes, shape }): Feed => {
      const values = given.get(nodes.given) ?? zerosToKeep(product(shape));
      return { name: nodes.given, values, shape, isKept: true };
    });
    const { given: name } = this.#graph.lossTotal;
    const noLosses: Feed = { name, values: halvesOf(NO_LOSSES), shape: [2, 2], isKept: true };
    this.#runtime.run(NODES.assigned, [...feeds, noLosses]);
    this.#frozenLayers = 0;
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
    // Images are fed as they are stored; what a layer gives, as it lies on the device.
    const isTurned = this.#putsChannelsFirst && depth > 0;
    const shape = isTurned ? [batchSize, channels, height, width] : [batchSize, height, width, channels];
    const feed = { name: NODES.boundary(depth), shape };
    if (count === batchSize) return { ...feed, values: values.subarray(0, count * size) };
    const padded = new Float32Array(batchSize * size);
    padded.set(values.subarray(0, count * size));
    return { ...feed, values: padded };
  }

  /** Empties the optimizer's state of the layers that are frozen now, and gives zeros to those that train again. */
  #moveBoundary(frozenLayers: number): void {
    const before = this.#frozenLayers;
    const replaced = new Map<string, NewValue>();
    for (const [layer, variables] of this.#trained.entries()) {
      if (layer >= Math.max(before, frozenLayers)) break;
      if (layer < Math.min(before, frozenLayers)) continue;
      for (const { name, shape } of variables) {
        const value = layer < frozenLayers ? EMPTY : { values: zerosToKeep(product(shape)), shape };
        for (const slot of this.#optimizer.slots) replaced.set(slotNodes(slot, name).given, value);
      }
    }
    this.#move(replaced);
    this.#frozenLayers = frozenLayers;
  }

  /** Sets some of the state, and all else to itself, without a copy: TensorFlow would take far longer to prepare a run that sets only a part of it. */
  #move(replaced: ReadonlyMap<string, NewValue>): void {
    const moves = [...this.#state.map(({ nodes }) => nodes), this.#graph.lossTotal].map(({ value, given }): Move => {
      return { from: value, to: given, becomes: replaced.get(given) ?? 'itself' };
    });
    this.#runtime.move(moves, NODES.assigned);
  }

  /** Reads all state, which TensorFlow prepares once, and copies what is asked for. */
  #read(variables: readonly VariableDescription[], nodesOf: typeof variableNodes): NamedArrays {
    const all = [...this.#state.map(({ nodes }) => nodes.value), this.#graph.lossTotal.value];
    const values = this.#runtime.fetchSome(all, new Set(variables.map(({ name }) => nodesOf(name).value)));
    return new Map(variables.map(({ name }) => [name, values.get(nodesOf(name).value) as Float32Array]));
  }
}

type NewValue = Pick<Feed, 'values' | 'shape'>;

const EMPTY: NewValue = { values: new Float32Array(), shape: [0] };
const NO_LOSSES: LossTotal = { sum: 0, finiteSteps: 0 };

/** As a feed: the addon has no doubles. */
function halvesOf({ sum, finiteSteps }: LossTotal): Int32Array {
  return new Int32Array(Float64Array.of(sum, finiteSteps).buffer);
}
