import { z } from 'zod';
import { type AttemptEnd, blockId, controlSchema } from '../block/block.ts';
import { eventCount, momentNumber } from '../ranges.ts';
import type { AttemptNews } from './follow-lines.ts';
import type { SeenJob } from './ports.ts';

/** How a block comes along on its machine, as its host knows it and keeps it. */
export const blockCourseSchema = z.object({
  /** Of this program, as the machine has it: a block is finished by the version that began it. */
  version: z.string(),
  /** How long its jobs may last; null for what the machine says. */
  time: z.string().nullable(),
  /** Whether its folder is there. */
  isPlaced: z.boolean().default(false),
  /** The newest job; null before the first one. */
  job: z.string().nullable().default(null),
  /** When a job was asked for whose number was not heard yet; null where none was. Older versions did not note it. */
  askedAt: momentNumber.nullable().default(0),
  state: z.enum(['new', 'waits', 'held', 'runs', 'ending', 'over', 'gone']).default('new'),
  /** Why it waits, as the scheduler says it. */
  reason: z.string().nullable().default(null),
  node: z.string().nullable().default(null),
  attempt: eventCount.default(0),
  /** Jobs in a row after which no more events had come than before. */
  vain: z.int().min(0).default(0),
  /** Events of its runs when the newest job was submitted. */
  progress: eventCount.default(0),
  /** What the user wants of runs. */
  wishes: z.array(controlSchema).default([]),
  /** The machine's blocks in which runs have left checkpoints, by run. */
  from: z.record(blockId, blockId).default({}),
  /** Runs of which it only measures the step times, with the saving that follows; null before that. */
  calibrates: z.record(blockId, z.number().nullable()).default({}),
});
export type BlockCourse = z.infer<typeof blockCourseSchema>;

/** What is seen of a block at a moment; times in milliseconds. */
export interface BlockSight {
  /** What the scheduler says of its job: null where it does not know it. */
  readonly job: SeenJob | null;
  /** For how long it has said that it is over, or not known. */
  readonly sinceMs: number;
  /** Null before the first attempt. */
  readonly attempt: AttemptNews | null;
  /** Whether all events were read that the last word of the attempt names. */
  readonly isWhole: boolean;
  /** Events of its runs by now. */
  readonly progress: number;
  /** The file in its folder with what its jobs wrote. */
  readonly output: string;
}

export type NextStep =
  | { readonly do: 'wait' }
  | { readonly do: 'submit'; readonly isVain: boolean }
  /** Nothing will report any more: what is in the files is all there will be. */
  | { readonly do: 'settle'; readonly reason: string };

const WAIT: NextStep = { do: 'wait' };

/** A scheduler that has restarted may not know its jobs for a while, and a network's disk shows files late. */
const SURE_MS = 60_000;
/** Jobs in a row without a new event, after which somebody has to look into it. */
const MOST_VAIN_JOBS = 3;

/**
 * What follows for a block from an answer of its scheduler. Without an answer nothing follows. A job that is over, or not known any more, is
 * followed by another one, unless the attempt's last word says that there is nothing left to do.
 */
export function nextStep(course: Pick<BlockCourse, 'job' | 'vain' | 'progress'>, sight: BlockSight): NextStep {
  const { job, attempt } = sight;
  const isSure = sight.sinceMs >= SURE_MS;
  if (job === null ? !isSure || givesSigns(attempt) : job.state !== 'over') return WAIT;
  const own = attempt?.job === course.job ? attempt : null;
  const last = { end: own?.end ?? null, isSure, isWhole: sight.isWhole };
  if (job?.word === 'CANCELLED') return afterCancel(job, own !== null, last);
  return afterLastWord(last, job?.word === 'COMPLETED') ?? again(course, sight);
}

interface LastWord {
  readonly end: AttemptEnd | null;
  readonly isWhole: boolean;
  readonly isSure: boolean;
}

function afterCancel({ id }: SeenJob, hasBegun: boolean, { end, isWhole, isSure }: LastWord): NextStep {
  const hasSaidAll = !hasBegun || (end !== null && isWhole);
  return hasSaidAll || isSure ? { do: 'settle', reason: `Its job ${id} was cancelled.` } : WAIT;
}

/** Null where there is something left to train. A job that ended well has left its last word, which may be shown late. */
function afterLastWord({ end, isWhole, isSure }: LastWord, hasEndedWell: boolean): NextStep | null {
  if (end === null) return hasEndedWell && !isSure ? WAIT : null;
  if (end.ended !== 'done' && end.ended !== 'hindered') return null;
  return isWhole || isSure ? { do: 'settle', reason: end.reason } : WAIT;
}

/** Whether an attempt may well live on. */
function givesSigns(attempt: AttemptNews | null): boolean {
  return attempt !== null && attempt.end === null && attempt.quietMs < SURE_MS;
}

function again(
  { job: id, vain, progress }: Pick<BlockCourse, 'job' | 'vain' | 'progress'>,
  sight: BlockSight,
): NextStep {
  const isVain = sight.progress <= progress;
  if (!isVain || vain < MOST_VAIN_JOBS) return { do: 'submit', isVain };
  const word = sight.job === null ? 'unknown to the scheduler' : sight.job.word;
  const why = sight.job?.reason ? `${word}, ${sight.job.reason}` : word;
  return {
    do: 'settle',
    reason: `${vain + 1} jobs in a row ended without getting further (the last one, ${id}: ${why}): look into ${sight.output} in the block's folder.`,
  };
}

/** Whether the events that an attempt's last word names are all stored, by the number of the last one of each run. */
export function isAllRead(attempt: AttemptNews | null, lastSeqs: Readonly<Record<string, number>>): boolean {
  const named = Object.entries(attempt?.end?.runs ?? {});
  return attempt?.end != null && named.every(([run, seq]) => (lastSeqs[run] ?? 0) >= seq);
}
