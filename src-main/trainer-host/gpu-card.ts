import { execFileSync } from 'node:child_process';
import type { GpuOfRun } from '#core/run-event.ts';
import { firstCard } from './gpu-meter.ts';

/** A driver that hangs must not hold up a run. */
const PATIENCE_MS = 10_000;

/** What nvidia-smi is asked for, in the order of its answer. */
const FIELDS = ['name', 'uuid', 'driver_version', 'clocks.max.sm', 'clocks.max.memory'] as const;

/** The card on which TensorFlow trains; undefined where nothing is told of it. `command` is the program and what comes before its own arguments. */
export function gpuCard(command: readonly [string, ...string[]] = ['nvidia-smi']): GpuOfRun | undefined {
  const answer = answerTo(FIELDS, command);
  return answer === null ? undefined : cardOf(answer);
}

/** The card's compute capability, such as 8.6; null where it is not told. */
export function computeCapability(command: readonly [string, ...string[]] = ['nvidia-smi']): number | null {
  return Number(answerTo(['compute_cap'], command)?.trim()) || null;
}

/** A line of values; null where there is no such program, or where it finds no card or knows no such value. */
function answerTo(fields: readonly string[], [program, ...args]: readonly [string, ...string[]]): string | null {
  const query = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits', `--id=${firstCard()}`];
  try {
    return execFileSync(program, [...args, ...query], {
      ...{ encoding: 'utf8', timeout: PATIENCE_MS },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
}

/** A line such as "NVIDIA A100-SXM4-80GB, GPU-5e1c..., 550.54, 1410, 1593"; what a card does not tell is "[N/A]" there. */
function cardOf(line: string): GpuOfRun | undefined {
  const [model = '', uuid = '', driver = '', ...clocks] = line
    .trim()
    .split(',')
    .map((part) => part.trim());
  if ([model, uuid, driver].some((part) => part === '' || part.startsWith('['))) return undefined;
  const [clockMHz = null, memoryClockMHz = null] = clocks.map((part) => (/^\d+$/.test(part) ? Number(part) : null));
  return { model, uuid, driver, clockMHz, memoryClockMHz };
}
