import { badRequest } from '#core/errors.ts';
import { product } from './shape-ops.ts';
import type { VariableDescription, VariableKind } from './variables.ts';

/** A variable's values with their shape, last axis fastest. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Variables by name. */
export type NamedTensors = ReadonlyMap<string, NamedTensor>;

/**
 * Our axes in PyTorch's order: convolutions [h, w, in, out] -> [out, in, h, w], depthwise ones
 * [h, w, channels, 1] -> [channels, 1, h, w], dense [in, out] -> [out, in]. Vectors stay as they are.
 */
const PYTORCH_AXES: Readonly<Partial<Record<VariableKind, readonly number[]>>> = {
  'conv-kernel': [3, 2, 0, 1],
  'depthwise-kernel': [2, 3, 0, 1],
  'dense-kernel': [1, 0],
};

/** For each axis of such a variable in PyTorch, which of ours it is; null where the order is the same. */
export function axesInPyTorch(kind: VariableKind): readonly number[] | null {
  return PYTORCH_AXES[kind] ?? null;
}

/**
 * Values whose axes stand in another order, in ours: `axes` says for each of theirs which of ours it is, and `shape` is ours. At
 * most four axes.
 */
export function inOurOrder(theirs: Float32Array, axes: readonly number[], shape: readonly number[]): Float32Array {
  const theirShape = axes.map((axis) => shape[axis]);
  const strides = shape.map((_, axis) => product(theirShape.slice(axes.indexOf(axis) + 1)));
  const [a, b, c, d] = [...Array<number>(4 - shape.length).fill(1), ...shape];
  const [stepA, stepB, stepC, stepD] = [...Array<number>(4 - shape.length).fill(0), ...strides];
  const ours = new Float32Array(theirs.length);
  let place = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) {
        const start = i * stepA + j * stepB + k * stepC;
        for (let l = 0; l < d; l++) ours[place++] = theirs[start + l * stepD];
      }
    }
  }
  return ours;
}

/** The shape of a variable in PyTorch. */
export function pyTorchShape({ kind, shape }: Pick<VariableDescription, 'kind' | 'shape'>): readonly number[] {
  return PYTORCH_AXES[kind]?.map((axis) => shape[axis]) ?? shape;
}

/** The same weights as PyTorch lays them out. */
export function toPyTorchLayout(tensor: NamedTensor, kind: VariableKind): NamedTensor {
  const axes = PYTORCH_AXES[kind];
  if (axes === undefined) return tensor;
  const shape = pyTorchShape({ kind, shape: tensor.shape });
  // Seen from PyTorch, ours is the other order.
  const ours = axes.map((_, axis) => axes.indexOf(axis));
  return { shape, values: inOurOrder(tensor.values, ours, shape) };
}

/** The network's variables by their names, each as PyTorch lays it out. Throws as `kindOfVariable` does. */
export function inPyTorchLayout(tensors: NamedTensors, kinds: ReadonlyMap<string, VariableKind>): NamedTensors {
  return new Map(Array.from(tensors, ([name, tensor]) => [name, toPyTorchLayout(tensor, kindOfVariable(kinds, name))]));
}

/** Throws a bad request where the network, whose kinds of variables these are, has no variable of this name. */
export function kindOfVariable(kinds: ReadonlyMap<string, VariableKind>, name: string): VariableKind {
  const kind = kinds.get(name);
  if (kind === undefined) throw badRequest(`The network has no variable ${name}: its file is of another one.`);
  return kind;
}
