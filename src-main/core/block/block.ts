import { z } from 'zod';
import { classGapSchema } from '../data/class-gaps.ts';
import { datasetLocationSchema } from '../data/dataset-location.ts';
import { runDataSchema } from '../data/run-data.ts';
import { eventCount, eventNumber, momentNumber, stepNumber } from '../ranges.ts';
import { resolvedRunSpecSchema } from '../run.ts';
import { phaseSecondsSchema } from '../run-event.ts';
import { boundedRecord } from '../validation.ts';

// A block: runs that train one after the other in one folder, which a machine without a home trains by `lab work`. Each file of the folder
// has one writer, and each attempt, one life of that program, has files of its own, so that no lock has to hold on a network's disk.

/** Names runs and blocks, and folders after them. */
export const blockId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, dashes or underscores');
/** A study has no more. */
export const MOST_BLOCK_RUNS = 10_000;
const attemptNumber = z.int().min(1).max(1_000_000);

const blockRunSchema = z.object({
  runId: blockId,
  spec: resolvedRunSpecSchema,
  /** Where its data are on the machine. */
  dataset: datasetLocationSchema,
  data: runDataSchema.nullable().default(null),
  weights: z.object({ path: z.string(), sha256: z.string().nullable() }).nullable().default(null),
  classGaps: z.array(classGapSchema).nullable().default(null),
  studyId: z.string().nullable().default(null),
  arm: z.string().nullable().default(null),
  /** Whether only its step times are measured, as before its first step; then it ends as stopped. */
  isOnlyProfiled: z.boolean().default(false),
  /** What the run had reported before it came into the block: an end among that is not its end here. */
  lastSeq: eventCount.default(0),
  stored: z.array(z.object({ seq: eventNumber, at: momentNumber })).default([]),
  reached: z
    .array(z.object({ step: stepNumber, seq: eventNumber, sha256: z.string(), seconds: phaseSecondsSchema }))
    .default([]),
});
export type BlockRun = z.infer<typeof blockRunSchema>;

/** block.json: written once, before the first attempt. */
export const blockSchema = z.object({
  /** Of the files of the folder; a program that does not know it leaves the folder alone. */
  format: z.literal(1),
  id: blockId,
  /** In the order in which they train. */
  runs: z
    .array(blockRunSchema)
    .min(1)
    .refine((runs) => new Set(runs.map(({ runId }) => runId)).size === runs.length, 'names a run twice'),
});
export type Block = z.infer<typeof blockSchema>;

/** claim.json: the attempt to which the block belongs. A newer one takes it over, and the older one ends. */
export const claimSchema = z.object({
  attempt: attemptNumber,
  /** The scheduler's number of the job, and its name of the node; null without a scheduler. */
  job: z.string().nullable(),
  node: z.string().nullable(),
  host: z.string(),
  pid: z.int(),
  at: momentNumber,
});
export type Claim = z.infer<typeof claimSchema>;

/** beat.N.json: where attempt N is, as a sign of life. */
export const beatSchema = z.object({
  at: momentNumber,
  /** The run that trains; null before the first one. */
  run: blockId.nullable(),
  step: stepNumber.nullable(),
  /** The number of its last event; whoever sees fewer sees the folder late. */
  seq: eventCount,
});
export type Beat = z.infer<typeof beatSchema>;

/** control.json: what the user wants of a run, for all attempts up to this one. */
export const controlSchema = z.object({
  attempt: attemptNumber,
  type: z.enum(['pause', 'stop']),
  runId: blockId,
  reason: z.string(),
});
export type Control = z.infer<typeof controlSchema>;

/** The file may name several runs, in a list. */
export const controlsSchema = z.union([z.array(controlSchema), controlSchema.transform((control) => [control])]);

/**
 * How an attempt ended. `done`: no run is left that goes on by itself. `yielded`: its place was needed, and the next attempt goes on.
 * `superseded`: a newer attempt has the block. `hindered`: no run can train on this machine.
 */
const WORK_ENDS = ['done', 'yielded', 'superseded', 'hindered'] as const;

/** Why an older attempt ends. */
export const SUPERSEDED = 'A newer attempt trains the block now.';

/** end.N.json: the last word of attempt N. */
export const endSchema = z.object({
  at: momentNumber,
  ended: z.enum(WORK_ENDS),
  /** One sentence. */
  reason: z.string(),
  /** The number of the last event of each run. */
  runs: boundedRecord(blockId, eventCount, MOST_BLOCK_RUNS),
  /** Runs at which it gave up, since several attempts in a row had reached no new checkpoint: the next one counts anew. */
  gaveUp: z.array(blockId),
});
export type AttemptEnd = z.infer<typeof endSchema>;
