import { createRequire } from 'node:module';
import { AppError, messageOf } from '#core/errors.ts';
import type { ReducedPrecision } from '#core/training/precision.ts';
import type { TensorFlowBinding } from './binding.ts';
import type { DeviceDescription, RequestedDevice } from './device.ts';
import { describeDevice } from './device.ts';
import { setLibraryPrecision } from './precision.ts';

export interface TensorFlowLibrary {
  readonly binding: TensorFlowBinding;
  readonly device: DeviceDescription;
}

/**
 * Loads the native addon, and libtensorflow with it. The package's JavaScript is not needed, since operations are run directly.
 * A process can load the library once, for one device. Throws 'unavailable' where TensorFlow is not installed, or where a GPU
 * was requested but cannot be used.
 */
export function loadTensorFlow(requested: RequestedDevice, precision?: ReducedPrecision): TensorFlowLibrary {
  // The library looks for GPUs while it is loaded; this hides all of them.
  if (requested === 'cpu') process.env.CUDA_VISIBLE_DEVICES = '-1';
  // By itself, TensorFlow leaves oneDNN off on processors such as those with AVX2 alone; without it, a batch norm with ReLU
  // has no kernel on a CPU.
  process.env.TF_ENABLE_ONEDNN_OPTS = '1';
  // The thread that starts a primitive computes a share of it. By itself it hands all shares to others and sleeps until they are done,
  // which takes longer where operations are short (docs/performance.md); the shares, and so the bits, are the same.
  process.env.TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD = '1';
  setLibraryPrecision(precision);
  const binding = loadBinding();
  return { binding, device: describeDevice(binding, requested) };
}

function loadBinding(): TensorFlowBinding {
  try {
    return createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node');
  } catch (error) {
    const cause = messageOf(error).split('\n')[0];
    const advice = 'run `npm run lab -- doctor` to see how to fix this';
    const sentence = `TensorFlow could not be loaded (${cause}); ${advice}.`;
    throw new AppError('unavailable', sentence, { cause: error, hinders: 'tensorflow' });
  }
}
