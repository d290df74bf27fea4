import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FIRST_RULE } from '#core/data/split.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { toJson } from '#core/numbers.ts';
import {
  byteCount,
  epochNumber,
  errorShare,
  eventCount,
  layerCount,
  lossSum,
  lossValue,
  seedNumber,
  stepNumber,
} from '#core/ranges.ts';
import type { ResolvedRunSpec } from '#core/run.ts';
import { environmentSchema, phaseSecondsSchema, runEventSchema, stepProfileSchema } from '#core/run-event.ts';
import { NO_DECISIONS } from '#core/training/progress.ts';
import { parsedSafely } from '#core/validation.ts';
import { withFirstKey } from '#core/weights/weights-spec.ts';
import { RECORD_LIMIT } from '../files/limits.ts';
import { readOrdinary } from '../files/ordinary-file.ts';

/** The first version had one JSON object without a hash. */
export const CHECKPOINT_FORMAT = 2;
const FIRST_FORMAT = 1;
/** Records of the first version are parsed before anything tells that they are sound; JSON may take twenty times its length. */
const LONGEST_FIRST = 4 * 2 ** 20;

const stateSchema = z.object({
  step: stepNumber,
  frozenLayers: layerCount,
  epochLoss: z.object({ sum: lossSum, count: eventCount }),
  seconds: phaseSecondsSchema,
  epochSeconds: phaseSecondsSchema,
  /** Missing in checkpoints older than policies that decide while training. The policy's own schema validates the rest. */
  adaptive: z
    .looseObject({
      freezeSteps: z.array(stepNumber).readonly(),
      profile: stepProfileSchema.nullable(),
      loss: lossValue.optional(),
    })
    .default(NO_DECISIONS),
  /** Missing in checkpoints older than the early end. */
  best: z.object({ epoch: epochNumber, error: errorShare }).nullable().default(null),
});

const contentSchema = z.object({
  /** Not in the first version. */
  runId: z.string().optional(),
  specSha256: z.string(),
  state: stateSchema,
  /** Names of the frozen layers. */
  frozen: z.array(z.string()),
  /** Every draw is a function of the seed and of places counted from here; there is no other state. */
  random: z.object({ seed: seedNumber, step: stepNumber }),
  nextBatch: z.object({ epoch: epochNumber, stepInEpoch: stepNumber }),
  environment: environmentSchema,
  /** The last events before the checkpoint, in case the host died before it stored them. */
  recentEvents: z.array(runEventSchema),
  /** The event before those; null where they are all. Not in the first versions. */
  before: z.object({ seq: z.int().positive(), at: z.number() }).nullish(),
});

/** What a record says of the run. */
export type RecordContent = z.infer<typeof contentSchema>;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const weightsSchema = z.object({ file: z.string(), bytes: byteCount, sha256: sha256Schema });
const headSchema = z.object({
  format: z.literal(CHECKPOINT_FORMAT),
  weights: weightsSchema,
  /** SHA-256 of the text of the content, which the weights name too. */
  sha256: sha256Schema,
});
const firstSchema = contentSchema.extend({ format: z.literal(FIRST_FORMAT), weights: weightsSchema });

/** The JSON file next to a checkpoint's weights. The checkpoint counts from the moment it is renamed. */
export interface WrittenCheckpoint {
  readonly content: RecordContent;
  readonly weights: z.infer<typeof weightsSchema>;
  /** The hash of the content; null in the first version. */
  readonly sha256: string | null;
}

/** The content as text, and its hash. */
export interface ContentText {
  readonly text: string;
  readonly sha256: string;
}

/** The text stands in the record as it was hashed. */
export function contentText(content: RecordContent): ContentText {
  const text = toJson(content);
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

const CONTENT_MARK = ',\n"content":';
const RECORD_END = '}\n';

/** The whole record: JSON whose second line is the content. */
export function recordText({ text, sha256 }: ContentText, weights: WrittenCheckpoint['weights']): string {
  const head = JSON.stringify({ format: CHECKPOINT_FORMAT, weights, sha256 });
  return `${head.slice(0, -1)}${CONTENT_MARK}${text}${RECORD_END}`;
}

/** Reads a record. Throws 'corrupt' where the file is not a sound one, and what reading a file throws. */
export async function readRecord(path: string): Promise<WrittenCheckpoint> {
  const bytes = await readOrdinary(path, RECORD_LIMIT);
  try {
    return parsedRecord(bytes.toString());
  } catch (error) {
    const what = error instanceof z.ZodError ? `"${error.issues[0].path.join('.')}" is not valid` : messageOf(error);
    const sentence = `${path} is not a sound checkpoint record: ${what.replace(/\.$/, '')}.`;
    throw new AppError('corrupt', sentence, { cause: error });
  }
}

/** The content is only parsed once its hash is right. */
function parsedRecord(text: string): WrittenCheckpoint {
  const mark = text.indexOf(CONTENT_MARK);
  if (mark < 0 || !text.endsWith(RECORD_END)) return parsedFirst(text);
  const head = jsonIn(`${text.slice(0, mark)}}`);
  refuseNewer(head);
  const { weights, sha256 } = checked(headSchema, head);
  const content = text.slice(mark + CONTENT_MARK.length, -RECORD_END.length);
  if (createHash('sha256').update(content).digest('hex') !== sha256) {
    throw new AppError('corrupt', 'it is not as it was written');
  }
  return { content: checked(contentSchema, jsonIn(content)), weights, sha256 };
}

function parsedFirst(text: string): WrittenCheckpoint {
  if (text.length > LONGEST_FIRST) throw new AppError('corrupt', 'it is too long');
  const json = jsonIn(text);
  refuseNewer(json);
  const { format: _, weights, ...content } = checked(firstSchema, json);
  return { content, weights, sha256: null };
}

function checked<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const result = parsedSafely(schema, json);
  if (!result.success) throw result.error;
  return result.data;
}

function jsonIn(text: string): unknown {
  const json = jsonOf(text);
  if (json === undefined) throw new AppError('corrupt', 'it is not JSON');
  return json;
}

function refuseNewer(json: unknown): void {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : null;
  if (typeof format !== 'number' || format <= CHECKPOINT_FORMAT) return;
  throw new AppError('corrupt', 'a newer version of the program wrote it');
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
