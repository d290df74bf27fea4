/** The purpose of a variable: decides how it is initialised and whether it is trained. */
export type VariableKind =
  | 'conv-kernel'
  | 'conv-bias'
  | 'depthwise-kernel'
  | 'bn-gamma'
  | 'bn-beta'
  | 'bn-mean'
  | 'bn-variance'
  | 'dense-kernel'
  | 'dense-bias';

/** Whether the optimizer changes the variable: the forward pass alone moves running statistics. */
export function isTrained(kind: VariableKind): boolean {
  return kind !== 'bn-mean' && kind !== 'bn-variance';
}

export interface VariableDescription {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: VariableKind;
}
