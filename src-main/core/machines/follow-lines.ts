import { z } from 'zod';
import { type AttemptEnd, blockId, endSchema, MOST_BLOCK_RUNS } from '../block/block.ts';
import { eventCount, momentNumber, stepNumber } from '../ranges.ts';
import { runEventSchema } from '../run-event.ts';
import { boundedRecord } from '../validation.ts';
import type { SeenJob } from './ports.ts';

// What a host and `lab follow` on a machine say to each other: lines of JSON over one session, whatever the number of runs.

/** The first line of `lab follow`; what stands before it is the noise of somebody's start-up files. */
export const FOLLOW_GREETING = 'freezeout-lab-follow/1';

const seenJobSchema: z.ZodType<SeenJob> = z.object({
  block: blockId,
  id: z.string(),
  state: z.enum(['waits', 'held', 'runs', 'ending', 'over']),
  word: z.string(),
  reason: z.string().nullable(),
  node: z.string().nullable(),
  endsAt: momentNumber.nullable(),
});

/** What the host asks for. */
export const followOrderSchema = z.discriminatedUnion('type', [
  /** Follow a block, from behind these events of its runs; `job` is the one to look for. Again for a block that is followed: its job is another now. */
  z.object({
    type: z.literal('watch'),
    block: blockId,
    runs: boundedRecord(blockId, eventCount, MOST_BLOCK_RUNS),
    job: z.string().nullable(),
  }),
  /** Read the files of a block once more, to their end, since nothing writes them any more, and forget it. */
  z.object({ type: z.literal('finish'), block: blockId }),
]);
export type FollowOrder = z.infer<typeof followOrderSchema>;

/** Where the newest attempt at a block is. */
const attemptNewsSchema = z.object({
  attempt: z.int().positive(),
  job: z.string().nullable(),
  node: z.string().nullable(),
  /** The run that trains, its step, and how long ago that was seen to be new. */
  run: blockId.nullable(),
  step: stepNumber.nullable(),
  quietMs: z.number().min(0),
  /** Its last word; null before that, and for one that was killed. */
  end: endSchema.nullable() satisfies z.ZodType<AttemptEnd | null>,
});
export type AttemptNews = z.infer<typeof attemptNewsSchema>;

/** What it hears. */
export const followNewsSchema = z.discriminatedUnion('type', [
  /** A sign of life. */
  z.object({ type: z.literal('here') }),
  /** Events of a run that count, in order, each once. */
  z.object({ type: z.literal('events'), block: blockId, runId: blockId, events: z.array(runEventSchema) }),
  z.object({ type: z.literal('attempt'), block: blockId, news: attemptNewsSchema }),
  /** The scheduler has answered: this is the job of the block; null where it does not know it, also after a closer look. */
  z.object({ type: z.literal('job'), block: blockId, job: seenJobSchema.nullable() }),
  /** The scheduler did not answer, or the folder of a block could not be read: this says nothing about any job. */
  z.object({ type: z.literal('silence'), block: blockId.nullable(), reason: z.string() }),
  /** All that was in the files of the block has been told. */
  z.object({ type: z.literal('finished'), block: blockId }),
]);
export type FollowNews = z.infer<typeof followNewsSchema>;
