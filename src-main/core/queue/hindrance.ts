import { AppError, type Hindrance, messageOf } from '../errors.ts';
import { errorCodeOf, fromSystem } from '../system-error.ts';

/** A hindrance that was met, with the sentence that names it. */
export interface MetHindrance {
  readonly kind: Hindrance;
  readonly reason: string;
}

interface HindranceWords {
  /** Heads the banner, and stands in lists where a run says why it waits. */
  readonly title: string;
  /** What has to happen before the queue goes on. */
  readonly once: string;
  /** Whether the run that met it may be the cause itself, as one that asks for more memory than there is. */
  readonly mayBeOfTheRun: boolean;
}

export const HINDRANCES: Readonly<Record<Hindrance, HindranceWords>> = {
  disk: {
    title: 'The disk is full or cannot be written',
    once: 'there is space again',
    mayBeOfTheRun: false,
  },
  database: {
    title: 'The database cannot be written',
    once: 'it can be written again',
    mayBeOfTheRun: false,
  },
  tensorflow: {
    title: 'TensorFlow cannot be loaded',
    once: 'TensorFlow can be loaded',
    mayBeOfTheRun: false,
  },
  memory: {
    title: 'The machine has too little memory',
    once: 'there is memory again',
    mayBeOfTheRun: true,
  },
  device: {
    title: 'The device was lost',
    once: 'the device is back',
    mayBeOfTheRun: true,
  },
};

/** Codes of a system that has no memory left for what was asked. */
const NO_MEMORY: ReadonlySet<string> = new Set([
  'ENOMEM',
  'EAGAIN',
  'ERR_WORKER_OUT_OF_MEMORY',
  'ERR_MEMORY_ALLOCATION_FAILED',
]);

/**
 * What an error says of all runs; null where it concerns only what was asked for. The one place where causes are sorted: whoever
 * throws the error knows whether it is the store's or TensorFlow's, and marks it there (`AppError.hinders`).
 */
export function hindranceOf(thrown: unknown): MetHindrance | null {
  const error = fromSystem(thrown);
  const reason = messageOf(error);
  if (error instanceof AppError && error.hinders !== null) return { kind: error.hinders, reason };
  if (error instanceof AppError && error.code === 'no-space') return { kind: 'disk', reason };
  if (codesOf(thrown).some((code) => NO_MEMORY.has(code))) return { kind: 'memory', reason };
  return null;
}

/** What an error says of all runs. Throws the error where it concerns only what was asked for. */
export function hindranceOrThrow(thrown: unknown): MetHindrance {
  const hindrance = hindranceOf(thrown);
  if (hindrance === null) throw thrown;
  return hindrance;
}

/** The codes of an error and of its causes. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = errorCodeOf(error);
  return [...(code === undefined ? [] : [code]), ...codesOf(error.cause)];
}

/** TensorFlow's own words for memory that it cannot have, and for a device that no longer answers. */
const WORDS: readonly (readonly [hindrance: Hindrance, words: RegExp])[] = [
  [
    'memory',
    /\bOOM when allocating\b|RESOURCE_EXHAUSTED|bad_alloc|(failed to|could not|cannot) allocate|out of memory/i,
  ],
  [
    'device',
    /CUDA_ERROR_|CUBLAS_STATUS_|CUDNN_STATUS_(INTERNAL|NOT_INITIALIZED|EXECUTION)|device (was |is )?lost|no CUDA-capable device|GPU (has )?fallen off the bus/i,
  ],
];

/** The hindrance that the words of a library name; null where they name none. */
export function hindranceInWords(words: string): Hindrance | null {
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

/** How long the queue waits before it looks again whether the cause is gone; `tries` have found that it is not. */
export function waitAfterTries(tries: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 16));
}

/** "The disk of /home is full ... The queue goes on by itself once there is space again." */
export function standstillSentence({ kind, reason }: MetHindrance): string {
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return `${sentence} The queue goes on by itself once ${HINDRANCES[kind].once}.`;
}

/** Ends a command that waits for nobody: no run can train now, and those that are left wait in the queue. The obstacle is what was met, or a sentence. */
export class QueueStandsStill extends AppError {
  constructor(obstacle: MetHindrance | string) {
    const sentence = typeof obstacle === 'string' ? obstacle : standstillSentence(obstacle);
    super('unavailable', sentence, { hinders: typeof obstacle === 'string' ? null : obstacle.kind });
  }
}
