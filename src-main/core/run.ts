import { z } from 'zod';
import { datasetLocationSchema } from './data/dataset-location.ts';
import { modelSchema } from './network/network.ts';
import { BASELINE, policySchema } from './policy/policy.ts';
import { parse } from './validation.ts';

const count = z.int().positive();
const seed = z.int().min(0);

const optimizerSchema = z
  .strictObject({
    learningRate: z.number().positive().default(0.1),
    momentum: z.number().min(0).lt(1).default(0.9),
    nesterov: z.boolean().default(true),
    weightDecay: z.number().min(0).default(0.0001),
  })
  .prefault({});

/** Everything of a run but its policy and its seed: what the arms of a study share. */
const baseShape = {
  dataset: z.union([z.string().min(1), datasetLocationSchema]),
  /** First images of the training file; default: all but the held-out ones. */
  train: count.optional(),
  /** Last images of the training file, held out. */
  validation: z.int().min(0).optional(),
  test: count.optional(),
  model: modelSchema,
  optimizer: optimizerSchema,
  epochs: count.max(100_000),
  batchSize: count.max(65_536).default(50),
  augment: z.enum(['none', 'crop-flip']).default('crop-flip'),
  /** Fixed augmented views of every image, shown in turn, one an epoch; default: a new one every epoch. Without augmentation it says nothing. */
  views: count.max(65_535).optional(),
  shuffle: z.boolean().default(true),
  initialWeights: z.string().min(1).optional(),
  logEverySteps: count.default(50),
  checkpointEveryEpochs: count.default(1),
  device: z.enum(['auto', 'cpu', 'gpu']).default('auto'),
  /** Whether the output of frozen layers may be kept where inputs repeat and it saves time; no number depends on it. */
  prefixCache: z.enum(['auto', 'off']).default('auto'),
};

export const baseSpecSchema = z.strictObject(baseShape);

export const runSpecSchema = z.strictObject({
  ...baseShape,
  policy: policySchema.default(BASELINE),
  seed: seed.default(1),
  /** S, where it is not epochs x steps per epoch: an equal-time baseline ends within an epoch. */
  steps: count.optional(),
});

/** A run as asked for: defaults are in, the counts that depend on the data set may be missing. */
export type RunSpec = z.infer<typeof runSpecSchema>;
export type BaseSpec = z.infer<typeof baseSpecSchema>;

export const resolvedRunSpecSchema = runSpecSchema.required({ train: true, validation: true, test: true });

/** A run with every default written in: what is stored, trained and exported. */
export type ResolvedRunSpec = z.infer<typeof resolvedRunSpecSchema>;

/** Throws a bad request, one sentence, where the JSON is not a run spec. */
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

/** Statuses from which a run can go on. */
export function isResumable(status: RunStatus): boolean {
  return status === 'paused' || status === 'stopped' || status === 'interrupted';
}

/** Statuses that no longer change by themselves. */
export function isOver(status: RunStatus): boolean {
  return status !== 'queued' && status !== 'running';
}
