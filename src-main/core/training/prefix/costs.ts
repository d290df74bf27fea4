/** Time that a disk needs for itself, while the processor can do other work, in ms a byte. */
export interface DiskSpeed {
  readonly readMsPerByte: number;
  readonly writeMsPerByte: number;
}

/**
 * What the frozen prefix costs, by phase: stretches of a run with the same number of frozen layers, from the unfrozen phase 0
 * on. The values at phase 0 are the images, which nobody needs to keep.
 */
export interface PrefixCosts {
  readonly batchSize: number;
  /** Milliseconds in which a step takes a whole batch from the boundary of the phase before to this one's; 0 at phase 0. */
  readonly stepMs: readonly number[];
  /** The same of a call that does nothing else. */
  readonly advanceMs: readonly number[];
  /** Share of those that a call costs however few images it has: 0 where time follows their number, 1 where it does not. */
  readonly fixedShare: number;
  /** Bytes of one image's values at the phase's boundary. */
  readonly bytes: readonly number[];
  readonly copyMsPerByte: number;
  /** Milliseconds of the rest of a step, behind which a disk's work hides. */
  readonly activeMs: readonly number[];
  /** Null where there is no disk to use. */
  readonly disk: DiskSpeed | null;
}

export type Home = 'memory' | 'disk';

/** A batch at a phase, as far as its cost depends on it. */
export interface BatchState {
  readonly phase: number;
  /** Shares of its images by the phase at whose boundary their values are kept; [0] those without kept values. Sums to 1. */
  readonly mix: readonly number[];
  /** Where values were kept, by phase; null where none were. */
  readonly homes: readonly (Home | null)[];
  /** Where this phase's new values go; null: they are used and forgotten. */
  readonly keepIn: Home | null;
  /** Share of a batch that images of this state are of: only their disk work waits for the disk. */
  readonly share: number;
}

/** Milliseconds of the frozen layers in an ordinary step. */
export function ordinaryMs({ stepMs }: Pick<PrefixCosts, 'stepMs'>, phase: number): number {
  return stepMs.slice(1, phase + 1).reduce((sum, ms) => sum + ms, 0);
}

/** Milliseconds in which a whole batch's values come to the boundary of the phase from what is kept. */
export function cachedMs(costs: PrefixCosts, state: BatchState): number {
  return layersMs(costs, state) + copiesMs(costs, state) + diskWaitMs(costs, state);
}

/** Images join on the way: those that are furthest behind first, so that no layer is run twice in a step. */
function layersMs({ advanceMs, fixedShare, batchSize }: PrefixCosts, { mix, phase }: BatchState): number {
  let [behind, share, ms] = [0, 0, 0];
  for (let next = 1; next <= phase; next++) {
    if (mix[next - 1] > 0) {
      behind = Math.min(1, behind + mix[next - 1]);
      // A call is made where a batch has any image behind.
      share = fixedShare * (1 - (1 - behind) ** batchSize) + (1 - fixedShare) * behind;
    }
    ms += advanceMs[next] * share;
  }
  return ms;
}

/** Out of an operation's result, which is new memory, counts twice. */
const FETCH_COPIES = 2;

/** Every image: out of its place, into and out of the call of each phase on its way, into its place and into the step. */
function copiesMs({ batchSize, bytes, copyMsPerByte }: PrefixCosts, { mix, phase, keepIn }: BatchState): number {
  let [behind, copied] = [0, 0];
  for (let at = 0; at < phase; at++) {
    copied += (behind * FETCH_COPIES + mix[at]) * bytes[at];
    behind += mix[at];
    copied += behind * bytes[at];
  }
  copied += behind * (FETCH_COPIES + (keepIn === null ? 0 : 1)) * bytes[phase] + 2 * bytes[phase];
  return batchSize * copied * copyMsPerByte;
}

/** The thread that reads and writes works at the same time as the step, which waits only for what is not done by then. */
function diskWaitMs({ batchSize, bytes, activeMs, disk }: PrefixCosts, state: BatchState): number {
  const { mix, phase, homes, keepIn, share } = state;
  if (disk === null) return 0;
  let read = 0;
  for (let at = 1; at <= phase; at++) if (homes[at] === 'disk') read += mix[at] * bytes[at];
  const written = keepIn === 'disk' ? (1 - mix[phase]) * bytes[phase] : 0;
  const ms = share * batchSize * (read * disk.readMsPerByte + written * disk.writeMsPerByte);
  return Math.max(0, ms - activeMs[phase]) / share;
}
