import { z } from 'zod';
import { predictionsProblem, predictionsShape } from './classes/predictions.ts';
import { classGapSchema } from './data/class-gaps.ts';
import { runDataSchema } from './data/run-data.ts';
import { storedImagesSchema } from './data/stored-images.ts';
import { MACHINE_RANGES } from './machine-metrics.ts';
import {
  byteCount,
  epochNumber,
  errorShare,
  eventCount,
  eventNumber,
  gainedSeconds,
  layerCount,
  layerIndex,
  lossValue,
  MOST_LAYERS,
  metricValue,
  momentNumber,
  multiplyAdds,
  nameText,
  rateNumber,
  saidText,
  savedShare,
  secondsNumber,
  stepCount,
  stepMilliseconds,
  stepNumber,
} from './ranges.ts';
import type { RunStatus } from './run.ts';
import { resolvedRunSpecSchema } from './run.ts';
import { boundedRecord } from './validation.ts';
import { runWeightsSchema } from './weights/run-weights.ts';

const threadCount = z.int().min(0).max(1_000_000);
/** Mean and deviation of pixels: those of images are from 0 to 1. */
const pixelValue = z.number().min(-1e9).max(1e9);
const ofChannels = z.array(pixelValue).max(100);
/** Step time / step time. */
const timeRatio = z.number().min(0).max(1e9);
/** Of three parts and of all data, within the file and not. */
const MOST_GAPS = 7;

const header = {
  /** Number of the event in its run, which rises by one, also across resumes. */
  seq: eventNumber,
  /** The run's id, which also names a folder, so it must not form a path. */
  runId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, dashes or underscores'),
  /** Milliseconds since 1970. */
  at: momentNumber,
};

/** Active seconds by phase; only `training` counts as the run's wall clock. */
export const phaseSecondsSchema = z.object({
  training: secondsNumber,
  evaluation: secondsNumber,
  checkpoint: secondsNumber,
});
export type PhaseSeconds = z.infer<typeof phaseSecondsSchema>;

function trainingOnly(training: number): PhaseSeconds {
  return { training, evaluation: 0, checkpoint: 0 };
}

/** Imported runs may not report all of their environment. */
const UNKNOWN = 'unknown';

const word = z.string().min(1).max(300);
const megahertz = z.number().min(0).max(1e6).nullable().default(null);

/** The graphics card on which a run trained, as its driver tells it. */
const gpuSchema = z.object({
  model: word,
  /** Tells cards of one model apart. */
  uuid: word,
  driver: word,
  /** The most that its processors and its memory may run at: administrators lower it, and nodes of a kind may differ in it. */
  clockMHz: megahertz,
  memoryClockMHz: megahertz,
});
export type GpuOfRun = z.infer<typeof gpuSchema>;

export const environmentSchema = z.object({
  /** `tensorflow-cpu` or `tensorflow-gpu`: the device on which a convolution really ran. */
  backend: nameText.default(UNKNOWN),
  tensorflowVersion: nameText.default(UNKNOWN),
  device: nameText.default(UNKNOWN),
  threads: z.object({ intraOp: threadCount, interOp: threadCount }).nullable().default(null),
  node: nameText.default(UNKNOWN),
  platform: nameText.default(UNKNOWN),
  host: nameText.default(UNKNOWN),
  appVersion: nameText.default(UNKNOWN),
  /** The name of the processor; `device` is the name of the graphics card if there is one. */
  processor: nameText.default(UNKNOWN),
  /** Logical processors of the whole machine, and its memory. */
  cores: threadCount.min(1).nullable().default(null),
  memoryBytes: byteCount.min(1).nullable().default(null),
  /** On a cluster, the scheduler's names of the node and of the job; absent where there is no scheduler, and before version 0.2.0. */
  nodeName: word.exactOptional(),
  job: word.exactOptional(),
  /** Absent where no card trained, or where nothing is told of it. */
  gpu: gpuSchema.exactOptional(),
  /** How products are computed; absent: in float32, or as the device does by itself, as before version 0.2.0. */
  arithmetic: word.exactOptional(),
  /** The form of the graph, where the device has more than one; absent on a processor, and before version 0.2.0. */
  graph: word.exactOptional(),
});
/** The machine and the program with which a run trained. */
export type Environment = z.infer<typeof environmentSchema>;

const amount = z.number().min(0).max(1e12).nullable().default(null);

export const trainingConditionsSchema = z.object({
  /** Cores of the whole machine, even for a run in a container, that other processes kept busy, on average. */
  otherLoad: amount,
  /** Seconds for which a quota held threads back, summed over the threads. */
  throttledSeconds: amount,
  /** How often a core was slowed down because it was too hot, summed over the cores. */
  thermalThrottles: eventCount.nullable().default(null),
  /** Frequency at the end, mean over the cores. */
  frequencyMHz: amount,
});
/** The conditions on a machine while it trained; null where the system does not tell them. */
export type TrainingConditions = z.infer<typeof trainingConditionsSchema>;

const runStarted = z.object({
  ...header,
  type: z.literal('run.started'),
  spec: resolvedRunSpecSchema,
  layers: z
    .array(
      z.object({
        index: layerIndex,
        name: nameText,
        params: z.int().min(0).max(1e15),
        macs: multiplyAdds,
        freezeStep: stepNumber.nullable(),
        unfreezeStep: stepNumber.nullable().default(null),
        initialLearningRate: rateNumber,
      }),
    )
    .refine((layers) => new Set(layers.map(({ index }) => index)).size === layers.length, 'names a layer twice')
    .refine((layers) => layers.every(({ index }) => index < layers.length), 'leaves out a number between its layers')
    .refine((layers) => layers.some(({ macs }) => macs > 0), 'needs a layer with multiply-adds'),
  /** The data on which the run trains; null where they were not recorded, as before version 0.2.0. */
  data: runDataSchema.nullable().default(null),
  /** The weights with which the run begins; null where they were drawn, or not recorded, as before version 0.2.0. */
  weights: runWeightsSchema.nullable().default(null),
  /** The classes that a part of the images lacks; null where they were not counted, as before version 0.2.0. */
  classGaps: z.array(classGapSchema).max(MOST_GAPS).nullable().default(null),
  normalization: z.object({ mean: ofChannels, std: ofChannels }),
  /** How its images are stored; absent before version 0.2.0. */
  storedImages: storedImagesSchema.exactOptional(),
  stepsPerEpoch: stepCount,
  environment: environmentSchema,
  studyId: nameText.nullable(),
  arm: nameText.nullable(),
});

/** The times of steps at one freeze depth, in ms. */
const timedSteps = {
  steps: stepCount,
  stepMs: z.object({ minimum: stepMilliseconds, median: stepMilliseconds }),
};

/** Step times at the freeze depths of a run, each paired with unfrozen steps. */
export const stepProfileSchema = z.object({
  unfrozen: z.object(timedSteps),
  /** The depths in order of their frozen layers; empty for a run that freezes nothing. */
  depths: z
    .array(
      z.object({
        frozenLayers: layerCount.min(1),
        ...timedSteps,
        /** Step at this depth / unfrozen step, over the pairs: the median and the two quartiles. */
        ratio: z.object({ low: timeRatio, median: timeRatio, high: timeRatio }),
      }),
    )
    .max(MOST_LAYERS),
});
export type StepProfile = z.infer<typeof stepProfileSchema>;

const runProfiled = z.object({
  ...header,
  type: z.literal('run.profiled'),
  ...stepProfileSchema.shape,
  /** Saved share of the baseline's training time, by the measured ratios; null where the policy decides while training. */
  saved: z.object({ profile: savedShare.nullable() }),
  /** Seconds of the measurement, which are not among the run's active seconds. */
  seconds: secondsNumber,
});

/** A layer is frozen from this step on; at step 0 it has not trained at all. */
const layerFrozen = z.object({
  ...header,
  type: z.literal('layer.frozen'),
  layer: layerIndex,
  step: stepNumber,
  epoch: epochNumber,
});
/** A frozen layer trains again from this step on, without anything that the optimizer knew of it. */
const layerUnfrozen = z.object({
  ...header,
  type: z.literal('layer.unfrozen'),
  layer: layerIndex,
  step: stepNumber,
  epoch: epochNumber,
});

/** Series of a step or an epoch; each is a table's rows and a curve. */
const MOST_METRICS = 1000;

/**
 * Values of series that have no member of their own, by the key of the series: one for the run, or one per layer with null for a
 * layer that has none. Readers also store keys that they do not know.
 */
const metricsSchema = boundedRecord(
  z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'must be 1 to 64 letters and digits'),
  z.union([metricValue, z.array(metricValue.nullable()).max(MOST_LAYERS)]),
  MOST_METRICS,
).superRefine((metrics, context) => {
  for (const [key, range] of Object.entries(MACHINE_RANGES)) {
    if (metrics[key] === undefined) continue;
    for (const { message } of range.safeParse(metrics[key]).error?.issues ?? [])
      context.addIssue({ code: 'custom', path: [key], message });
  }
});
export type Metrics = z.infer<typeof metricsSchema>;

const stepSampled = z.object({
  ...header,
  type: z.literal('step.sampled'),
  step: stepNumber,
  /** Mean cross-entropy of the batch before the update. */
  loss: lossValue,
  /** The rate of every layer; null once it is frozen. */
  learningRates: z.array(rateNumber.nullable()).max(MOST_LAYERS),
  ms: z.object({ wait: stepMilliseconds, step: stepMilliseconds, other: stepMilliseconds }),
  metrics: metricsSchema.exactOptional(),
});

const epochFinished = z.object({
  ...header,
  type: z.literal('epoch.finished'),
  epoch: epochNumber,
  trainLoss: lossValue,
  validationLoss: lossValue.nullable(),
  validationError: errorShare.nullable(),
  frozenLayers: layerCount,
  seconds: phaseSecondsSchema,
  /** The conditions while the epoch trained, or the part of it since a resume. */
  conditions: trainingConditionsSchema.prefault({}),
  metrics: metricsSchema.exactOptional(),
});

/** What happens to the output of frozen layers from this step on: decided at the first step of a depth, and if the disk fails. */
const prefixCacheDecided = z.object({
  ...header,
  type: z.literal('prefix-cache.decided'),
  /** Number of frozen layers. */
  depth: layerCount.min(1),
  step: stepNumber,
  /** `disk` if at least part of the output is there. */
  place: z.enum(['memory', 'disk', 'none']),
  /** Images kept at this depth, each view counted, and the bytes that they take. */
  images: eventCount,
  bytes: z.number().min(0).max(1e15),
  /** Seconds that the cache is predicted to save while this depth lasts. */
  predictedSaved: gainedSeconds,
  reason: saidText,
});

/** What the cache achieved in this run, or in the part of it since its last resume. */
const prefixCacheFinished = z.object({
  ...header,
  type: z.literal('prefix-cache.finished'),
  /** Images read while layers were frozen; `hits` had their output in the cache, `advanced` that of an earlier depth. */
  images: eventCount,
  hits: eventCount,
  advanced: eventCount,
  /** Seconds saved: the time that the frozen layers need, as measured at the start, minus the time of the cache. */
  saved: gainedSeconds,
  predictedSaved: gainedSeconds,
  /** Predicted share of the baseline's multiply-adds that schedule and cache save together. */
  computeSaved: savedShare,
});

const checkpointSaved = z.object({
  ...header,
  type: z.literal('checkpoint.saved'),
  step: stepNumber,
  epoch: z.union([z.literal(0), epochNumber]),
  bytes: byteCount,
  /** Hash of the safetensors file, hexadecimal. */
  sha256: nameText,
  /** Active seconds of the run up to this checkpoint. */
  seconds: phaseSecondsSchema,
});

/** How the trained network classified a split: the validation images after the last epoch, the test images at the end of the run. */
const predictionsCounted = z
  .object({ ...header, type: z.literal('predictions.counted'), ...predictionsShape })
  .superRefine((event, context) => {
    const message = predictionsProblem(event);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

const runFinished = z.object({
  ...header,
  type: z.literal('run.finished'),
  testError: errorShare,
  testLoss: lossValue.nullable().default(null),
  seconds: z.union([phaseSecondsSchema, secondsNumber.transform(trainingOnly)]),
  /**
   * The savings by the freezes that happened. `profile` is given where the policy decided while training and step times were
   * measured; else it is null, and `run.profiled` has what is known.
   */
  saved: z.object({ compute: savedShare, profile: savedShare.nullable().default(null) }),
  /** Why the run has not trained all of its epochs, if it has not. */
  reason: saidText.optional(),
});

function runEnded<Type extends string>(type: Type) {
  return z.object({ ...header, type: z.literal(type), step: stepNumber.nullable().default(null), reason: saidText });
}

/** The only form in which training is reported: to the store, to a page, to `--json`. */
export const runEventSchema = z.discriminatedUnion('type', [
  runStarted,
  runProfiled,
  layerFrozen,
  layerUnfrozen,
  stepSampled,
  epochFinished,
  prefixCacheDecided,
  prefixCacheFinished,
  checkpointSaved,
  predictionsCounted,
  runFinished,
  runEnded('run.paused'),
  runEnded('run.resumed').extend({
    /** One sentence for each newer checkpoint that could not be used. */
    passedOver: z.array(saidText).max(1000).exactOptional(),
  }),
  runEnded('run.stopped'),
  runEnded('run.diverged'),
  runEnded('run.failed'),
  runEnded('run.interrupted'),
]);

export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<Type extends RunEvent['type']> = Extract<RunEvent, { readonly type: Type }>;

/** How a run ends at each request of its host. One whose place is needed yields, and goes on by itself; a paused one waits for the user's word. */
export const ENDING_AT = { pause: 'run.paused', stop: 'run.stopped', yield: 'run.interrupted' } as const;
export type EndRequest = keyof typeof ENDING_AT;

/** The status of a run after an event that ends it. */
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
