import { z } from 'zod';
import type { Hindrance } from './errors.ts';
import type { TrainerMessage } from './ports.ts';
import { HINDRANCES } from './queue/hindrance.ts';
import { eventCount } from './ranges.ts';
import { runEventSchema } from './run-event.ts';
import { measurementSchema } from './training/measured-pace.ts';
import { parse } from './validation.ts';
import { TRAINING_STAGES } from './work.ts';

const share = z.number().min(0).max(1);

const skippedSchema = z.object({
  reason: z.string(),
  files: eventCount,
  total: eventCount,
  first: z.array(z.object({ path: z.string(), files: eventCount })),
});

const predictedSchema = z.object({
  file: z.string(),
  predicted: z.int().min(0).nullable(),
  probabilities: z.array(z.union([share, z.nan()])).nullable(),
  problem: z.string().nullable(),
  adapted: z.array(z.string()),
});

const KNOWN_HINDRANCES = Object.keys(HINDRANCES) as Hindrance[];

const failure = { code: z.string(), message: z.string() };

const predictionNewsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('classes'), runId: z.string(), classNames: z.array(z.string()) }),
  z.object({ type: z.literal('listed'), images: eventCount, skipped: z.array(skippedSchema) }),
  z.object({ type: z.literal('said'), text: z.string() }),
  z.object({ type: z.literal('predicted'), images: z.array(predictedSchema) }),
  z.object({ type: z.literal('failed'), ...failure }),
]);

/** One for each type, so that a new one cannot be left out. */
const MESSAGES: Readonly<Record<TrainerMessage['type'], z.ZodType>> = {
  stage: z.object({ stage: z.enum(TRAINING_STAGES) }),
  event: z.object({ event: runEventSchema }),
  measured: z.object({ measurement: measurementSchema }),
  predicting: z.object({ news: predictionNewsSchema }),
  predicted: z.object({}),
  failed: z.object({ ...failure, hinders: z.enum(KNOWN_HINDRANCES).nullable() }),
};

const typedSchema = z.object({ type: z.enum(Object.keys(MESSAGES) as TrainerMessage['type'][]) });
const WHAT = 'what the trainer reported';

/** Throws a bad request, one sentence, for a message that no trainer can send: a number out of its range, a key that is missing. */
export function checkTrainerMessage(message: unknown): asserts message is TrainerMessage {
  const { type } = parse(typedSchema, message, WHAT);
  parse(MESSAGES[type], message, WHAT);
}
