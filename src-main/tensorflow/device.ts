import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { AppError, messageOf } from '#core/errors.ts';
import type { TensorFlowBinding } from './binding.ts';
import { EagerRuntime } from './eager-runtime.ts';

/** `auto` takes a GPU where TensorFlow can use one. */
export type RequestedDevice = 'cpu' | 'gpu' | 'auto';

export interface DeviceDescription {
  readonly backend: 'tensorflow-cpu' | 'tensorflow-gpu';
  readonly tensorflowVersion: string;
  /** The processor's or the graphics card's name. */
  readonly device: string;
  /** The number of threads that one operation may use. */
  readonly threads: number;
}

/**
 * The libraries that TensorFlow 2.21 opens at its start: those of the driver, and those of CUDA 12 with cuDNN 9 (Linux
 * names).
 */
const GPU_LIBRARIES = [
  'libcuda.so.1',
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcusolver.so.11',
  'libcusparse.so.12',
  'libcudnn.so.9',
] as const;

/** Runs a convolution and says where it ran. Throws 'unavailable' where a GPU was requested but not used. */
export function describeDevice(binding: TensorFlowBinding, requested: RequestedDevice): DeviceDescription {
  runConvolution(binding);
  const usesGpu = binding.isUsingGpuDevice() && isCudnnInUse();
  if (requested === 'gpu' && !usesGpu) {
    const advice = 'Fix that, or choose the device `cpu` or `auto`.';
    throw new AppError('unavailable', `A GPU was requested but cannot be used: ${gpuObstacle(binding)}. ${advice}`);
  }
  return {
    backend: usesGpu ? 'tensorflow-gpu' : 'tensorflow-cpu',
    tensorflowVersion: binding.TF_Version,
    device: usesGpu ? gpuName() : processorName(),
    threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
  };
}

/** Why TensorFlow does not use a GPU, as the rest of a sentence; names the missing library or build. */
export function gpuObstacle(binding: TensorFlowBinding): string {
  if (!hasCudaKernels(binding)) {
    return 'the installed TensorFlow is the CPU build (the set-up installs the CUDA build on a machine with an NVIDIA driver)';
  }
  const missing = missingGpuLibraries();
  if (missing.length === 0) return 'all its libraries are installed, but TensorFlow finds no usable NVIDIA GPU';
  const libraries = missing.length === 1 ? 'library is' : 'libraries are';
  return `the ${libraries} missing or not on LD_LIBRARY_PATH: ${missing.join(', ')}`;
}

/** The libraries that TensorFlow's CUDA build opens and that cannot be opened here. */
export function missingGpuLibraries(): readonly string[] {
  return GPU_LIBRARIES.filter((name) => !canBeOpened(name));
}

function runConvolution(binding: TensorFlowBinding): void {
  const runtime = new EagerRuntime(binding);
  try {
    const image = runtime.floats(new Float32Array(8 * 8), [1, 8, 8, 1]);
    const kernel = runtime.floats(new Float32Array(3 * 3), [3, 3, 1, 1]);
    const { attributes } = runtime;
    const convolution = [attributes.integer('strides', [1, 1, 1, 1]), attributes.text('padding', 'SAME')];
    runtime.read(runtime.run('Conv2D', [image, kernel], convolution));
  } finally {
    runtime.dispose();
  }
}

/**
 * A convolution on a GPU uses cuDNN, which TensorFlow opens for the first one. Only Linux can say which libraries are
 * open.
 */
function isCudnnInUse(): boolean {
  return process.platform !== 'linux' || readFileSync('/proc/self/maps', 'utf8').includes('libcudnn');
}

/** Runs an operation that fails here in both builds: the message lists the devices for which the build has a kernel. */
function hasCudaKernels(binding: TensorFlowBinding): boolean {
  const runtime = new EagerRuntime(binding);
  try {
    const one = runtime.integers(Int32Array.of(1), []);
    const { attributes } = runtime;
    const types = [attributes.elementType('T', 'float'), attributes.elementType('S', 'integer')];
    runtime.run('CudnnRNNParamsSize', [one, one, one], types);
    return true;
  } catch (error) {
    return messageOf(error).includes("device='GPU'");
  } finally {
    runtime.dispose();
  }
}

/** Opens a library as TensorFlow does. One that can be opened fails only later, since it is not an addon. */
function canBeOpened(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return !messageOf(error).includes('cannot open shared object file');
  }
}

export function processorName(): string {
  return cpus()[0]?.model.trim() || `${process.arch} processor`;
}

/** The driver's name of the first GPU. */
function gpuName(): string {
  const folder = '/proc/driver/nvidia/gpus';
  try {
    const [first] = readdirSync(folder);
    const model = /^Model:\s*(.+)$/m.exec(readFileSync(`${folder}/${first}/information`, 'utf8'));
    return model?.[1] ?? 'NVIDIA GPU';
  } catch {
    return 'NVIDIA GPU';
  }
}
