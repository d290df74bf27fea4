import { AppError, badRequest } from '#core/errors.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import type { NamedArrays } from '#core/training/session.ts';
import { readSafetensors } from './safetensors.ts';

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The shape of every variable, by name. */
export function shapesOf(layers: readonly LayerDescription[]): Shapes {
  return new Map(layers.flatMap((layer) => layer.variables).map(({ name, shape }) => [name, shape]));
}

export function tensorsOf(arrays: NamedArrays, shapeOf: (name: string) => readonly number[] | undefined): NamedTensors {
  return new Map(
    Array.from(arrays, ([name, values]) => {
      const shape = shapeOf(name);
      if (shape === undefined) throw new AppError('internal', `There is no variable "${name}" in the network.`);
      return [name, { shape, values }];
    }),
  );
}

export function arraysOf(tensors: NamedTensors): NamedArrays {
  return new Map(Array.from(tensors, ([name, { values }]) => [name, values]));
}

/**
 * Reads the weights of a network from a file that holds exactly its variables. Throws a bad request, naming the variable, where
 * one is missing, unknown or of another shape, and whatever reading the file throws.
 */
export async function readWeights(path: string, layers: readonly LayerDescription[]): Promise<NamedArrays> {
  const { tensors } = await readSafetensors(path);
  const shapes = shapesOf(layers);
  for (const [name, shape] of shapes) {
    const found = tensors.get(name)?.shape;
    if (found === undefined) throw badRequest(`${path} does not hold "${name}", which the network has.`);
    if (String(found) !== String(shape)) {
      throw badRequest(`In ${path}, "${name}" has the shape [${found}], but the network's has [${shape}].`);
    }
  }
  for (const name of tensors.keys()) {
    if (!shapes.has(name)) throw badRequest(`${path} holds "${name}", which the network does not have.`);
  }
  return arraysOf(tensors);
}
