/** The time that a disk needs, in ms per byte; the processor can do other work meanwhile. */
export interface DiskSpeed {
  readonly readMsPerByte: number;
  readonly writeMsPerByte: number;
}

/** So much is written to measure that. */
export const DISK_PROBE_BYTES = 32 * 2 ** 20;

/**
 * What the frozen prefix costs up to each boundary: the places in the network behind which a run ever has all frozen layers in
 * front of it, front to back. The values at boundary 0 are the images, which need not be kept.
 */
export interface PrefixCosts {
  readonly batchSize: number;
  /**
   * Milliseconds in which a step takes a whole batch from the previous boundary to this one; 0 at boundary 0.
   */
  readonly stepMs: readonly number[];
  /** The same for a call that does nothing else. */
  readonly advanceMs: readonly number[];
  /**
   * The share of `advanceMs` that a call costs however few images it has: 0 where the time is proportional to their
   * number, 1 where it is constant.
   */
  readonly fixedShare: number;
  /** Bytes of one image's values at the boundary. */
  readonly bytes: readonly number[];
  readonly copyMsPerByte: number;
  /** Milliseconds of the rest of a step, during which the disk works at no cost. */
  readonly activeMs: readonly number[];
  /** The speed of the disk; null where no disk is used. */
  readonly disk: DiskSpeed | null;
}

export type Home = 'memory' | 'disk';

/** The properties of a batch at a boundary on which its cost depends. */
export interface BatchState {
  readonly boundary: number;
  /**
   * Shares of its images by the boundary at which their values are kept; [0] is the share without kept values.
   * They sum to 1.
   */
  readonly mix: readonly number[];
  /** Where values were kept, by boundary; null where none were. */
  readonly homes: readonly (Home | null)[];
  /** Where new values at this boundary are kept; null: they are used and discarded. */
  readonly keepIn: Home | null;
  /** The share of the batch in this state: only these images wait for the disk. */
  readonly share: number;
}

/** Milliseconds of the frozen layers in an ordinary step. */
export function ordinaryMs({ stepMs }: Pick<PrefixCosts, 'stepMs'>, boundary: number): number {
  return stepMs.slice(1, boundary + 1).reduce((sum, ms) => sum + ms, 0);
}

/** Milliseconds in which a whole batch's values get from what is kept to the boundary. */
export function cachedMs(costs: PrefixCosts, state: BatchState): number {
  return layersMs(costs, state) + copiesMs(costs, state) + diskWaitMs(costs, state);
}

/** The images that are furthest behind begin and the others join on the way, so that no layer runs twice in a step. */
function layersMs({ advanceMs, fixedShare, batchSize }: PrefixCosts, { mix, boundary }: BatchState): number {
  let [behind, share, ms] = [0, 0, 0];
  for (let next = 1; next <= boundary; next++) {
    if (mix[next - 1] > 0) {
      behind = Math.min(1, behind + mix[next - 1]);
      // There is a call if the batch has any image that is behind.
      share = fixedShare * (1 - (1 - behind) ** batchSize) + (1 - fixedShare) * behind;
    }
    ms += advanceMs[next] * share;
  }
  return ms;
}

/** Copying out of an operation's result counts twice, since that is new memory. */
const FETCH_COPIES = 2;

/**
 * Every image is copied out of its place, into and out of the call of each boundary on its way, into its place and into
 * the step.
 */
function copiesMs({ batchSize, bytes, copyMsPerByte }: PrefixCosts, { mix, boundary, keepIn }: BatchState): number {
  let [behind, copied] = [0, 0];
  for (let at = 0; at < boundary; at++) {
    copied += (behind * FETCH_COPIES + mix[at]) * bytes[at];
    behind += mix[at];
    copied += behind * bytes[at];
  }
  copied += behind * (FETCH_COPIES + (keepIn === null ? 0 : 1)) * bytes[boundary] + 2 * bytes[boundary];
  return batchSize * copied * copyMsPerByte;
}

/** The thread that reads and writes works at the same time as the step, which waits only for the rest of its work. */
function diskWaitMs({ batchSize, bytes, activeMs, disk }: PrefixCosts, state: BatchState): number {
  const { mix, boundary, homes, keepIn, share } = state;
  if (disk === null) return 0;
  let read = 0;
  for (let at = 1; at <= boundary; at++) if (homes[at] === 'disk') read += mix[at] * bytes[at];
  const written = keepIn === 'disk' ? (1 - mix[boundary]) * bytes[boundary] : 0;
  const ms = share * batchSize * (read * disk.readMsPerByte + written * disk.writeMsPerByte);
  return Math.max(0, ms - activeMs[boundary]) / share;
}
