import { GradientTape } from '#core/network/gradient-tape.ts';
import type { Layer, Network } from '#core/network/ops.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { boundaryShapes, describeNetwork } from '#core/network/shape-ops.ts';
import { isTrained } from '#core/network/variables.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import { FrozenKernels } from './frozen-kernels.ts';
import { FrozenOps } from './frozen-ops.ts';
import { GradientClipping } from './gradient-clipping.ts';
import type { GraphBody, GraphTensor } from './graph-builder.ts';
import { GraphBuilder } from './graph-builder.ts';
import { connect, GraphFunction, optimizeCalled } from './graph-function.ts';
import type { GraphOptions } from './graph-kernels.ts';
import { GraphKernels } from './graph-kernels.ts';
import { putChannelsFirst } from './graph-layout.ts';
import { withProductsInBf16 } from './graph-products.ts';
import type { GraphVariablesSettings } from './graph-variables.ts';
import { GraphVariables } from './graph-variables.ts';
import { LastLoss } from './last-loss.ts';
import type { LayerFunctions, LayerInput, TrainedLayer } from './layer-functions.ts';
import { LossTotalNodes } from './loss-total-nodes.ts';
import { MergedWeights } from './merged-weights.ts';
import type { Graph } from './saved-model.ts';
import { STEP_NODES, StepCalls } from './training-step.ts';

export interface TrainingGraphSettings extends GraphOptions, GraphVariablesSettings {
  readonly network: Network;
  /** Number of images in every run of the graph. */
  readonly batchSize: number;
  /** Whether frozen layers run in training mode: they normalise by the batch, move their running statistics, and drop out. */
  readonly movesStatistics: boolean;
  /** The share of each label that is divided equally among all classes. Default: none. */
  readonly labelSmoothing?: number | undefined;
  /** Whether products and convolutions are computed in bf16, with casts around them. Default: no. */
  readonly castsProducts?: boolean;
}

/** Names of the nodes that are fed and fetched, apart from those of the variables and of the total of the losses. */
export const NODES = {
  labels: 'labels',
  /** The numbers of each layer's update, `numberCount` of the optimizer's kind for each: for SGD, its learning rate. */
  layerNumbers: 'layer_numbers',
  /** The input of layer `depth`: the images or the output of the layer before; the last one is the logits. */
  boundary: (depth: number) => `boundary_${depth}`,
  /** Sets all variables, slots and sums to what is given. */
  assigned: 'assigned',
  /** Merges batch norms into the weights of layers, as they have to be where a layer runs in evaluation mode. */
  merged: 'merged',
  /** For each layer 1, or 0 where its merged weights are emptied. */
  mergedLayers: 'merged_layers',
  /** One training step, with as many layers frozen as is fed; returns the loss, unless that is kept (`LastLoss`). */
  step: 'step',
  dropoutKey: (dropout: string) => `dropout_key/${dropout}`,
} as const;

/**
 * One graph with a training step for every freeze depth over shared variables, the evaluation, and nodes that set and read
 * variables. TensorFlow runs only the part that a fetched node needs.
 *
 * Every layer is a few functions: its forward pass in evaluation mode, and its forward and backward pass in training, once as
 * the first active layer and once after others. A step calls those that the freeze depth needs, which it is fed with (`StepCalls`), so the
 * number of nodes grows with the number of layers. TensorFlow compiles a function when a step first calls it.
 */
export class TrainingGraph implements Graph {
  readonly functions: readonly GraphFunction[];
  readonly lossTotal: LossTotalNodes;
  /** Null where a step returns its loss. */
  readonly lastLoss: LastLoss | null;
  /** The names of the dropouts of each layer, which draw in every step. */
  readonly dropouts: readonly (readonly string[])[];
  /** Whether a layer has merged weights. */
  readonly merges: readonly boolean[];
  readonly #builder = new GraphBuilder();
  readonly #variables: GraphVariables;
  readonly #settings: TrainingGraphSettings;
  readonly #descriptions: readonly LayerDescription[];
  readonly #inputs: LayerInput[];
  /** Stands for what a function returns once it has updated its layer. */
  readonly #updated = this.#builder.symbol([]);
  readonly #dropoutKeys = new Map<string, GraphTensor>();
  /** Null where gradients are not clipped. */
  readonly #clipping: GradientClipping | null;
  /** The numbers of each layer's update. */
  readonly #layerNumbers: readonly (readonly GraphTensor[])[];

  constructor(settings: TrainingGraphSettings) {
    const { network, batchSize } = settings;
    this.#settings = settings;
    this.#descriptions = describeNetwork(network);
    this.#variables = new GraphVariables(this.#builder, settings);
    for (const variable of this.#descriptions.flatMap(({ variables }) => variables)) this.#variables.declare(variable);
    this.lossTotal = new LossTotalNodes(this.#builder);
    this.#variables.assignAll(NODES.assigned, [this.lossTotal.assignment]);
    this.lastLoss = settings.usesGpu ? new LastLoss(this.#builder) : null;
    this.#layerNumbers = this.#numberPlaceholders();
    const kept = this.#unpacked(this.#builder.placeholder(NODES.mergedLayers, [this.#descriptions.length], 'integer'));
    const { clipNorm } = settings.optimizer;
    const layerCount = this.#descriptions.length;
    this.#clipping = clipNorm === undefined ? null : new GradientClipping(this.#builder, layerCount, clipNorm);
    this.#inputs = boundaryShapes(network).map(({ height, width, channels }, depth) =>
      this.#layerInput(depth === network.layers.length ? [batchSize, channels] : [batchSize, height, width, channels]),
    );
    const dropouts: string[][] = network.layers.map(() => []);
    const layers = network.layers.map((layer, index) =>
      this.#layerFunctions(layer, { index, isKept: kept[index], dropouts: dropouts[index] }),
    );
    this.dropouts = dropouts;
    this.merges = layers.map(({ merge }) => merge !== null);
    const loss = this.#lossFunction();
    this.functions = [
      loss,
      ...(this.#clipping === null ? [] : [this.#clipping.function]),
      ...layers.flatMap(({ inference, merge, first, later }) => [
        inference,
        ...(merge === null ? [] : [merge]),
        ...[first, later].flatMap((trained) => functionsOf(trained)),
      ]),
    ];
    connect(this.functions);
    this.#mergeCalls(layers);
    this.#inferenceCalls(layers);
    const [, ...outputs] = this.#stepCalls(layers, loss);
    if (settings.putsChannelsFirst) putChannelsFirst(this, outputs);
    if (settings.optimizesFunctions) optimizeCalled(this.main);
  }

  get main(): GraphBody {
    return this.#builder.main;
  }

  #numberPlaceholders(): readonly (readonly GraphTensor[])[] {
    const { numberCount } = optimizerKindOf(this.#settings.optimizer);
    const count = this.#descriptions.length * numberCount;
    const numbers = this.#unpacked(this.#builder.placeholder(NODES.layerNumbers, [count]));
    return this.#descriptions.map((_, layer) => numbers.slice(layer * numberCount, (layer + 1) * numberCount));
  }

  /** The elements of a vector. */
  #unpacked(vector: GraphTensor): readonly GraphTensor[] {
    const {
      type,
      shape: [count],
    } = vector;
    return this.#builder.add({
      operation: 'Unpack',
      inputs: [vector],
      attributes: { T: { type }, num: { integer: count }, axis: { integer: 0 } },
      shapes: new Array<[]>(count).fill([]),
      types: new Array<typeof type>(count).fill(type),
    });
  }

  #layerInput(shape: readonly number[]): LayerInput {
    return { values: this.#builder.symbol(shape), moments: null, gradient: this.#builder.symbol(shape) };
  }

  #layerFunctions(layer: Layer, { index, isKept, dropouts }: LayerPlan): LayerFunctions {
    const merged = new MergedWeights(this.#builder, index);
    const inference = this.#inferenceFunction(layer, index, merged);
    const merge = merged.function(isKept);
    const first = this.#trainedLayer(layer, { index, isFirst: true, dropouts });
    const later = index === 0 ? null : this.#trainedLayer(layer, { index, isFirst: false, dropouts: [] });
    return { inference, merge, first, later };
  }

  #inferenceFunction(layer: Layer, index: number, merged: MergedWeights): GraphFunction {
    return this.#builder.inside(`inference_${index}`, (body) => {
      const ops = new FrozenOps({
        ...this.#settings,
        builder: this.#builder,
        kernels: new (this.#settings.hasSteadyProducts ? GraphKernels : FrozenKernels)(this.#builder, this.#settings),
        variable: (name) => this.#variables.read(name),
        merged,
      });
      const output = layer.forward(ops, this.#inputs[index].values);
      if (this.#settings.castsProducts) withProductsInBf16(body, this.#settings);
      return new GraphFunction(body, new Map([[this.#inputs[index + 1].values, output]]));
    });
  }

  #trainedLayer(layer: Layer, { index, isFirst, dropouts }: LayerPlace): TrainedLayer {
    const input = this.#inputs[index];
    const kernels = new GraphKernels(this.#builder, this.#settings);
    if (!isFirst && input.moments !== null) kernels.batchNorm.tell(input.values, input.moments);
    const weights = new Map<string, GraphTensor>();
    const tape = new GradientTape({
      kernels,
      variable: (name) => {
        const value = this.#variables.read(name);
        weights.set(name, value);
        return value;
      },
      dropoutKey: (name) => {
        dropouts.push(name);
        return this.#dropoutKey(name);
      },
    });
    if (!isFirst) tape.track(input.values);
    const suffix = `${index}${isFirst ? '_first' : ''}`;
    const forward = this.#builder.inside(`forward_${suffix}`, (body) => {
      const output = layer.forward(tape, input.values);
      return { body, output, function: this.#forwardFunction(body, { index, output, tape, kernels }) };
    });
    const pass = { index, tape, weights, isFirst };
    const backward = this.#builder.inside(`backward_${suffix}`, (body) => {
      tape.backward(forward.output, this.#inputs[index + 1].gradient);
      if (this.#settings.castsProducts) {
        const rounded = withProductsInBf16(forward.body, this.#settings);
        withProductsInBf16(body, { ...this.#settings, earlier: rounded });
      }
      return this.#backwardFunction(body, pass);
    });
    const update =
      this.#clipping === null ? null : this.#builder.inside(`update_${suffix}`, (body) => this.#update(body, pass));
    return { forward: forward.function, backward, update };
  }

  /** Returns the input of the next layer, once the running statistics are assigned. */
  #forwardFunction(body: GraphBody, { index, output, tape, kernels }: ForwardPass): GraphFunction {
    const moments = kernels.batchNorm.momentsForNext(output);
    const after = [...tape.statistics].map(([name, value]) => this.#variables.assign(name, value));
    const next = this.#inputs[index + 1];
    const results = new Map([[next.values, this.#builder.identity(output, { after })]]);
    if (moments !== null) {
      const symbols = next.moments ?? {
        mean: this.#builder.symbol(moments.mean.shape),
        variance: this.#builder.symbol(moments.variance.shape),
      };
      this.#inputs[index + 1] = { ...next, moments: symbols };
      results.set(symbols.mean, moments.mean).set(symbols.variance, moments.variance);
    }
    return new GraphFunction(body, results);
  }

  /**
   * Backward pass of a layer. Returns the gradient of its input, unless it is the first active layer, and where gradients are
   * clipped the sum of squares of all gradients so far; where nothing clips, it updates the layer too.
   */
  #backwardFunction(body: GraphBody, pass: BackwardPass): GraphFunction {
    const { index, tape, isFirst } = pass;
    const input = this.#inputs[index];
    const ofInput = isFirst ? null : tape.gradientOf(input.values);
    const results = new Map(ofInput === null ? [] : [[input.gradient, ofInput]]);
    if (this.#clipping === null) return this.#update(body, pass, results);
    const gradients = this.#trainedVariables(pass).map(({ gradient }) => gradient);
    const backward = new GraphFunction(body, results.set(...this.#clipping.addLayer(index, gradients)));
    for (const symbol of results.keys()) backward.export(symbol);
    return backward;
  }

  /** Adds the update of a layer (`core/optimizer/`). The function returns a value that exists once all is updated. */
  #update(body: GraphBody, pass: BackwardPass, results = new Map<GraphTensor, GraphTensor>()): GraphFunction {
    const numbers = this.#layerNumbers[pass.index];
    const scale = this.#clipping?.scale ?? null;
    const updates = this.#trainedVariables(pass).flatMap(({ name, weight, gradient }) =>
      this.#variables.update(name, { weight, gradient, numbers, scale }),
    );
    const done = this.#builder.identity(this.#builder.integer(1), { after: updates });
    const update = new GraphFunction(body, results.set(this.#updated, done));
    update.export(this.#updated);
    return update;
  }

  #trainedVariables({ index, tape, weights }: BackwardPass) {
    const trained = this.#descriptions[index].variables.filter(({ kind }) => isTrained(kind));
    return trained.map(({ name }) => {
      const [weight, gradient] = [weights.get(name), tape.gradients.get(name)];
      if (weight === undefined || gradient === undefined) throw new Error(`The graph has no gradient for ${name}.`);
      return { name, weight, gradient };
    });
  }

  #lossFunction(): GraphFunction {
    const { batchSize, labelSmoothing = 0 } = this.#settings;
    const labels = this.#builder.placeholder(NODES.labels, [batchSize], 'integer');
    const logits = this.#inputs[this.#descriptions.length];
    return this.#builder.inside('loss', (body) => {
      const kernels = new GraphKernels(this.#builder, this.#settings);
      const { loss, gradient } = kernels.meanCrossEntropy(logits.values, labels, labelSmoothing);
      const kept = this.lastLoss === null ? [] : [this.lastLoss.keep(loss)];
      const counted = this.#builder.identity(loss, { after: [this.lossTotal.add(loss), ...kept] });
      const lossFunction = new GraphFunction(body, new Map([[logits.gradient, gradient]]));
      lossFunction.export(counted);
      return lossFunction;
    });
  }

  /** Adds a call for each layer that merges weights. */
  #mergeCalls(layers: readonly LayerFunctions[]): void {
    const after = layers.flatMap(({ merge }) => {
      if (merge === null) return [];
      merge.call(this.#builder, new Map(), `merged/${merge.name}`);
      return [`merged/${merge.name}`];
    });
    this.#builder.identity(this.#builder.integer(1), { name: NODES.merged, after });
  }

  /** Adds the calls of all layers in evaluation mode. */
  #inferenceCalls(layers: readonly LayerFunctions[]): void {
    let boundary = this.#builder.placeholder(NODES.boundary(0), this.#inputs[0].values.shape);
    for (const [index, { inference }] of layers.entries()) {
      inference.export(this.#inputs[index + 1].values);
      const values = new Map([[this.#inputs[index].values, boundary]]);
      [boundary] = inference.call(this.#builder, values, NODES.boundary(index + 1));
    }
  }

  /** Adds the training step. Returns what is fed as the input of each layer. */
  #stepCalls(layers: readonly LayerFunctions[], loss: GraphFunction): readonly GraphTensor[] {
    const modes = this.#unpacked(this.#builder.placeholder(STEP_NODES.modes, [layers.length], 'integer'));
    const [builder, inputs, clipping, updated] = [this.#builder, this.#inputs, this.#clipping, this.#updated];
    const calls = new StepCalls({ builder, layers, inputs, loss, clipping, updated, modes });
    const step = calls.add();
    // An integer that no operation computes is never in the memory of a GPU.
    const result = this.lastLoss === null ? step.loss : this.#builder.integer(1);
    this.#builder.identity(result, { name: NODES.step, after: [step.loss.node, step.updated.node] });
    return calls.entries;
  }

  #dropoutKey(name: string): GraphTensor {
    const known = this.#dropoutKeys.get(name);
    if (known !== undefined) return known;
    const key = this.#builder.placeholder(NODES.dropoutKey(name), [2], 'integer');
    this.#dropoutKeys.set(name, key);
    return key;
  }
}

function functionsOf(layer: TrainedLayer | null): readonly GraphFunction[] {
  if (layer === null) return [];
  const { forward, backward, update } = layer;
  return update === null ? [forward, backward] : [forward, backward, update];
}

interface LayerPlan {
  readonly index: number;
  /** Whether its merged weights are kept: see `MergedWeights`. */
  readonly isKept: GraphTensor;
  /** Receives the names of the layer's dropouts. */
  readonly dropouts: string[];
}

interface LayerPlace extends Pick<LayerPlan, 'index' | 'dropouts'> {
  readonly isFirst: boolean;
}

interface ForwardPass {
  readonly index: number;
  readonly output: GraphTensor;
  readonly tape: GradientTape<GraphTensor>;
  readonly kernels: GraphKernels;
}

interface BackwardPass {
  readonly index: number;
  readonly tape: GradientTape<GraphTensor>;
  /** The variables as the forward pass read them. */
  readonly weights: ReadonlyMap<string, GraphTensor>;
  readonly isFirst: boolean;
}
