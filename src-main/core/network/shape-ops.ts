import { badRequest } from '#core/errors.ts';
import type { Convolution, ImageShape, Network, Ops, VariableKind } from './ops.ts';
import { isTrained } from './ops.ts';

/** A tensor's shape without the batch: an image, or a vector of `channels` features (height and width 1). */
type Shape = ImageShape;

export interface VariableDescription {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: VariableKind;
}

export interface LayerDescription {
  readonly index: number;
  readonly name: string;
  /** Trained parameters: running statistics are not among them. */
  readonly params: number;
  /** Multiply-adds of one image's forward pass through the convolutions and dense parts. */
  readonly macs: number;
  /** In the order in which the forward pass reads them. */
  readonly variables: readonly VariableDescription[];
}

/** Runs the forward pass on shapes alone. Throws a bad request where an image is too small for the poolings. */
export function describeNetwork(network: Network): readonly LayerDescription[] {
  let shape: Shape = network.input;
  return network.layers.map((layer, index) => {
    const ops = new ShapeOps();
    shape = layer.forward(ops, shape);
    const params = ops.variables
      .filter((variable) => isTrained(variable.kind))
      .reduce((sum, { shape: s }) => sum + product(s), 0);
    return { index, name: layer.name, params, macs: ops.macs, variables: ops.variables };
  });
}

/** What every layer reads, in their order, and last what the head gives: [0] is an image, [k] the output of layer k - 1. */
export function boundaryShapes(network: Network): readonly ImageShape[] {
  const shapes: ImageShape[] = [network.input];
  for (const [index, layer] of network.layers.entries()) shapes.push(layer.forward(new ShapeOps(), shapes[index]));
  return shapes;
}

export function product(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/** Counts parameters and multiply-adds (Ops over shapes). */
class ShapeOps implements Ops<Shape> {
  readonly variables: VariableDescription[] = [];
  macs = 0;

  conv2d({ height, width, channels }: Shape, name: string, { filters, size, stride }: Convolution): Shape {
    this.#declare(`${name}.kernel`, 'conv-kernel', [size, size, channels, filters]);
    const output = { height: Math.ceil(height / stride), width: Math.ceil(width / stride), channels: filters };
    this.macs += output.height * output.width * size * size * channels * filters;
    return output;
  }

  batchNorm(input: Shape, name: string): Shape {
    for (const part of ['gamma', 'beta', 'mean', 'variance'] as const) {
      this.#declare(`${name}.${part}`, `bn-${part}`, [input.channels]);
    }
    return input;
  }

  relu(input: Shape): Shape {
    return input;
  }

  maxPool(input: Shape): Shape {
    return halved(input);
  }

  averagePool(input: Shape): Shape {
    return halved(input);
  }

  globalMean({ channels }: Shape): Shape {
    return { height: 1, width: 1, channels };
  }

  concat(first: Shape, second: Shape): Shape {
    return { ...first, channels: first.channels + second.channels };
  }

  add(first: Shape, _second: Shape): Shape {
    return first;
  }

  pad({ height, width, channels }: Shape, margin: number): Shape {
    return { height: height + 2 * margin, width: width + 2 * margin, channels };
  }

  dense({ channels }: Shape, name: string, units: number): Shape {
    this.#declare(`${name}.kernel`, 'dense-kernel', [channels, units]);
    this.#declare(`${name}.bias`, 'dense-bias', [units]);
    this.macs += channels * units;
    return { height: 1, width: 1, channels: units };
  }

  dropout(input: Shape): Shape {
    return input;
  }

  #declare(name: string, kind: VariableKind, shape: readonly number[]): void {
    this.variables.push({ name, kind, shape });
  }
}

function halved({ height, width, channels }: Shape): Shape {
  if (height < 2 || width < 2) {
    throw badRequest(
      'The images are too small for this network: its poolings need at least 2x2 pixels; use larger images.',
    );
  }
  return { height: Math.floor(height / 2), width: Math.floor(width / 2), channels };
}
