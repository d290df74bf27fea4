import { z } from 'zod';
import { byteCount, eventCount, secondsNumber, stepMilliseconds } from '#core/ranges.ts';
import { type StepProfile, stepProfileSchema } from '#core/run-event.ts';
import type { DiskSpeed } from './prefix/costs.ts';

/** A freeze depth as it was measured before a run starts. */
export type MeasuredDepth = StepProfile['depths'][number] & {
  /** The name of the first layer that trains. */
  readonly firstTrained: string;
  /** Images that a second of training takes at this depth. */
  readonly imagesPerSecond: number;
  /** Bytes by which the process had grown after a step at this depth, before it made any at a lesser one. */
  readonly memoryBytes: number;
  /** Share of the network's parameters that train. */
  readonly trainedShare: number;
  /** Milliseconds of a step whose frozen layers' output was kept, on the scale of `msPerStep`. */
  readonly cachedStepMs: number;
  /**
   * The same of a step that runs the frozen layers in a call of its own, whose output it keeps: in the first epoch, the cache makes such
   * steps. Null where the cache keeps nothing of such a run.
   */
  readonly fillingStepMs: number | null;
};

/** Times measured on this machine before a run starts. */
export interface Measurement {
  /** Median time of the measured steps, without frozen layers. */
  readonly msPerStep: number;
  /** Number of those steps. */
  readonly steps: number;
  /** Images of unfrozen training that a second takes. */
  readonly imagesPerSecond: number;
  /** Bytes by which the process had grown after an unfrozen step, from its size before its first one. */
  readonly memoryBytes: number;
  /** Time in which the batch thread makes a batch; steps wait for it where they are shorter. */
  readonly msPerBatch: number;
  /** What was measured at some freeze depths of the network, whatever the policy, each paired with unfrozen steps. */
  readonly depths: readonly MeasuredDepth[];
  /** The same depths with frozen layers in training mode, so that their statistics move; null where no policy asks for that. */
  readonly movingDepths: StepProfile['depths'] | null;
  /** Bytes that the cache takes for one image behind each number of frozen layers, from 0 (where nothing is kept) on. */
  readonly keptBytes: readonly number[];
  /** Bytes of memory that the cache would have been given. */
  readonly cacheMemoryBytes: number;
  /** The same for the disk of the home, with its speed; null where the cache keeps nothing, or the speed could not be measured. */
  readonly cacheDisk: (DiskSpeed & { readonly bytes: number }) | null;
  /** By how much the first step at a freeze depth, or the first unfrozen one, takes longer: the library prepares for it. */
  readonly msPerNewDepth: number;
  /** The same for the first steps of the cache at a depth; null where it keeps nothing. */
  readonly msPerNewKept: number | null;
  /** Time of one image in evaluation, which runs whole batches. */
  readonly msPerEvaluatedImage: number;
  /** By how much the first evaluation of a process takes longer. */
  readonly msFirstEvaluation: number;
  /** Time to save the state after an epoch. */
  readonly msPerCheckpoint: number;
  /** By how much the first saving of a process takes longer. */
  readonly msFirstCheckpoint: number;
  /** Time from the start of the process until the library is ready for its first step. */
  readonly startUpSeconds: number;
  readonly device: string;
}

const milliseconds = stepMilliseconds.min(0);
const imagesPerSecond = z.number().min(0).max(1e12);
/** A process may have shrunk meanwhile. */
const grownBytes = z.number().min(-1e15).max(1e15);

/** A measurement as a trainer tells it, and as the form keeps it. */
export const measurementSchema = z.object({
  msPerStep: milliseconds,
  steps: eventCount,
  imagesPerSecond,
  memoryBytes: grownBytes,
  msPerBatch: milliseconds,
  depths: z.array(
    stepProfileSchema.shape.depths.element.extend({
      firstTrained: z.string(),
      imagesPerSecond,
      memoryBytes: grownBytes,
      trainedShare: z.number().min(0).max(1),
      cachedStepMs: milliseconds,
      fillingStepMs: milliseconds.nullable(),
    }),
  ),
  movingDepths: stepProfileSchema.shape.depths.nullable(),
  keptBytes: z.array(byteCount),
  cacheMemoryBytes: z.number().min(0).max(1e15),
  cacheDisk: z
    .object({ bytes: z.number().min(0).max(1e18), readMsPerByte: milliseconds, writeMsPerByte: milliseconds })
    .nullable(),
  msPerNewDepth: milliseconds,
  msPerNewKept: milliseconds.nullable(),
  msPerEvaluatedImage: milliseconds,
  msFirstEvaluation: milliseconds,
  msPerCheckpoint: milliseconds,
  msFirstCheckpoint: milliseconds,
  startUpSeconds: secondsNumber,
  device: z.string(),
}) satisfies z.ZodType<Measurement>;
