/** What a variable is for; decides how it is initialised and whether it is trained. */
export type VariableKind =
  | 'conv-kernel'
  | 'bn-gamma'
  | 'bn-beta'
  | 'bn-mean'
  | 'bn-variance'
  | 'dense-kernel'
  | 'dense-bias';

/** Running statistics are moved by the forward pass, never by the optimizer. */
export function isTrained(kind: VariableKind): boolean {
  return kind !== 'bn-mean' && kind !== 'bn-variance';
}

export interface VariableDescription {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: VariableKind;
}
