import { AppError } from '#core/errors.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import type { NamedArrays } from '#core/training/session.ts';

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
