import { badRequest } from '#core/errors.ts';
import type { ModelSpec } from './network.ts';
import { networkOf, variableKinds } from './network.ts';
import type { NamedTensor, NamedTensors } from './pytorch-layout.ts';
import { kindOfVariable } from './pytorch-layout.ts';
import { toLibrary } from './weight-names.ts';

/**
 * A network's variables as the state dict of torchvision's network holds them, without the numbers of batches, which PyTorch adds
 * when it loads. Throws a bad request for a network that torchvision does not have.
 */
export function inTorchvision(tensors: NamedTensors, model: ModelSpec): NamedTensors {
  const network = networkOf(model);
  const nameIn = network.weightNames?.torchvision;
  if (nameIn === undefined) {
    throw badRequest(`torchvision has no ${network.title}: export its weights with --layout pytorch.`);
  }
  const kinds = variableKinds(model);
  return new Map(
    Array.from(tensors, ([name, { shape, values }]): readonly [string, NamedTensor] => {
      const stored = nameIn({ name, kind: kindOfVariable(kinds, name), shape });
      return [stored.name, toLibrary(values, stored)];
    }),
  );
}
