import type { SplitErrors } from './classes/class-errors.ts';
import type { ClassGap } from './data/class-gaps.ts';
import type { DatasetLocation } from './data/dataset-location.ts';
import type { DatasetInfo } from './data/image-set.ts';
import type { FilesProgress } from './data/known/download-progress.ts';
import type { RecordedData } from './data/run-data.ts';
import type { ComparisonView } from './figure/comparison-view.ts';
import type { Policy } from './policy/policy.ts';
import type { BaseSpec, ResolvedRunSpec, RunStatus, StoredBase } from './run.ts';
import type { Environment, Metrics, PhaseSeconds, StepProfile, TrainingConditions } from './run-event.ts';
import type { ArmRole } from './study.ts';
import type { ReachedCheckpoint } from './training/checkpoint.ts';
import type { RunWeights } from './weights/run-weights.ts';

/** A run as lists show it. Unknown is null. */
export interface RunRecord {
  readonly id: string;
  readonly studyId: string | null;
  readonly studyName: string | null;
  readonly arm: string | null;
  readonly status: RunStatus;
  /** Why the run is paused, stopped, interrupted, diverged or failed, in one sentence. */
  readonly reason: string | null;
  readonly spec: ResolvedRunSpec;
  /** The data on which it trains; null for runs of version 0.1.0, which did not record them. */
  readonly data: RecordedData | null;
  /** The weights with which it begins; null where they are drawn, and for runs of version 0.1.0, which did not record them. */
  readonly weights: RunWeights | null;
  /** The classes that its parts lack; null for runs of version 0.1.0, for which they were not counted. */
  readonly classGaps: readonly ClassGap[] | null;
  readonly seed: number;
  /** The number of steps S of the run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** The last stored epoch. */
  readonly epoch: number;
  readonly frozenLayers: number;
  readonly layerCount: number;
  readonly seconds: PhaseSeconds;
  readonly computeSaved: number;
  /** Share of time saved by the step times measured at its freeze depths; null where they were not measured. */
  readonly profileSaved: number | null;
  readonly validationError: number | null;
  readonly testError: number | null;
  readonly environment: Environment | null;
  /** The conditions over the epochs so far: load and frequency are means weighted by training time, delays are sums. */
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
  /** Null for a run of this machine. */
  readonly elsewhere: Elsewhere | null;
}

/** The other machine of a run. */
export interface Elsewhere {
  readonly machine: string;
  /** The folder of its block there. */
  readonly folder: string;
  /** Whether it trains or waits there; else it has left its checkpoints there. */
  readonly isThere: boolean;
}

export interface LayerRecord {
  readonly index: number;
  readonly name: string;
  readonly params: number;
  readonly macs: number;
  /** The first step at which it is planned to be frozen, 0 where it never trains before; null for never. */
  readonly freezeStep: number | null;
  /** The first step at which it is planned to train again; null where it never freezes or stays frozen. */
  readonly unfreezeStep: number | null;
  /** The rate at the start of the schedule, with the layer's own factor. */
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
  /** The values of measured series, if there are any. */
  readonly metrics?: Metrics;
}

/** A layer that froze, or that trains again. */
export interface FreezeRecord {
  readonly layer: number;
  readonly plannedStep: number | null;
  readonly step: number;
  readonly epoch: number;
}

export interface CheckpointRecord extends ReachedCheckpoint {
  readonly epoch: number;
  readonly bytes: number;
}

/** A stretch in which the run was training; pauses and waits in the queue lie between segments. */
export interface SegmentRecord {
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The reason why it ended; null while it lasts. */
  readonly reason: string | null;
}

/** The step times that a run measured before its first step. */
export interface RunProfile extends StepProfile {
  /** Saved share of the baseline's training time; null until a run whose policy decides while training is over. */
  readonly saved: number | null;
  /** Seconds of the measurement, which are not among the run's active seconds. */
  readonly seconds: number;
}

export interface RunDetail extends RunRecord {
  readonly layers: readonly LayerRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly freezes: readonly FreezeRecord[];
  /** The layers that train again, in order of their numbers. */
  readonly unfreezes: readonly FreezeRecord[];
  readonly checkpoints: readonly CheckpointRecord[];
  readonly segments: readonly SegmentRecord[];
  readonly profile: RunProfile | null;
  /** What the predictions for the validation and the test images come to; empty where they were not counted. */
  readonly splitErrors: readonly SplitErrors[];
}

export interface ArmRecord {
  readonly name: string;
  readonly role: ArmRole;
  /** The policy arm that an equal-time arm belongs to. */
  readonly of: string | null;
  readonly policy: Policy;
  /** S of every run of the arm: fixed once, so that all seeds share it. */
  readonly steps: number;
  /** The saving from which S' of an equal-time arm was fixed; null for the other arms. */
  readonly stepsFrom: StepsSource | null;
  readonly computeSaved: number;
}

/** The saving of an equal-time arm's policy arm: predicted, or measured before the equal-time arm began, by its first run or by a job that only measured. */
export const STEPS_SOURCES = ['compute', 'profile', 'calibration'] as const;
export type StepsSource = (typeof STEPS_SOURCES)[number];

export interface StudyRecord {
  readonly id: string;
  readonly name: string;
  readonly base: StoredBase;
  readonly seeds: readonly number[];
  readonly equalTimeBaseline: boolean;
  /** The non-inferiority margin, in points of test error. */
  readonly margin: number;
  readonly arms: readonly ArmRecord[];
  readonly note: string;
  /** In alphabetical order. */
  readonly tags: readonly string[];
  readonly archived: boolean;
  /** Whether it is in the trash, with the runs that went there with it. */
  readonly deleted: boolean;
  readonly createdAt: number;
  /** The runs that are not in the trash; of a study in the trash, all of its runs. */
  readonly runs: readonly RunRecord[];
}

/** What went to the trash with a study. */
export interface DeletedStudy {
  readonly study: StudyRecord;
  /** Names of saved comparisons that show it no longer. */
  readonly comparisons: readonly string[];
  /** Whether it is a search, which goes on only once it is restored. */
  readonly isSearch: boolean;
}

export interface DatasetRecord extends DatasetInfo {
  readonly name: string;
  readonly location: DatasetLocation;
  /** SHA-256 of images and labels; null where it has not been computed. */
  readonly sha256: string | null;
}

/** The summary of a series in lists: its last and its best value. Epochs count from 1. */
export interface SeriesSummary {
  readonly last: number | null;
  readonly lastEpoch: number | null;
  readonly best: number | null;
  readonly bestEpoch: number | null;
}

/** A run in a table of thousands: everything that people sort, filter and group by. */
export interface RunSummary
  extends Omit<
    RunRecord,
    'seed' | 'classGaps' | 'validationError' | 'environment' | 'conditions' | 'lastSeq' | 'elsewhere'
  > {
  readonly role: ArmRole | null;
  /** Equal for runs that differ only by seed. */
  readonly groupHash: string;
  /** Summaries by the key of their series; a series without a value is left out. */
  readonly series: Readonly<Record<string, SeriesSummary>>;
  /** `tensorflow-cpu on AMD EPYC`; null before the run has started. */
  readonly device: string | null;
}

/**
 * A curve reduced to a limited number of buckets of neighbouring points, in columns of the same length. Where each bucket holds
 * one point, low = high = last: the raw curve. NaN and infinities are kept.
 */
export interface Curve {
  readonly runId: string;
  /** Null for a series with one value for the run. */
  readonly layer: number | null;
  /** Epoch (a fraction for points within one), step and active training seconds of each bucket's last point. */
  readonly epoch: readonly number[];
  readonly step: readonly number[];
  readonly seconds: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly last: readonly number[];
  /** The exponential moving average at the bucket's last point, over the points before the reduction; null if not asked for. */
  readonly smooth: readonly number[] | null;
  /** Number of points before the reduction. */
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

/** The arm that answers what a study asks (most time saved within the margin, on the front), its numbers, and what they show. */
export interface StudyHeadline {
  readonly arm: string;
  readonly wall: number;
  readonly errorDelta: number;
  readonly pairs: number;
  /** `shown-not`: every policy is shown to cost more than the margin or to take more time. */
  readonly state: 'shown' | 'shown-not' | 'not-shown';
  /** Whether the arm does it by its means; where none does, the numbers are those of the one that comes closest. */
  readonly isWithin: boolean;
  /** Points of test error that an arm may cost. */
  readonly margin: number;
}

/** A study as the list of studies shows it. */
export interface StudySummary {
  readonly id: string;
  readonly name: string;
  readonly base: BaseSpec;
  readonly seeds: readonly number[];
  readonly arms: readonly ArmSummary[];
  readonly note: string;
  /** In alphabetical order. */
  readonly tags: readonly string[];
  readonly archived: boolean;
  /** Whether it is in the trash. */
  readonly deleted: boolean;
  /** Runs by status: those that are not in the trash or, of a study in the trash, those that went there with it. */
  readonly counts: Readonly<Partial<Record<RunStatus, number>>>;
  /** Epochs done, and epochs of all runs together. */
  readonly epochsDone: number;
  readonly epochs: number;
  /** The answer to what the study asks; null before a pair of runs is finished. */
  readonly headline: StudyHeadline | null;
  readonly createdAt: number;
  /** The moment of the last event of its runs; null before the first. */
  readonly changedAt: number | null;
}

/** A file of weights that was added; the home has a copy. */
export interface WeightsRecord extends RunWeights {
  readonly name: string;
  readonly bytes: number;
  /** The name of the file that was added, without its folder. */
  readonly file: string;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
}

/** Some images of a data set, and the number of images in each class. */
export interface DatasetSamples {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classNames: readonly string[];
  /** Images of each class in each part; `validation` is null where the data bring no such split. */
  readonly counts: {
    readonly training: readonly number[];
    readonly validation: readonly number[] | null;
    readonly test: readonly number[];
  };
  /** Pixels as bytes in base64, [height, width, channels]. */
  readonly images: readonly { readonly label: number; readonly pixels: string }[];
}

/** A comparison over one or more studies, kept under a name. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly comparison: ComparisonView;
  readonly changedAt: number;
}

/** A well-known data set that can be had by name. */
export interface KnownDatasetRecord {
  readonly name: string;
  readonly title: string;
  /** What it holds. */
  readonly images: DatasetInfo;
  /** The licence, or what the authors say instead of one. */
  readonly licence: string;
  /** The authors' page. */
  readonly homepage: string;
  /** The size of the download. */
  readonly bytes: number;
  /** Where the checksums of its files are published; empty where they are nowhere. */
  readonly checkedBy: readonly string[];
  /** Whether its files are on this machine. */
  readonly isHere: boolean;
  /** Whether this home has a data set under its name. */
  readonly isAdded: boolean;
  /** The bytes that a download which was ended has left. */
  readonly keptBytes: number;
  /** How far it is; null where it is not on its way. */
  readonly progress: FilesProgress | null;
}

/** The progress of preparing a data set that is being added. */
export interface PreparationLine {
  /** "decoded 12,345 of 100,000 images, 40 s left" */
  readonly text: string;
}

/** The progress of verifying a run. */
export interface VerificationProgress {
  readonly runId: string;
  /** Number of steps done, and of steps in the epoch. */
  readonly step: number;
  readonly steps: number;
}

/** Tells that things which lists or pages show have changed: those in `ids`, or all of that kind where `ids` is empty. */
export interface Change {
  readonly kind: 'runs' | 'studies' | 'datasets' | 'weights' | 'machines' | 'views' | 'settings' | 'queue';
  readonly ids: readonly string[];
}
