import { z } from 'zod';
import { measuredNumber } from './numbers.ts';
import type { RunStatus } from './run.ts';
import { resolvedRunSpecSchema } from './run.ts';

const header = {
  /** Rises by one a run's event, over resumes too. */
  seq: z.int().positive(),
  /** Names a folder too, so no path may be made of it. */
  runId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, dashes or underscores'),
  /** Milliseconds since 1970. */
  at: z.number(),
};

const layerIndex = z.int().min(0);
const step = z.int().min(0);
const epoch = z.int().positive();

/** Active seconds by what they went to; only `training` counts as the run's wall clock. */
export const phaseSecondsSchema = z.object({ training: z.number(), evaluation: z.number(), checkpoint: z.number() });
export type PhaseSeconds = z.infer<typeof phaseSecondsSchema>;

function trainingOnly(training: number): PhaseSeconds {
  return { training, evaluation: 0, checkpoint: 0 };
}

/** Runs imported from elsewhere may not say all of it. */
const UNKNOWN = 'unknown';

export const environmentSchema = z.object({
  /** `tensorflow-cpu` or `tensorflow-gpu`: where a convolution really ran. */
  backend: z.string().default(UNKNOWN),
  tensorflowVersion: z.string().default(UNKNOWN),
  device: z.string().default(UNKNOWN),
  threads: z.object({ intraOp: z.int(), interOp: z.int() }).nullable().default(null),
  node: z.string().default(UNKNOWN),
  platform: z.string().default(UNKNOWN),
  host: z.string().default(UNKNOWN),
  appVersion: z.string().default(UNKNOWN),
  /** The processor's name: `device` is the graphics card's where there is one. */
  processor: z.string().default(UNKNOWN),
  /** Logical processors of the whole machine, and its memory. */
  cores: z.int().positive().nullable().default(null),
  memoryBytes: z.int().positive().nullable().default(null),
});
/** What a run trained on. */
export type Environment = z.infer<typeof environmentSchema>;

const amount = z.number().min(0).nullable().default(null);

export const trainingConditionsSchema = z.object({
  /** Cores that other processes kept busy, on average; the whole machine's, also seen from a container. */
  otherLoad: amount,
  /** Seconds for which a quota held threads back, added over them. */
  throttledSeconds: amount,
  /** How often a core was slowed down since it was too hot, added over the cores. */
  thermalThrottles: z.int().min(0).nullable().default(null),
  /** Mean over the cores, at the end. */
  frequencyMHz: amount,
});
/** What else a machine did while it trained; null where the system does not tell. */
export type TrainingConditions = z.infer<typeof trainingConditionsSchema>;

const runStarted = z.object({
  ...header,
  type: z.literal('run.started'),
  spec: resolvedRunSpecSchema,
  layers: z.array(
    z.object({
      index: layerIndex,
      name: z.string(),
      params: z.int(),
      macs: z.number(),
      freezeStep: step.nullable(),
      initialLearningRate: z.number(),
    }),
  ),
  normalization: z.object({ mean: z.array(z.number()), std: z.array(z.number()) }),
  stepsPerEpoch: z.int().positive(),
  environment: environmentSchema,
  studyId: z.string().nullable(),
  arm: z.string().nullable(),
});

/** Steps that were timed at one freeze depth, in ms. */
const timedSteps = {
  steps: z.int().positive(),
  stepMs: z.object({ minimum: z.number(), median: z.number() }),
};

/** Step times at the freeze depths of a run, each measured beside unfrozen steps. */
export const stepProfileSchema = z.object({
  unfrozen: z.object(timedSteps),
  /** In order of the frozen layers; none for a run that freezes nothing. */
  depths: z.array(
    z.object({
      frozenLayers: z.int().positive(),
      ...timedSteps,
      /** Step at this depth / unfrozen step, over their pairs: the median, and the quartiles around it. */
      ratio: z.object({ low: z.number(), median: z.number(), high: z.number() }),
    }),
  ),
});
export type StepProfile = z.infer<typeof stepProfileSchema>;

const runProfiled = z.object({
  ...header,
  type: z.literal('run.profiled'),
  ...stepProfileSchema.shape,
  /** Share of the baseline's training time, by the measured ratios; null where the policy decides while training. */
  saved: z.object({ profile: z.number().nullable() }),
  /** What the measurement took; not among the run's active seconds. */
  seconds: z.number(),
});

const layerFrozen = z.object({ ...header, type: z.literal('layer.frozen'), layer: layerIndex, step, epoch });

/**
 * Values of series that no member of their own carries, by the key of the series: one for the run, or one a layer with null for a
 * layer that has none. Readers store keys that they do not know.
 */
const metricsSchema = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'must be 1 to 64 letters and digits'),
  z.union([measuredNumber, z.array(measuredNumber.nullable())]),
);
export type Metrics = z.infer<typeof metricsSchema>;

const stepSampled = z.object({
  ...header,
  type: z.literal('step.sampled'),
  step,
  /** Mean cross-entropy of the batch before the update. */
  loss: measuredNumber,
  /** Of every layer; null once it is frozen. */
  learningRates: z.array(z.number().nullable()),
  ms: z.object({ wait: z.number(), step: z.number(), other: z.number() }),
  metrics: metricsSchema.exactOptional(),
});

const epochFinished = z.object({
  ...header,
  type: z.literal('epoch.finished'),
  epoch,
  trainLoss: measuredNumber,
  validationLoss: measuredNumber.nullable(),
  validationError: measuredNumber.nullable(),
  frozenLayers: z.int().min(0),
  seconds: phaseSecondsSchema,
  /** While the epoch trained, or the part of it since a resume. */
  conditions: trainingConditionsSchema.prefault({}),
  metrics: metricsSchema.exactOptional(),
});

/** At the first step of a depth, and where the disk fails: what is done with the output of the frozen layers from then on. */
const prefixCacheDecided = z.object({
  ...header,
  type: z.literal('prefix-cache.decided'),
  /** Frozen layers. */
  depth: z.int().positive(),
  step,
  /** `disk` where a part of it is there. */
  place: z.enum(['memory', 'disk', 'none']),
  /** Images, each of their views counted, that are kept at this depth, and what they take. */
  images: z.int().min(0),
  bytes: z.number().min(0),
  /** Seconds, while this depth lasts. */
  predictedSaved: z.number(),
  reason: z.string(),
});

/** What the cache did in this run, or in the part of it since its last resume. */
const prefixCacheFinished = z.object({
  ...header,
  type: z.literal('prefix-cache.finished'),
  /** That were read while layers were frozen: those whose output was there, and those that were taken on from an earlier depth. */
  images: z.int().min(0),
  hits: z.int().min(0),
  advanced: z.int().min(0),
  /** Seconds: the time that the frozen layers need, as measured at the start, less what the cache took. */
  saved: z.number(),
  predictedSaved: z.number(),
  /** Predicted share of the baseline's multiply-adds that schedule and cache save together. */
  computeSaved: z.number(),
});

const checkpointSaved = z.object({
  ...header,
  type: z.literal('checkpoint.saved'),
  step,
  epoch: z.int().min(0),
  bytes: z.int().min(0),
  /** Of the safetensors file, in hexadecimal. */
  sha256: z.string(),
  /** Active seconds of the run up to this checkpoint. */
  seconds: phaseSecondsSchema,
});

const runFinished = z.object({
  ...header,
  type: z.literal('run.finished'),
  testError: measuredNumber,
  testLoss: measuredNumber.nullable().default(null),
  seconds: z.union([phaseSecondsSchema, z.number().transform(trainingOnly)]),
  /**
   * By the freezes that happened. `profile` is given where the policy decided while training and step times were measured;
   * else it is null, and what is known of it is in `run.profiled`.
   */
  saved: z.object({ compute: z.number(), profile: z.number().nullable().default(null) }),
});

function runEnded<Type extends string>(type: Type) {
  return z.object({ ...header, type: z.literal(type), step: step.nullable().default(null), reason: z.string() });
}

/** The one form in which training is reported: to the store, to a page, to `--json`. */
export const runEventSchema = z.discriminatedUnion('type', [
  runStarted,
  runProfiled,
  layerFrozen,
  stepSampled,
  epochFinished,
  prefixCacheDecided,
  prefixCacheFinished,
  checkpointSaved,
  runFinished,
  runEnded('run.paused'),
  runEnded('run.resumed'),
  runEnded('run.stopped'),
  runEnded('run.diverged'),
  runEnded('run.failed'),
  runEnded('run.interrupted'),
]);

export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;

/** The status that an event ends a run with. */
export const STATUS_AT_END = {
  'run.finished': 'finished',
  'run.paused': 'paused',
  'run.stopped': 'stopped',
  'run.diverged': 'diverged',
  'run.failed': 'failed',
  'run.interrupted': 'interrupted',
} as const satisfies Partial<Record<RunEvent['type'], RunStatus>>;

export type EndingType = keyof typeof STATUS_AT_END;

export function endsRun(event: RunEvent): event is RunEventOf<EndingType> {
  return event.type in STATUS_AT_END;
}

/** An event before it has its number, its run and its time. */
export type RunEventBody = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'seq' | 'runId' | 'at'>
    : never
  : never;
