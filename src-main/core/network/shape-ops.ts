import type { ImageShape, Operation } from './operations/operation.ts';
import type { Network } from './ops.ts';
import { Ops } from './ops.ts';
import type { VariableDescription } from './variables.ts';
import { isTrained } from './variables.ts';

export interface LayerDescription {
  readonly index: number;
  readonly name: string;
  /** The number of trained parameters, without running statistics. */
  readonly params: number;
  /** Multiply-adds of one image's forward pass through the convolutions and dense parts. */
  readonly macs: number;
  /** The variables in the order in which the forward pass reads them. */
  readonly variables: readonly VariableDescription[];
}

/** Runs the forward pass on shapes alone. Throws a bad request where an image is too small for the poolings. */
export function describeNetwork(network: Network): readonly LayerDescription[] {
  let shape = network.input;
  return network.layers.map((layer, index) => {
    const ops = new ShapeOps();
    shape = layer.forward(ops, shape);
    const params = ops.variables
      .filter((variable) => isTrained(variable.kind))
      .reduce((sum, { shape: s }) => sum + product(s), 0);
    return { index, name: layer.name, params, macs: ops.macs, variables: ops.variables };
  });
}

/** The shapes between layers: [0] is the image, [k] the output of layer k - 1, and the last one that of the logits. */
export function boundaryShapes(network: Network): readonly ImageShape[] {
  const shapes: ImageShape[] = [network.input];
  for (const [index, layer] of network.layers.entries()) shapes.push(layer.forward(new ShapeOps(), shapes[index]));
  return shapes;
}

export function product(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}

/** Counts parameters and multiply-adds (Ops over shapes). */
class ShapeOps extends Ops<ImageShape> {
  readonly variables: VariableDescription[] = [];
  macs = 0;

  apply(operation: Operation, ...inputs: readonly ImageShape[]): ImageShape {
    const { output, variables = [], macs = 0 } = operation.shape(inputs);
    this.variables.push(...variables);
    this.macs += macs;
    return output;
  }
}
