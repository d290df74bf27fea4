import { readFileSync } from 'node:fs';

/** Whether the processor has AVX-512, as far as Linux tells; false elsewhere. */
export function hasAvx512(): boolean {
  return processorFlags().has('avx512f');
}

/** The units of a processor for products in bf16. */
export type Bf16Units = 'AMX' | 'AVX-512 BF16';

/** The fastest that the processor has, as far as Linux tells; null where it has none. `flags` are as in /proc/cpuinfo. */
export function bf16Units(flags = processorFlags()): Bf16Units | null {
  if (flags.has('amx_bf16')) return 'AMX';
  return flags.has('avx512_bf16') ? 'AVX-512 BF16' : null;
}

function processorFlags(): ReadonlySet<string> {
  try {
    const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
    return new Set(flags.split(' '));
  } catch {
    return new Set();
  }
}
