import type { NamedTensor } from './pytorch-layout.ts';
import { pyTorchShape, toPyTorchLayout } from './pytorch-layout.ts';
import type { VariableDescription, VariableKind } from './variables.ts';

/** A library in whose names weights are published. */
export type WeightLibrary = 'torchvision' | 'timm';

/** A variable of ours as the state dict of a library holds it. */
export interface StoredVariable {
  /** Its key: "layer1.0.bn1.running_mean". */
  readonly name: string;
  /** Its key in older files, where it was another. */
  readonly formerName?: string;
  /** Its shape there. */
  readonly shape: readonly number[];
  /** What it is seen as where axes change: a dense part that reads a flattened image is a convolution as large as that image. */
  readonly seenAs: Pick<VariableDescription, 'kind' | 'shape'>;
}

/** Says where a library keeps a variable of a network. */
export type NameInLibrary = (variable: VariableDescription) => StoredVariable;

/** PyTorch's name for the last part of a variable's name. */
const PARTS: Readonly<Record<VariableKind, string>> = {
  'conv-kernel': 'weight',
  'depthwise-kernel': 'weight',
  'conv-bias': 'bias',
  'dense-kernel': 'weight',
  'dense-bias': 'bias',
  'bn-gamma': 'weight',
  'bn-beta': 'bias',
  'bn-mean': 'running_mean',
  'bn-variance': 'running_var',
};

/**
 * Names of a library that has one module for each of our operations: `moduleOf` gets what stands before the last dot of a
 * variable's name, such as "layer1.0.conv1", and says how the library names that module.
 */
export function namesByModule(moduleOf: (module: string) => string): NameInLibrary {
  return (variable) => {
    const module = moduleOf(variable.name.slice(0, variable.name.lastIndexOf('.')));
    const { kind, shape } = variable;
    return { name: `${module}.${PARTS[kind]}`, shape: pyTorchShape({ kind, shape }), seenAs: { kind, shape } };
  };
}

/** The values of a variable of ours as the library holds them. */
export function toLibrary(values: Float32Array, { shape, seenAs }: StoredVariable): NamedTensor {
  return { shape, values: toPyTorchLayout({ shape: seenAs.shape, values }, seenAs.kind).values };
}
