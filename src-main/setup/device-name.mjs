import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** Holds one folder per GPU, each with a text file that begins "Model: NVIDIA ...". */
const nvidiaFolder = '/proc/driver/nvidia/gpus';

/**
 * The device that this build of TensorFlow trains on.
 * @param {'cpu' | 'gpu'} variant
 * @returns {string}
 */
export function deviceName(variant) {
  return (variant === 'gpu' ? gpuName(nvidiaFolder) : null) ?? cpuName();
}

/**
 * The name of the first GPU; null where NVIDIA's driver reports none.
 * @param {string} folder
 * @returns {string | null}
 */
function gpuName(folder) {
  try {
    const texts = readdirSync(folder).map((gpu) => readFileSync(join(folder, gpu, 'information'), 'utf8'));
    return texts.map((text) => /^Model:\s*(.+)$/m.exec(text)?.[1]).find((name) => name !== undefined) ?? null;
  } catch {
    // The driver is missing, or the system is not Linux.
    return null;
  }
}

function cpuName() {
  return cpus()[0]?.model.trim() || 'unknown CPU';
}
