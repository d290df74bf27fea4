import { z } from 'zod';

/** In what the products of matrices and the convolutions of a run are computed. */
export const PRECISIONS = ['float32', 'tf32', 'bf16'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** The precision of a spec; absent: float32, as in specs from before version 0.2.0. */
export const precisionSchema = z
  .enum(PRECISIONS)
  .transform((precision) => (precision === 'float32' ? undefined : precision))
  .optional();

export type ReducedPrecision = Exclude<Precision, 'float32'>;

/** What a person reads of each, after "products". */
export const PRECISION_WORDS: Readonly<Record<Precision, string>> = {
  float32: 'in float32',
  tf32: 'in TF32, sums in float32',
  bf16: 'in bf16, weights, norms and sums in float32',
};

/** The sentence of a methods text. */
export function precisionMethods(precision: ReducedPrecision): string {
  switch (precision) {
    case 'tf32':
      return 'Products of matrices and convolutions multiply numbers rounded to TF32 (10 bits of mantissa) and add them up in float32; all else is float32.';
    case 'bf16':
      return 'Products of matrices and convolutions that are worth the conversion read and give bf16 and add up in float32, in training and in evaluation; the weights that the optimizer updates, its state, batch norms and the loss are float32.';
  }
}

/** The units of a machine that compute in less than float32. */
export interface ReducedUnits {
  /** `gpu` where TensorFlow trains on one. */
  readonly on: 'cpu' | 'gpu';
  /** What a sentence calls the processor or the card. */
  readonly name: string;
  /** On a CPU whether it has units for bf16; on a GPU whether it has those for both, or null where that is not known. */
  readonly has: boolean | null;
}

const WHERE = 'leave `precision` out, or train on a machine that has them';

/** Why a machine does not train in a precision, with what to do instead, in one sentence; null where it does. */
export function precisionObstacle(precision: ReducedPrecision | undefined, units: ReducedUnits): string | null {
  if (precision === undefined || units.has === null) return null;
  if (units.on === 'gpu') {
    if (units.has) return null;
    return `\`precision\` ${precision} needs a GPU of compute capability 8.0 or more, and ${units.name} is older, so that its products would take longer than in float32 and be less exact: ${WHERE}.`;
  }
  if (precision === 'tf32') {
    return '`precision` tf32 is one of NVIDIA GPUs of compute capability 8.0 or more, and this run would train on a processor, which computes its products in float32 then as without it: leave `precision` out, or choose bf16 where the processor has units for it.';
  }
  if (units.has) return null;
  return `\`precision\` bf16 needs a processor with AVX-512 BF16 or AMX, and ${units.name} has neither, so that its products would take longer than in float32 and be less exact: ${WHERE}.`;
}
