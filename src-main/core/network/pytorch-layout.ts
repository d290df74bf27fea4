import { product } from './shape-ops.ts';

/** A variable's values with their shape, last axis fastest. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Variables by name. */
export type NamedTensors = ReadonlyMap<string, NamedTensor>;

/**
 * Our axes in PyTorch's order, by rank: convolutions [h, w, in, out] -> [out, in, h, w], dense [in, out] -> [out, in].
 */
const PYTORCH_AXES: Readonly<Record<number, readonly number[]>> = { 4: [3, 2, 0, 1], 2: [1, 0] };

/** The same weights as PyTorch lays them out. Vectors stay as they are. */
export function toPyTorchLayout(tensor: NamedTensor): NamedTensor {
  const axes = PYTORCH_AXES[tensor.shape.length];
  return axes === undefined ? tensor : transpose(tensor, axes);
}

function transpose({ shape, values }: NamedTensor, axes: readonly number[]): NamedTensor {
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const targetShape = axes.map((axis) => shape[axis]);
  const targetStrides = axes.map((axis) => strides[axis]);
  const position = targetShape.map(() => 0);
  const target = values.map(() => {
    const value = values[position.reduce((offset, index, axis) => offset + index * targetStrides[axis], 0)];
    advance(position, targetShape);
    return value;
  });
  return { shape: targetShape, values: target };
}

/** Moves `position` to the next element, last axis fastest. */
function advance(position: number[], shape: readonly number[]): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position[axis]++;
    if (position[axis] < shape[axis]) return;
    position[axis] = 0;
  }
}
