import { AppError } from '#core/errors.ts';
import { precisionObstacle, type ReducedPrecision } from '#core/training/precision.ts';
import type { DeviceDescription } from './device.ts';
import { bf16Units } from './processor.ts';

/** How the products of a run are computed where they are not computed in float32. */
export interface Arithmetic {
  /** Whether the graph casts to bf16 and back around its products: see `withProductsInBf16`. */
  readonly castsProducts: boolean;
  /** What an environment says. */
  readonly text: string;
}

/**
 * How this machine computes a precision that it has. On processors with AMX, oneDNN's own mode computes float32 products in bf16; those
 * that have AVX-512 BF16 alone ignore the mode, also where they run it without an error, so there the graph casts.
 */
export function arithmeticOf(
  precision: ReducedPrecision | undefined,
  usesGpu: boolean,
  units = bf16Units(),
): Arithmetic | null {
  if (precision === undefined) return null;
  if (precision === 'tf32') return { castsProducts: false, text: 'TF32' };
  if (usesGpu) return { castsProducts: true, text: 'bf16, casts in the graph' };
  return units === 'AMX'
    ? { castsProducts: false, text: "bf16, oneDNN's mode on AMX" }
    : { castsProducts: true, text: `bf16, casts in the graph on ${units}` };
}

/**
 * Sets what the libraries read while they are loaded. Left by themselves, those of NVIDIA compute float32 in TF32, and a mode that
 * somebody has set for oneDNN would compute it in bf16.
 */
export function setLibraryPrecision(
  precision: ReducedPrecision | undefined,
  environment: Record<string, string | undefined> = process.env,
  units = bf16Units(),
): void {
  if (precision === 'tf32') delete environment.NVIDIA_TF32_OVERRIDE;
  else environment.NVIDIA_TF32_OVERRIDE = '0';
  const usesMode = precision === 'bf16' && arithmeticOf(precision, false, units)?.castsProducts === false;
  if (usesMode) environment.TF_SET_ONEDNN_FPMATH_MODE = 'BF16';
  else delete environment.TF_SET_ONEDNN_FPMATH_MODE;
}

/** The oldest GPUs with units for TF32 and bf16. */
const LEAST_CAPABILITY = 8;

/**
 * Throws 'unavailable' where the device on which TensorFlow runs has no units for the precision. `computeCapability` asks the card for
 * its own, such as 8.6; null where it is not told.
 */
export function checkPrecision(
  precision: ReducedPrecision | undefined,
  { backend, device }: Pick<DeviceDescription, 'backend' | 'device'>,
  computeCapability: () => number | null,
): void {
  if (precision === undefined) return;
  const capability = backend === 'tensorflow-gpu' ? computeCapability() : null;
  const obstacle = precisionObstacle(
    precision,
    backend === 'tensorflow-gpu'
      ? { on: 'gpu', name: device, has: capability === null ? null : capability >= LEAST_CAPABILITY }
      : { on: 'cpu', name: device, has: bf16Units() !== null },
  );
  if (obstacle !== null) throw new AppError('unavailable', obstacle);
}
