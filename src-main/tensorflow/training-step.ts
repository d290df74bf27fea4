import type { GradientClipping } from './gradient-clipping.ts';
import type { GraphBuilder, GraphTensor } from './graph-builder.ts';
import type { GraphFunction } from './graph-function.ts';
import type { LayerFunctions, LayerInput, TrainedLayer } from './layer-functions.ts';

/** How a layer takes part in a step: the places of its functions among what its input is handed to. */
export const MODES = { inference: 0, first: 1, later: 2 } as const;

/** The names of the nodes that a step is fed with, besides those that its functions read. */
export const STEP_NODES = {
  /** The images, or the kept output of frozen layers. */
  input: 'step_input',
  /** The layer that reads them. */
  start: 'step_start',
  /** For each layer one of `MODES`; that of a layer before the start is not used. */
  modes: 'layer_modes',
} as const;

export interface StepParts {
  readonly builder: GraphBuilder;
  readonly layers: readonly LayerFunctions[];
  /** The input of each layer, and last the logits. */
  readonly inputs: readonly LayerInput[];
  /** Returns the loss first. */
  readonly loss: GraphFunction;
  readonly clipping: GradientClipping | null;
  /** Stands for what a function returns once it has updated its layer. */
  readonly updated: GraphTensor;
  /** The mode of each layer. */
  readonly modes: readonly GraphTensor[];
}

type Values = Map<GraphTensor, GraphTensor>;

/** A layer's training in the step, with the tensors that its symbols stand for. */
interface Training {
  readonly layer: TrainedLayer;
  readonly name: string;
  readonly values: Values;
}

/** The two ways in which a layer trains. */
interface Trainings {
  readonly first: Training;
  readonly later: Training | null;
}

/**
 * The training step at all freeze depths in one: the depth is not part of the graph but fed. The input of each layer is handed to one of
 * the layer's functions, and the others do not run, nor does what reads their outputs. So TensorFlow prepares one step for all depths, and a
 * new depth costs only the two functions that no depth before has called.
 */
export class StepCalls {
  readonly #parts: StepParts;
  readonly #builder: GraphBuilder;
  readonly #trainings: Trainings[] = [];
  #entries: readonly GraphTensor[] = [];

  constructor(parts: StepParts) {
    this.#parts = parts;
    this.#builder = parts.builder;
  }

  /** What is fed as the input of each layer; the first one is fed with images. */
  get entries(): readonly GraphTensor[] {
    return this.#entries;
  }

  /** Adds the calls. Returns the loss, and a value that exists once all layers that train are updated. */
  add(): { readonly loss: GraphTensor; readonly updated: GraphTensor } {
    const { layers, inputs, loss } = this.#parts;
    const atEnd: Values = new Map([[inputs[layers.length].values, this.#forward()]]);
    const [batchLoss] = loss.call(this.#builder, atEnd, 'step/loss');
    const gradient = known(atEnd, inputs[layers.length].gradient);
    return { loss: batchLoss, updated: this.#update(this.#backward(gradient)) };
  }

  /** Returns the logits. */
  #forward(): GraphTensor {
    const { layers, inputs } = this.#parts;
    const input = this.#builder.placeholder(STEP_NODES.input, null);
    const start = this.#builder.placeholder(STEP_NODES.start, [], 'integer');
    const shapes = layers.map((_, index) => inputs[index].values.shape);
    this.#entries = this.#handed(input, start, shapes);
    let before: readonly Values[] = [];
    for (const [index, entry] of this.#entries.entries()) before = this.#layer(index, { entry, before });
    return this.#reached(this.#parts.inputs[layers.length].values, before);
  }

  /** Adds the forward pass of a layer in all modes. `before` are the values behind the layer before, in each of its modes. */
  #layer(index: number, { entry, before }: { readonly entry: GraphTensor; readonly before: readonly Values[] }) {
    const { inputs, layers, modes } = this.#parts;
    const { inference, first, later } = layers[index];
    const symbols = inputs[index];
    const input = this.#reached(symbols.values, [new Map([[symbols.values, entry]]), ...before]);
    const ways = new Array<typeof input.shape>(later === null ? 2 : 3).fill(input.shape);
    const handed = this.#handed(input, modes[index], ways);
    const valuesIn = (mode: keyof typeof MODES): Values => new Map([[symbols.values, handed[MODES[mode]]]]);

    const frozen = valuesIn('inference');
    inference.call(this.#builder, frozen, `step/${inference.name}`);
    const train = (layer: TrainedLayer, values: Values): Training => {
      layer.forward.call(this.#builder, values, `step/${layer.forward.name}`);
      return { layer, name: `step/${layer.backward.name}`, values };
    };
    const trainings: Trainings = {
      first: train(first, valuesIn('first')),
      later: later === null ? null : train(later, this.#withMoments(symbols, before, valuesIn('later'))),
    };
    this.#trainings.push(trainings);
    return [frozen, trainings.first.values, ...(trainings.later === null ? [] : [trainings.later.values])];
  }

  /** Adds the moments of the layer's input, of which functions return those that others read. */
  #withMoments({ moments }: LayerInput, before: readonly Values[], values: Values): Values {
    for (const symbol of moments === null ? [] : [moments.mean, moments.variance]) {
      if (before.some((ways) => ways.has(symbol))) values.set(symbol, this.#reached(symbol, before));
    }
    return values;
  }

  /**
   * Adds the backward passes, which run where the forward pass did and the gradient of the layer's output is computed. A layer's function has
   * ended before the gradient that it returns is used, so the first one that trains ends last.
   */
  #backward(ofLogits: GraphTensor): readonly GraphTensor[] {
    const { inputs, clipping } = this.#parts;
    const ends: GraphTensor[] = [];
    let behind: Values = new Map([[inputs[this.#trainings.length].gradient, ofLogits]]);
    for (const [index, { first, later }] of [...this.#trainings.entries()].toReversed()) {
      for (const { layer, name, values } of later === null ? [first] : [first, later]) {
        for (const [symbol, tensor] of behind) values.set(symbol, tensor);
        layer.backward.call(this.#builder, values, name);
      }
      ends.push(known(first.values, clipping === null ? this.#parts.updated : clipping.squaresFrom(index)));
      if (later === null) continue;
      const handedOn = [inputs[index].gradient, ...(clipping === null ? [] : [clipping.squaresFrom(index)])];
      behind = new Map(handedOn.map((symbol) => [symbol, known(later.values, symbol)]));
    }
    return ends;
  }

  /** Without clipping the backward passes have updated all; else adds the updates, one after the other. */
  #update(ends: readonly GraphTensor[]): GraphTensor {
    const { clipping, updated } = this.#parts;
    if (clipping === null) return this.#merged(ends);
    const scale = clipping.call(this.#merged(ends), 'step/clip');
    let after: readonly string[] = [];
    const updates = this.#trainings.toReversed().map(({ first, later }) => {
      const call = ({ layer: { update }, values }: Training): string => {
        if (update === null) throw new Error('A layer has no update of its own.');
        update.call(this.#builder, values.set(clipping.scale, scale), `step/${update.name}`, after);
        return `step/${update.name}`;
      };
      call(first);
      if (later !== null) after = [call(later)];
      return known(first.values, updated);
    });
    return this.#merged(updates);
  }

  /** The same tensor, of which the one at the fed place exists in a run, in these shapes. */
  #handed(tensor: GraphTensor, place: GraphTensor, shapes: readonly GraphTensor['shape'][]): readonly GraphTensor[] {
    const { type } = tensor;
    return this.#builder.add({
      operation: '_SwitchN',
      name: `handed/${tensor.node}`,
      inputs: [tensor, place],
      attributes: { T: { type }, num_outs: { integer: shapes.length } },
      shapes,
      types: shapes.map(() => type),
    });
  }

  /** What a symbol stands for in whichever of these ways a run takes. */
  #reached(symbol: GraphTensor, ways: readonly Values[]): GraphTensor {
    return this.#merged(ways.flatMap((values) => values.get(symbol) ?? []));
  }

  /** The one of these that exists in a run. */
  #merged(tensors: readonly GraphTensor[]): GraphTensor {
    const [{ type, shape }] = tensors;
    if (tensors.length === 1) return tensors[0];
    const attributes = { T: { type }, N: { integer: tensors.length } };
    const [value] = this.#builder.add({
      ...{ operation: 'Merge', inputs: tensors, attributes },
      ...{ shapes: [shape, []], types: [type, 'integer'] },
    });
    return value;
  }
}

function known(values: Values, symbol: GraphTensor): GraphTensor {
  const tensor = values.get(symbol);
  if (tensor === undefined) throw new Error(`The step has no ${symbol.node}.`);
  return tensor;
}
