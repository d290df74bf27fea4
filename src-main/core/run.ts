import { z } from 'zod';
import { datasetLocationSchema } from './data/dataset-location.ts';
import { inputShapeOfSpec } from './data/input-settings.ts';
import { FIRST_RULE, SPLIT_RULES } from './data/split.ts';
import { modelSchema } from './network/network.ts';
import { optimizerSchema } from './optimizer/optimizer.ts';
import { BASELINE, policySchema } from './policy/policy.ts';
import { ratesSchema } from './policy/rates.ts';
import { epochNumber, imageCount, imagesOrNone, seedNumber, stepCount } from './ranges.ts';
import { earlyEndSchema } from './training/early-end.ts';
import { precisionSchema } from './training/precision.ts';
import { parse } from './validation.ts';
import { weightsSchema, withoutFirstKey } from './weights/weights-spec.ts';

const count = z.int().positive();

/** Everything in a run spec except policy and seed: the arms of a study share it. */
const baseShape = {
  dataset: z.union([z.string().min(1), datasetLocationSchema]),
  /** Images trained on; default: all that are not held out. */
  train: imageCount.optional(),
  /** Images held out; default: the validation split that the data bring, else a part of the training file. */
  validation: imagesOrNone.optional(),
  test: imageCount.optional(),
  /** Which images are held out, and which ones smaller parts take; default: as the data decide. */
  split: z.enum(SPLIT_RULES).optional(),
  model: modelSchema,
  optimizer: optimizerSchema,
  /** What the rates of single layers are multiplied by; default: nothing. */
  rates: ratesSchema.optional(),
  epochs: count.max(100_000),
  batchSize: count.max(65_536).default(50),
  /** Epochs in which all rates rise linearly from 0, under every policy, the baseline too; default: none. */
  warmupEpochs: z
    .int()
    .min(0)
    .max(100_000)
    .transform((epochs) => (epochs === 0 ? undefined : epochs))
    .optional(),
  /** Ends a run whose validation error no longer falls; default: every epoch is trained. */
  earlyEnd: earlyEndSchema.optional(),
  /** The share of each label that is divided equally among all classes in training; default: none. */
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .transform((share) => (share === 0 ? undefined : share))
    .optional(),
  /** In what products and convolutions are computed; default: float32. */
  precision: precisionSchema,
  ...inputShapeOfSpec,
  /** Fixed augmented views per image, used in turn, one per epoch; default: a new view every epoch. Unused without augmentation. */
  views: count.max(65_535).optional(),
  shuffle: z.boolean().default(true),
  /** What the run begins with; default: weights that are drawn from the seed. */
  weights: weightsSchema.optional(),
  logEverySteps: stepCount.default(50),
  checkpointEveryEpochs: epochNumber.default(1),
  device: z.enum(['auto', 'cpu', 'gpu']).default('auto'),
  /** Whether the output of frozen layers may be kept where inputs repeat and that saves time; no result depends on it. */
  prefixCache: z.enum(['auto', 'off']).default('auto'),
};

/** The fields of a run spec, each with its own schema. */
export const runSpecFields = {
  ...baseShape,
  policy: policySchema.default(BASELINE),
  seed: seedNumber.default(1),
  /** The number of steps S, unless it is epochs x steps per epoch: an equal-time baseline ends within an epoch. */
  steps: stepCount.optional(),
};

/** Specs of version 0.1.0 are read too. */
function alsoOld<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess<z.input<Schema>, Schema, z.input<Schema>>(withoutFirstKey, schema);
}

export const baseSpecSchema = alsoOld(z.strictObject(baseShape));

export const runSpecSchema = alsoOld(z.strictObject(runSpecFields));

/** A run as requested: defaults are filled in, counts that depend on the data set may be missing. */
export type RunSpec = z.infer<typeof runSpecSchema>;
export type BaseSpec = z.infer<typeof baseSpecSchema>;

/** A run of version 0.1.0 has no `split`. */
const storedSplit = { split: baseShape.split.unwrap().default(FIRST_RULE) };

export const storedBaseSchema = alsoOld(z.strictObject({ ...baseShape, ...storedSplit }));

/** The base of a stored study: it says the rule, so that seeds that are added later get the same images. */
export type StoredBase = z.infer<typeof storedBaseSchema>;

export const resolvedRunSpecSchema = alsoOld(
  z.strictObject(runSpecFields).required({ train: true, validation: true, test: true }).extend(storedSplit),
);

/** A run with every default filled in, as it is stored, trained and exported. */
export type ResolvedRunSpec = z.infer<typeof resolvedRunSpecSchema>;

/** Reads a run spec. Throws a bad request in one sentence where the JSON is not one. */
export function parseRunSpec(json: unknown): RunSpec {
  return parse(runSpecSchema, json, 'the run spec');
}

export const RUN_STATUSES = [
  'queued',
  'running',
  'paused',
  'stopped',
  'interrupted',
  'finished',
  'failed',
  'diverged',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** Statuses from which a run can go on, a failed one too: from its last checkpoint, or from the start where it has none. */
export function isResumable(status: RunStatus): boolean {
  return status === 'paused' || status === 'stopped' || status === 'interrupted' || status === 'failed';
}

/** Statuses that no longer change by themselves. */
export function isOver(status: RunStatus): boolean {
  return status !== 'queued' && status !== 'running';
}

/** The sentence, with "yet" while one of these runs may still bring it: "No epoch has ended yet.", "No epoch has ended." */
export function notYet(text: string, runs: readonly { readonly status: RunStatus }[]): string {
  const areOver = runs.length > 0 && runs.every(({ status }) => isOver(status));
  return `${text}${areOver ? '' : ' yet'}.`;
}

/** Statuses that training again would only repeat: a study leaves such runs as they are. */
export function isFinal(status: RunStatus): boolean {
  return status === 'finished' || status === 'diverged';
}
