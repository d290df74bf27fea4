import type { DatasetLocation } from './data/dataset-location.ts';
import type { DatasetInfo } from './data/image-set.ts';
import type { ComparisonView } from './figure/comparison-view.ts';
import type { Policy } from './policy/policy.ts';
import type { BaseSpec, ResolvedRunSpec, RunStatus } from './run.ts';
import type { Environment, Metrics, PhaseSeconds, StepProfile, TrainingConditions } from './run-event.ts';
import type { ArmRole } from './study.ts';

/** A run as the lists show it. Unknown is null. */
export interface RunRecord {
  readonly id: string;
  readonly studyId: string | null;
  readonly studyName: string | null;
  readonly arm: string | null;
  readonly status: RunStatus;
  /** Why the run is paused, stopped, interrupted, diverged or failed, in one sentence. */
  readonly reason: string | null;
  readonly spec: ResolvedRunSpec;
  readonly seed: number;
  /** S of this run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Last epoch that was stored. */
  readonly epoch: number;
  readonly frozenLayers: number;
  readonly layerCount: number;
  readonly seconds: PhaseSeconds;
  readonly computeSaved: number;
  /** By the step times measured at its freeze depths; null where they were not. */
  readonly profileSaved: number | null;
  readonly validationError: number | null;
  readonly testError: number | null;
  readonly environment: Environment | null;
  /** Over the epochs so far: load and frequency are means by training time, what held the run back is added up. */
  readonly conditions: TrainingConditions;
  readonly note: string;
  readonly tags: readonly string[];
  readonly imported: boolean;
  readonly archived: boolean;
  readonly deleted: boolean;
  readonly locked: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Number of the last stored event, 0 before the first. */
  readonly lastSeq: number;
}

export interface LayerRecord {
  readonly index: number;
  readonly name: string;
  readonly params: number;
  readonly macs: number;
  readonly freezeStep: number | null;
  readonly initialLearningRate: number;
}

export interface EpochRecord {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number | null;
  readonly validationError: number | null;
  readonly frozenLayers: number;
  readonly seconds: PhaseSeconds;
  readonly conditions: TrainingConditions;
  /** Of measured series, where there are any. */
  readonly metrics?: Metrics;
}

export interface FreezeRecord {
  readonly layer: number;
  readonly plannedStep: number | null;
  readonly step: number;
  readonly epoch: number;
}

export interface CheckpointRecord {
  readonly step: number;
  readonly epoch: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A stretch in which the run was training; pauses and waits in the queue lie between segments. */
export interface SegmentRecord {
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Why it ended, null while it lasts. */
  readonly reason: string | null;
}

/** The step times that a run measured before its first step. */
export interface RunProfile extends StepProfile {
  /** Share of the baseline's training time; null as long as a policy that decides while training goes on. */
  readonly saved: number | null;
  /** What the measurement took, beside the run's active seconds. */
  readonly seconds: number;
}

export interface RunDetail extends RunRecord {
  readonly layers: readonly LayerRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly freezes: readonly FreezeRecord[];
  readonly checkpoints: readonly CheckpointRecord[];
  readonly segments: readonly SegmentRecord[];
  readonly profile: RunProfile | null;
}

export interface ArmRecord {
  readonly name: string;
  readonly role: ArmRole;
  /** The policy arm that an equal-time arm belongs to. */
  readonly of: string | null;
  readonly policy: Policy;
  /** S of every run of the arm: fixed once, so that all seeds share it. */
  readonly steps: number;
  /** What S' of an equal-time arm was fixed from; null for the other arms. */
  readonly stepsFrom: StepsSource | null;
  readonly computeSaved: number;
}

/** What the policy arm of an equal-time arm saves: predicted, or measured by its first run before that arm began. */
export const STEPS_SOURCES = ['compute', 'profile'] as const;
export type StepsSource = (typeof STEPS_SOURCES)[number];

export interface StudyRecord {
  readonly id: string;
  readonly name: string;
  readonly base: BaseSpec;
  readonly seeds: readonly number[];
  readonly equalTimeBaseline: boolean;
  /** Non-inferiority margin, points of test error. */
  readonly margin: number;
  readonly arms: readonly ArmRecord[];
  readonly createdAt: number;
  readonly runs: readonly RunRecord[];
}

export interface DatasetRecord extends DatasetInfo {
  readonly name: string;
  readonly location: DatasetLocation;
  /** SHA-256 of images and labels; null where it has not been computed. */
  readonly sha256: string | null;
}

/** What lists show of a series: its last value and its best one. Epochs count from 1. */
export interface SeriesSummary {
  readonly last: number | null;
  readonly lastEpoch: number | null;
  readonly best: number | null;
  readonly bestEpoch: number | null;
}

/** A run as a table of thousands shows it: everything that one sorts, filters and groups by. */
export interface RunSummary
  extends Omit<RunRecord, 'seed' | 'validationError' | 'environment' | 'conditions' | 'lastSeq'> {
  readonly role: ArmRole | null;
  /** Equal for runs that differ only by seed. */
  readonly groupHash: string;
  /** By the keys of series; a series that the run has no value of is left out. */
  readonly series: Readonly<Record<string, SeriesSummary>>;
  /** `tensorflow-cpu on AMD EPYC`; null before the run has started. */
  readonly device: string | null;
}

/**
 * A curve reduced to at most so many buckets of neighbouring points, in columns of the same length. Where no bucket holds
 * more than one point, low = high = last: the raw curve. NaN and infinities are kept.
 */
export interface Curve {
  readonly runId: string;
  /** Null for a series with one value for the run. */
  readonly layer: number | null;
  /** Of the bucket's last point: its epoch (a fraction for points within one), its step, and the active training seconds. */
  readonly epoch: readonly number[];
  readonly step: readonly number[];
  readonly seconds: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly last: readonly number[];
  /** The exponential moving average at the bucket's last point, over the points before the reduction; null if not asked for. */
  readonly smooth: readonly number[] | null;
  /** Points before the reduction. */
  readonly points: number;
}

/** Sampled steps of one run, reduced to buckets: means of the times in ms, and the frozen layers at the bucket's end. */
export interface StepTimes {
  readonly step: readonly number[];
  readonly waitMs: readonly number[];
  readonly stepMs: readonly number[];
  readonly otherMs: readonly number[];
  readonly frozenLayers: readonly number[];
}

/** An arm as a card of its study shows it. */
export interface ArmSummary {
  readonly name: string;
  readonly role: ArmRole;
  readonly of: string | null;
  readonly policy: Policy;
  readonly computeSaved: number;
}

/** A study as the list of studies shows it. */
export interface StudySummary {
  readonly id: string;
  readonly name: string;
  readonly base: BaseSpec;
  readonly seeds: readonly number[];
  readonly arms: readonly ArmSummary[];
  /** Runs that are not in the trash, by status. */
  readonly counts: Readonly<Partial<Record<RunStatus, number>>>;
  /** Epochs that are done, and that all runs have. */
  readonly epochsDone: number;
  readonly epochs: number;
  /** Of the policy arm that saves most, once a pair of runs is finished; null before. */
  readonly headline: {
    readonly arm: string;
    readonly wall: number;
    readonly errorDelta: number;
    readonly pairs: number;
  } | null;
  readonly createdAt: number;
  /** The moment of the last event of its runs; null before the first. */
  readonly changedAt: number | null;
}

/** Some images of a data set, and how many there are of each class. */
export interface DatasetSamples {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classNames: readonly string[];
  /** Images of each class in the training file and in the test file. */
  readonly counts: { readonly training: readonly number[]; readonly test: readonly number[] };
  /** Pixels as bytes in base64, [height, width, channels]. */
  readonly images: readonly { readonly label: number; readonly pixels: string }[];
}

/** Times measured on this machine before a run starts. */
export interface Measurement {
  /** Median of the measured steps, unfrozen. */
  readonly msPerStep: number;
  /** How many those were. */
  readonly steps: number;
  /** Step times at some freeze depths of the network, whatever the policy, beside unfrozen steps. */
  readonly depths: StepProfile['depths'];
  /** The first step at a freeze depth, in which the library makes itself ready for it; null where nothing can freeze. */
  readonly msPerNewDepth: number | null;
  /** Of one image in evaluation. */
  readonly msPerEvaluatedImage: number;
  /** Of the state after an epoch. */
  readonly msPerCheckpoint: number;
  /** From the start of the process to the first step. */
  readonly startUpSeconds: number;
  readonly device: string;
}

/** A comparison over one or more studies, kept under a name. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly comparison: ComparisonView;
  readonly changedAt: number;
}

/** How far the preparation of a data set that is being added is. */
export interface PreparationLine {
  /** "decoded 12,345 of 100,000 images, 40 s left" */
  readonly text: string;
}

/** How far the verification of a run is. */
export interface VerificationProgress {
  readonly runId: string;
  /** Steps done, of those of the epoch. */
  readonly step: number;
  readonly steps: number;
}

/** Something that a list or a page shows has changed; which one is in `ids`, all of that kind where it is empty. */
export interface Change {
  readonly kind: 'runs' | 'studies' | 'datasets' | 'views' | 'settings';
  readonly ids: readonly string[];
}
