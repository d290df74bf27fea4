import { z } from 'zod';
import { POWER_SERIES, type PowerSeries } from '#core/machine-metrics.ts';
import { measuredNumber } from '#core/numbers.ts';
import { policySchema } from '#core/policy/policy.ts';
import { ARM_ROLES } from '#core/study.ts';

const POWERS = Object.keys(POWER_SERIES) as [PowerSeries, ...PowerSeries[]];
const measured = measuredNumber.nullable();
const interval = z.tuple([measuredNumber, measuredNumber]).nullable();
export const probabilitySchema = z.number().min(0).max(1);
/**
 * Pairs with which a difference this large with this spread would be settled in 80 % of studies; null where it is settled
 * already, or no number of pairs can be given.
 */
export const seedsNeededSchema = z.int().nullable();

/** One seed: the arm's run against the baseline's run of the same seed. */
export const pointSchema = z.object({
  seed: z.int().min(0),
  /** The arm's run. */
  runId: z.string(),
  /** 1 - training seconds of the arm's run / training seconds of the baseline's run; null where the latter are 0. */
  wall: measured,
  /** Share of time that the arm's run saves by the step times that it measured; null where it measured none. */
  profile: measured,
  /** 100 x (test error of the arm's run - test error of the baseline's). */
  errorDelta: measuredNumber,
  /** (err_arm - err_base) / err_base; null where the baseline's run made no errors. */
  relativeErrorIncrease: measured,
});

/** Two-sided tests of a mean difference of 0; null with fewer than three pairs, and where a difference is unknown or not finite. */
const armTestSchema = z
  .object({
    /** Student's paired t test. */
    p: probabilitySchema,
    /** Adjusted over the study's policy arms (Holm); null for equal-time arms, which are controls. */
    holm: probabilitySchema.nullable(),
    /** The exact sign-flip test, with the least p that this many pairs can give; null beyond 20 pairs. */
    signFlip: z.object({ p: probabilitySchema, smallest: probabilitySchema }).nullable(),
    seedsNeeded: seedsNeededSchema,
  })
  .nullable();

const nonInferioritySchema = z
  .object({
    /** Points of test error that the arm may cost. */
    margin: z.number().positive(),
    /** One-sided 95 % upper bound of the error delta, points. */
    upper: measuredNumber,
    /** One-sided p of the hypothesis that the error delta is the margin or more. */
    p: probabilitySchema,
    holm: probabilitySchema,
    holds: z.boolean(),
    seedsNeeded: seedsNeededSchema,
    /** One-sided 95 % lower bound of the error delta, points. */
    lower: measuredNumber,
    /** The test of the other side: p of the hypothesis that the error delta is the margin or less. */
    worse: z.object({
      p: probabilitySchema,
      holm: probabilitySchema,
      /** Whether the arm is shown to cost more than the margin. */
      holds: z.boolean(),
      seedsNeeded: seedsNeededSchema,
    }),
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
    /** Whether the arm took at most 5 % more time than the equal-time arm: otherwise it had more time than its control. */
    isInTime: z.boolean(),
    /** Two-sided p of the error delta; null with fewer than three pairs. */
    p: probabilitySchema.nullable(),
    holm: probabilitySchema.nullable(),
    /** Whether the arm makes fewer errors than less training does in as much time. */
    beats: z.boolean(),
    seedsNeeded: seedsNeededSchema,
    /** The test of its own for not being better: one-sided p of no more errors than the equal-time arm; null with fewer than three pairs. */
    notBetter: z
      .object({
        p: probabilitySchema,
        holm: probabilitySchema,
        /** Whether the arm took at least 95 % of the equal-time arm's time: otherwise it had less time than its control. */
        hadItsTime: z.boolean(),
        /** Whether the arm is shown to make more errors than less training does in as much time. */
        holds: z.boolean(),
        seedsNeeded: seedsNeededSchema,
      })
      .nullable(),
  })
  .nullable();

const armEnergySchema = z.object({
  /** Mean over the finished runs, in joules. */
  joules: measuredNumber,
  /** What was measured, for all of these runs. */
  of: z.array(z.enum(POWERS)),
  /** Mean over the pairs of 1 - energy of the arm's run / of the baseline's; null where not every pair was measured alike. */
  saved: measured,
  ci: interval,
  /** Of the saving against 0, as that of time is tested; null for baseline and controls, and with fewer than three pairs. */
  test: z.object({ p: probabilitySchema, holm: probabilitySchema, seedsNeeded: seedsNeededSchema }).nullable(),
});

export const comparedArmSchema = z.object({
  name: z.string(),
  role: z.enum(ARM_ROLES),
  of: z.string().nullable(),
  policy: policySchema,
  /** Seeds whose run finished, with or without a partner in the baseline. */
  seeds: z.array(z.int().min(0)),
  saved: z.object({ compute: measuredNumber, profile: measured, wall: measured }),
  /** Mean over the finished runs. */
  testError: measured,
  errorDelta: measured,
  /** Mean of (err_arm - err_base) / err_base; null where a run of the baseline made no errors. */
  relativeErrorIncrease: measured,
  /** Intervals of the means over pairs, of `profile` over the finished runs; null with only one of them. */
  ci: z.object({
    level: z.number(),
    wall: interval,
    profile: interval,
    errorDelta: interval,
    relativeErrorIncrease: interval,
  }),
  /**
   * Standard deviations that rounding alone gives to these means, in their units: of counts of test images, and of the clock. They are
   * part of every interval and test.
   */
  rounding: z.object({
    wall: measuredNumber,
    errorDelta: measuredNumber,
    relativeErrorIncrease: measuredNumber,
  }),
  tests: z.object({
    wall: armTestSchema,
    profile: armTestSchema,
    errorDelta: armTestSchema,
    relativeErrorIncrease: armTestSchema,
  }),
  /** Null for arms other than policies, and with fewer than three pairs. */
  nonInferiority: nonInferioritySchema,
  /** Null for arms without an equal-time arm, and without a pair. */
  againstEqualTime: againstEqualTimeSchema,
  /** The arm's place among all arms, by its means of saved time (wall clock) and error delta. */
  front: z.enum(['on', 'dominated', 'unknown']),
  /** Whether no other arm is as good in both measures and better in one. */
  onFront: z.boolean(),
  /** Share of resamples of the seeds in which the arm is on the front; null with fewer than three pairs. */
  frontShare: probabilitySchema.nullable(),
  points: z.array(pointSchema),
  /** Absent where the system did not tell the power of every epoch of its finished runs. */
  energy: armEnergySchema.exactOptional(),
});

export type ComparisonPoint = z.infer<typeof pointSchema>;
export type ArmEnergy = z.infer<typeof armEnergySchema>;
export type ComparedArm = z.infer<typeof comparedArmSchema>;

/** An arm with its tests, before it is placed among the others. */
export type TestedArm = Omit<ComparedArm, 'front' | 'onFront' | 'frontShare'>;
