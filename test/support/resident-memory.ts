import { readFileSync, writeFileSync } from 'node:fs';

/** Of this process, in MB, as Linux counts it. */
export function residentMegabytes(): { readonly now: number; readonly peak: number } {
  const status = readFileSync('/proc/self/status', 'utf8');
  const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: value('VmRSS'), peak: value('VmHWM') };
}

/** Lets the peak begin anew at the present size. */
export function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5');
}
