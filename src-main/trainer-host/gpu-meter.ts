import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { GpuMeter, GpuUse } from '#core/training/machine-use.ts';
import { endingWithUs } from '../setup/run-program.mjs';

const EVERY_SECONDS = 1;
/** A sample older than this says nothing of now; the program may hang, or the card have gone. */
const LONGEST_MS = 5000;
const MEBIBYTE = 2 ** 20;

/** What nvidia-smi is asked for, in the order of a line of its answer. */
const FIELDS = ['utilization.gpu', 'memory.used', 'temperature.gpu', 'power.draw'] as const;

export interface GpuMeterOptions {
  /** The program and what comes before its own arguments. */
  readonly command?: readonly [string, ...string[]];
  readonly now?: () => number;
}

/**
 * Follows the first card that TensorFlow sees by one nvidia-smi, which writes a line a second for as long as this process lives: starting it
 * for each sample would cost more than all samples. Where there is none, nothing is known.
 */
export function createGpuMeter({
  command = ['nvidia-smi'],
  now = () => performance.now(),
}: GpuMeterOptions = {}): GpuMeter {
  let samples: GpuUse[] = [];
  let last: { readonly sample: GpuUse; readonly at: number } | null = null;
  const query = [`--query-gpu=${FIELDS.join(',')}`, '--format=csv,noheader,nounits', `--id=${firstCard()}`];
  const [program, ...args] = endingWithUs([...command, ...query, `--loop=${EVERY_SECONDS}`]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  // No such program, or one that fails: then no line ever comes.
  child.on('error', () => undefined);
  child.unref();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const sample = sampleOf(line);
    if (sample === null) return;
    samples.push(sample);
    last = { sample, at: now() };
  });
  return {
    begin: () => {
      samples = [];
    },
    read: () => {
      if (samples.length > 0) return meanOf(samples);
      return last !== null && now() - last.at <= LONGEST_MS ? last.sample : null;
    },
  };
}

/** TensorFlow's first card, by number or by name; with several, the others are not ours. */
export function firstCard(): string {
  return process.env.CUDA_VISIBLE_DEVICES?.split(',')[0]?.trim() || '0';
}

/** A line such as "87, 1024, 61, 243.50"; a card that does not tell something writes "[N/A]" there. Null for any other line. */
export function sampleOf(line: string): GpuUse | null {
  const parts = line.split(',').map((part) => part.trim());
  if (parts.length !== FIELDS.length) return null;
  const [use, memory, celsius, watts] = parts.map((part) => (/^-?[\d.]+$/.test(part) ? Number(part) : null));
  if ([use, memory, celsius, watts].every((value) => value === null)) return null;
  return {
    use: use === null ? null : use / 100,
    memory: memory === null ? null : memory * MEBIBYTE,
    celsius,
    watts,
  };
}

function meanOf(samples: readonly GpuUse[]): GpuUse {
  const mean = (key: keyof GpuUse) => {
    const known = samples.flatMap((sample) => sample[key] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return { use: mean('use'), memory: mean('memory'), celsius: mean('celsius'), watts: mean('watts') };
}
