import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** One folder a GPU, each with a text file that begins "Model: NVIDIA ...". */
const NVIDIA_FOLDER = '/proc/driver/nvidia/gpus';

/** The device that this build of TensorFlow trains on. */
export function deviceName(variant: 'cpu' | 'gpu'): string {
  return (variant === 'gpu' ? gpuName(NVIDIA_FOLDER) : null) ?? cpuName();
}

/** Null where NVIDIA's driver tells of none. */
export function gpuName(folder: string): string | null {
  try {
    const texts = readdirSync(folder).map((gpu) => readFileSync(join(folder, gpu, 'information'), 'utf8'));
    return texts.map((text) => /^Model:\s*(.+)$/m.exec(text)?.[1]).find((name) => name !== undefined) ?? null;
  } catch {
    // The driver is not there, or it is another system than Linux.
    return null;
  }
}

function cpuName(): string {
  return cpus()[0]?.model.trim() || 'unknown CPU';
}
