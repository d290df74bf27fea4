import type { TrainingPace } from '../training/run-forecast.ts';

/** How long what trains and waits will take, as it is known at a moment. */
export interface QueueOutlook {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Runs that train at once; the others wait for their turn. */
  readonly trainers: number;
  /** In the order of the queue. */
  readonly runs: readonly RunOutlook[];
  readonly total: TotalOutlook;
}

export interface RunOutlook {
  readonly id: string;
  /** Seconds that the run still takes once it trains; null where nothing tells it yet. */
  readonly seconds: number | null;
  /** Seconds until it has ended, with the runs before it; null where that is not known. */
  readonly endsIn: number | null;
  /** Whether it waits for a person, so that no total counts it: it is held, or nobody trains it. */
  readonly isLeftOut: boolean;
}

/** What is left of all runs that train by themselves. */
export interface TotalOutlook {
  /** Seconds until the last run has ended, where the runs of unknown length took no time. */
  readonly seconds: number;
  /** How many runs take a time that is not known. */
  readonly unknown: number;
  /** How many runs are left out, since they wait for a person. */
  readonly leftOut: number;
}

/** A run in the order of the queue, with what it waits for; null where it trains or starts. */
interface RunInOrder {
  readonly id: string;
  readonly waits: { readonly for: string } | null;
}

/** What earlier runs tell of one that waits. */
export interface RecordedTimes {
  /** Seconds that a finished run of the same arm took in all; null where none has finished. */
  readonly armSeconds: number | null;
  /** The pace of its own earlier epochs, or of finished runs of its study; null where there are none. */
  readonly pace: TrainingPace | null;
}

/** What is left of a run that waits. */
export interface WorkLeft {
  /** Unfrozen steps that last as long as its steps, by what its policy saves. */
  readonly unfrozenSteps: number;
  readonly epochs: number;
  /** The share of the whole run. */
  readonly share: number;
}

/** The seconds of a run that waits; null where nothing tells them. `running` is the pace of a run of its study that trains. */
export function secondsOfWaiting(
  { unfrozenSteps, epochs, share }: WorkLeft,
  { armSeconds, pace }: RecordedTimes,
  running: TrainingPace | null,
): number | null {
  if (armSeconds !== null) return armSeconds * share;
  const known = pace ?? running;
  if (known === null) return null;
  return unfrozenSteps * known.secondsPerUnfrozenStep + epochs * known.secondsBetweenEpochs;
}

/** When a trainer is free: seconds from now, at least; `isKnown` where exactly so. */
interface Freedom {
  readonly seconds: number;
  readonly isKnown: boolean;
}

/** The outlook of runs in the order of the queue, each with the seconds that it takes, where so many train at once. */
export function outlookOf(
  runs: readonly RunInOrder[],
  secondsOf: (id: string) => number | null,
  { at, trainers }: Pick<QueueOutlook, 'at' | 'trainers'>,
): QueueOutlook {
  const free: Freedom[] = Array.from({ length: trainers }, () => ({ seconds: 0, isKnown: true }));
  let [unknown, leftOut] = [0, 0];
  const outlooks = runs.map(({ id, waits }): RunOutlook => {
    const seconds = secondsOf(id);
    if (waits?.for === 'release' || waits?.for === 'asking') {
      leftOut += 1;
      return { id, seconds, endsIn: null, isLeftOut: true };
    }
    if (seconds === null) unknown += 1;
    const next = free.reduce((best, one, index) => (one.seconds < free[best].seconds ? index : best), 0);
    const isKnown = seconds !== null && free[next].isKnown;
    const end = { seconds: free[next].seconds + (seconds ?? 0), isKnown };
    free[next] = end;
    return { id, seconds, endsIn: isKnown ? end.seconds : null, isLeftOut: false };
  });
  const seconds = Math.max(...free.map((one) => one.seconds));
  return { at, trainers, runs: outlooks, total: { seconds, unknown, leftOut } };
}

/** Seconds until the last of these runs has ended; null where none of them is counted, or the time of one is not known. */
export function secondsUntilEnd({ runs }: QueueOutlook, ids: ReadonlySet<string>): number | null {
  const ends = runs.flatMap(({ id, endsIn, isLeftOut }) => (ids.has(id) && !isLeftOut ? [endsIn] : []));
  if (ends.length === 0) return null;
  return ends.reduce((last, end) => (last === null || end === null ? null : Math.max(last, end)));
}
