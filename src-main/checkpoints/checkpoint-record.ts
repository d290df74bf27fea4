import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FIRST_RULE } from '#core/data/split.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { measuredNumber } from '#core/numbers.ts';
import type { ResolvedRunSpec } from '#core/run.ts';
import { environmentSchema, phaseSecondsSchema, runEventSchema, stepProfileSchema } from '#core/run-event.ts';
import { NO_DECISIONS } from '#core/training/progress.ts';
import { withFirstKey } from '#core/weights/weights-spec.ts';
import { RECORD_LIMIT } from '../files/limits.ts';
import { readOrdinary } from '../files/ordinary-file.ts';

export const CHECKPOINT_FORMAT = 1;

/** The JSON file next to a checkpoint's weights. The checkpoint counts from the moment it is renamed. */
const recordSchema = z.object({
  format: z.literal(CHECKPOINT_FORMAT),
  specSha256: z.string(),
  state: z.object({
    step: z.int().min(0),
    frozenLayers: z.int().min(0),
    epochLoss: z.object({ sum: z.number(), count: z.int().min(0) }),
    seconds: phaseSecondsSchema,
    epochSeconds: phaseSecondsSchema,
    /** Missing in checkpoints older than policies that decide while training. The policy's own schema validates the rest. */
    adaptive: z
      .looseObject({
        freezeSteps: z.array(z.int().min(0)).readonly(),
        profile: stepProfileSchema.nullable(),
        loss: measuredNumber.optional(),
      })
      .default(NO_DECISIONS),
    /** Missing in checkpoints older than the early end. */
    best: z.object({ epoch: z.int().positive(), error: z.number() }).nullable().default(null),
  }),
  /** Names of the frozen layers. */
  frozen: z.array(z.string()),
  /** Every draw is a function of the seed and of places counted from here; there is no other state. */
  random: z.object({ seed: z.int().min(0), step: z.int().min(0) }),
  nextBatch: z.object({ epoch: z.int().positive(), stepInEpoch: z.int().min(0) }),
  weights: z.object({ file: z.string(), bytes: z.int().min(0), sha256: z.string() }),
  environment: environmentSchema,
  /** The last events before the checkpoint, in case the host died before it stored them. */
  recentEvents: z.array(runEventSchema),
});

export type WrittenCheckpoint = z.infer<typeof recordSchema>;

/** Reads a record. Throws 'corrupt' where the file is not a sound one. */
export async function readRecord(path: string): Promise<WrittenCheckpoint> {
  try {
    return recordSchema.parse(JSON.parse((await readOrdinary(path, RECORD_LIMIT)).toString()));
  } catch (error) {
    const what = error instanceof z.ZodError ? `"${error.issues[0].path.join('.')}" is not valid` : messageOf(error);
    throw new AppError('corrupt', `${path} is not a sound checkpoint record: ${what}.`, { cause: error });
  }
}

/**
 * SHA-256 of the spec with sorted keys, hexadecimal. Checkpoints of version 0.1.0 do not know the rule that they follow, and name
 * weights as it did.
 */
export function specSha256(spec: ResolvedRunSpec): string {
  const split = spec.split === FIRST_RULE ? undefined : spec.split;
  const decisive = { ...withFirstKey(spec), split, prefixCache: undefined };
  return createHash('sha256').update(JSON.stringify(decisive, sortedKeys)).digest('hex');
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1)));
}
