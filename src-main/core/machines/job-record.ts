import type { BlockCourse } from './block-course.ts';

/** Whether a machine is heard, and since when, in ms since 1970. */
export interface Link {
  readonly state: 'opening' | 'up' | 'down';
  /** Why it is down. */
  readonly reason: string | null;
  readonly since: number;
}

/** A block of runs on another machine, as lists show it. */
export interface JobRecord extends Pick<BlockCourse, 'job' | 'state' | 'reason' | 'node' | 'attempt'> {
  readonly block: string;
  readonly machine: string;
  /** The block's folder, as the machine names it. */
  readonly folder: string;
  readonly runs: readonly string[];
  readonly submittedAt: number;
  /** What has to be over before it is sent: a job that measures step times, or the runs of a policy; null for one that goes out. */
  readonly waitsFor: 'calibration' | 'policy' | null;
  /** The runs of which it only measures the step times, for S' of equal-time arms; none for a block that trains. */
  readonly calibrates: readonly string[];
  /** Null while the owner of the home does not follow the machine. */
  readonly link: Link | null;
}
