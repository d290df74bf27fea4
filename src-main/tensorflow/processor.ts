import { readFileSync } from 'node:fs';

/** Whether the processor has AVX-512, as far as Linux tells; false elsewhere. */
export function hasAvx512(): boolean {
  try {
    return /\bavx512f\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}
