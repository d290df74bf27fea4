import type { Policy } from './policy/policy.ts';
import type { BaseSpec, DatasetLocation, ResolvedRunSpec, RunStatus } from './run.ts';
import type { Environment, PhaseSeconds } from './run-event.ts';
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
  readonly validationError: number | null;
  readonly testError: number | null;
  readonly environment: Environment | null;
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

export interface RunDetail extends RunRecord {
  readonly layers: readonly LayerRecord[];
  readonly epochs: readonly EpochRecord[];
  readonly freezes: readonly FreezeRecord[];
  readonly checkpoints: readonly CheckpointRecord[];
  readonly segments: readonly SegmentRecord[];
}

export interface ArmRecord {
  readonly name: string;
  readonly role: ArmRole;
  /** The policy arm that an equal-time arm belongs to. */
  readonly of: string | null;
  readonly policy: Policy;
  /** S of every run of the arm: fixed once, so that all seeds share it. */
  readonly steps: number;
  readonly computeSaved: number;
}

export interface StudyRecord {
  readonly id: string;
  readonly name: string;
  readonly base: BaseSpec;
  readonly seeds: readonly number[];
  readonly equalTimeBaseline: boolean;
  readonly arms: readonly ArmRecord[];
  readonly createdAt: number;
  readonly runs: readonly RunRecord[];
}

/** What is known of a data set without reading its images. */
export interface DatasetInfo {
  /** Images in the training file and in the test file. */
  readonly training: number;
  readonly test: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

export interface DatasetRecord extends DatasetInfo {
  readonly name: string;
  readonly location: DatasetLocation;
  /** SHA-256 of images and labels; null where it has not been computed. */
  readonly sha256: string | null;
}
