import { z } from 'zod';
import { measuredNumber } from '#core/numbers.ts';
import { policySchema } from '#core/policy/policy.ts';

const measured = measuredNumber.nullable();
const interval = z.tuple([measuredNumber, measuredNumber]).nullable();
export const probabilitySchema = z.number().min(0).max(1);
/** Pairs with which a difference this large with this spread would be settled in 80 % of studies; null where it is, or cannot. */
export const seedsNeededSchema = z.int().nullable();

/** One seed: the arm's run against the baseline's run of the same seed. */
export const pointSchema = z.object({
  seed: z.int().min(0),
  /** The arm's run. */
  runId: z.string(),
  /** 1 - training seconds of the arm's run / training seconds of the baseline's; null where those are 0. */
  wall: measured,
  /** What the arm's run saves by the step times that it measured; null where it measured none. */
  profile: measured,
  /** 100 x (test error of the arm's run - test error of the baseline's). */
  errorDelta: measuredNumber,
  /** (err_arm - err_base) / err_base; null where the baseline's run has no error at all. */
  relativeErrorIncrease: measured,
});

/** Of a mean of 0, two-sided; null with fewer than two pairs, and where a difference is unknown or not finite. */
const armTestSchema = z
  .object({
    /** Student's paired t test. */
    p: probabilitySchema,
    /** Adjusted over the study's policy arms (Holm); null for equal-time arms, which are controls. */
    holm: probabilitySchema.nullable(),
    /** Exact, with the least p that so many pairs can give; null beyond 20 pairs. */
    signFlip: z.object({ p: probabilitySchema, smallest: probabilitySchema }).nullable(),
    seedsNeeded: seedsNeededSchema,
  })
  .nullable();

const nonInferioritySchema = z
  .object({
    /** Points that the arm may cost. */
    margin: z.number().positive(),
    /** One-sided 95 % upper bound of the error delta, points. */
    upper: measuredNumber,
    /** Of an error delta of the margin or more, one-sided. */
    p: probabilitySchema,
    holm: probabilitySchema,
    holds: z.boolean(),
    seedsNeeded: seedsNeededSchema,
  })
  .nullable();

const againstEqualTimeSchema = z
  .object({
    /** The equal-time arm. */
    arm: z.string(),
    pairs: z.int().positive(),
    /** 100 x (test error of the arm - test error of the equal-time arm), mean over the seeds that both have. */
    errorDelta: measuredNumber,
    ci: interval,
    /** Share of the equal-time arm's training time that the arm saves, a fraction: near 0 where times are equal. */
    saved: measured,
    /** Not more than 5 % beyond the equal-time arm's time: else the arm had more than its control. */
    isInTime: z.boolean(),
    /** Two-sided, of the error delta; null with one pair. */
    p: probabilitySchema.nullable(),
    holm: probabilitySchema.nullable(),
    /** Fewer errors than training less gives, in as much time. */
    beats: z.boolean(),
    seedsNeeded: seedsNeededSchema,
  })
  .nullable();

export const comparedArmSchema = z.object({
  name: z.string(),
  role: z.enum(['baseline', 'policy', 'equal-time']),
  of: z.string().nullable(),
  policy: policySchema,
  /** Seeds whose run finished, with or without a partner in the baseline. */
  seeds: z.array(z.int().min(0)),
  saved: z.object({ compute: measuredNumber, profile: measured, wall: measured }),
  /** Mean over the finished runs. */
  testError: measured,
  errorDelta: measured,
  /** Mean of (err_arm - err_base) / err_base; null where a baseline has no error at all. */
  relativeErrorIncrease: measured,
  /** Of the means over pairs, profile's over the finished runs; null with one of them. */
  ci: z.object({
    level: z.number(),
    wall: interval,
    profile: interval,
    errorDelta: interval,
    relativeErrorIncrease: interval,
  }),
  tests: z.object({
    wall: armTestSchema,
    profile: armTestSchema,
    errorDelta: armTestSchema,
    relativeErrorIncrease: armTestSchema,
  }),
  /** Of policy arms; null for the others, and with fewer than two pairs. */
  nonInferiority: nonInferioritySchema,
  /** Of policy arms with an equal-time arm; null for the others, and without a pair. */
  againstEqualTime: againstEqualTimeSchema,
  /** By the means of saved time (wall clock) and error delta, over all arms. */
  front: z.enum(['on', 'dominated', 'unknown']),
  /** No other arm saves at least as much time at no more error. */
  onFront: z.boolean(),
  /** Share of resamples of the seeds in which the arm is on the front; null with fewer than two pairs. */
  frontShare: probabilitySchema.nullable(),
  points: z.array(pointSchema),
});

export type ComparisonPoint = z.infer<typeof pointSchema>;
export type ComparedArm = z.infer<typeof comparedArmSchema>;

/** An arm with its tests, before it is placed among the others. */
export type TestedArm = Omit<ComparedArm, 'front' | 'onFront' | 'frontShare'>;
