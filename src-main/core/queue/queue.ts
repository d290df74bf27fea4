import { countedNoun } from '../analysis/quantity.ts';
import type { Hindrance } from '../errors.ts';
import { HINDRANCES, type MetHindrance, standstillSentence } from './hindrance.ts';
import type { RecordedTimes, WorkLeft } from './outlook.ts';

/** A run that trains or waits, as the queue shows it. */
export interface QueuedRun {
  readonly id: string;
  readonly studyId: string | null;
  readonly studyName: string | null;
  /** Its arm; its network and policy where no study names an arm. */
  readonly name: string;
  readonly seed: number;
  readonly status: 'queued' | 'running';
  /** Whether it keeps its place and is passed over. */
  readonly held: boolean;
  /** The last stored epoch, and the number of all. */
  readonly epoch: number;
  readonly epochs: number;
}

/** "cubic scaled 0.5, seed 2" */
export function queuedTitle({ name, seed }: Pick<QueuedRun, 'name' | 'seed'>): string {
  return `${name}, seed ${seed}`;
}

/** A run of the queue with what is known of its length. */
export interface StoredRun extends QueuedRun {
  readonly left: WorkLeft;
  readonly recorded: RecordedTimes;
}

/** The queue as it is stored. */
export interface StoredQueue {
  /** Whether somebody has paused all of it. */
  readonly paused: boolean;
  /** The runs that train, then those that wait, in their order. */
  readonly runs: readonly StoredRun[];
}

/** The queue stands still: every run would meet the same hindrance. */
export interface Standstill extends MetHindrance {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** When the cause is looked at again; null while that is being done. */
  readonly nextTryAt: number | null;
}

/** What is done with the run: its data are read, then TensorFlow starts, then it trains. */
export type Stage = 'data' | 'tensorflow' | 'training';

/** The run that the program works on. */
export interface WorkedRun {
  readonly runId: string;
  readonly stage: Stage;
}

/** The queue as it is shown. */
export interface QueueState {
  readonly paused: boolean;
  readonly standstill: Standstill | null;
  /** Null where nothing trains or starts. */
  readonly now: WorkedRun | null;
  /** The run that trains or starts, then those that wait, in their order. */
  readonly runs: readonly ShownRun[];
}

export interface ShownRun extends QueuedRun {
  /** Why it waits; null for a run that trains or starts. */
  readonly waits: Wait | null;
}

/** Why a run waits. `asking`: the program that has the home open trains only what it was asked for. */
export type Wait =
  | { readonly for: 'release' | 'resume' | 'asking' }
  | { readonly for: 'hindrance'; readonly kind: Hindrance }
  /** Runs before it. */
  | { readonly for: 'turn'; readonly before: number };

interface WaitingIn extends Pick<QueueState, 'paused' | 'standstill' | 'now'> {
  /** Whether the program trains this run when its turn comes. */
  isAsked(runId: string): boolean;
}

/** The stored queue with the reason why each run waits. */
export function shownQueue({ runs, paused }: StoredQueue, state: Omit<WaitingIn, 'paused'>): readonly ShownRun[] {
  const { now } = state;
  const sorted = [...runs.filter(({ id }) => id === now?.runId), ...runs.filter(({ id }) => id !== now?.runId)];
  let before = now === null ? 0 : 1;
  return sorted.map(({ left: _left, recorded: _recorded, ...run }) => {
    const waits = run.id === now?.runId ? null : waitOf(run, { ...state, paused }, before);
    if (waits?.for === 'turn') before += 1;
    return { ...run, waits };
  });
}

function waitOf({ id, held }: QueuedRun, state: WaitingIn, before: number): Wait {
  if (held) return { for: 'release' };
  if (!state.isAsked(id)) return { for: 'asking' };
  if (state.standstill !== null) return { for: 'hindrance', kind: state.standstill.kind };
  if (state.paused) return { for: 'resume' };
  return { for: 'turn', before };
}

/** What keeps some runs waiting that nothing but a person or a change of the machine can end. */
export interface Obstacle {
  readonly sentence: string;
  readonly hindrance: Hindrance | null;
}

/** The obstacle in front of these runs; null where they train, wait for their turn, or none of them is in the queue. */
export function obstacleOf(
  { standstill, paused, runs }: Pick<QueueState, 'standstill' | 'paused' | 'runs'>,
  runIds: readonly string[],
): Obstacle | null {
  const ours = runs.filter(({ id }) => runIds.includes(id));
  if (ours.length === 0 || ours.some(({ waits }) => waits === null || waits.for === 'turn')) return null;
  if (standstill !== null) return { sentence: standstillSentence(standstill), hindrance: standstill.kind };
  if (paused) return { sentence: 'The queue is paused: `lab queue resume` goes on.', hindrance: null };
  const isHeld = ours.every(({ held }) => held);
  return isHeld
    ? { sentence: 'All runs that are left are held: `lab queue release RUN` goes on.', hindrance: null }
    : null;
}

/** Why a run waits, or what is done with it: "next", "behind 3 runs", "held", "starts TensorFlow". */
export function waitWords(waits: Wait | null, { now }: Pick<QueueState, 'now'>): string {
  if (waits === null) return now === null ? 'trains' : STAGE_WORDS[now.stage];
  if (waits.for === 'turn') return waits.before === 0 ? 'next' : `behind ${countedNoun(waits.before, 'run')}`;
  if (waits.for === 'hindrance') return `waits: ${HINDRANCES[waits.kind].title.toLowerCase()}`;
  return WAIT_WORDS[waits.for];
}

const WAIT_WORDS = {
  release: 'held',
  resume: 'waits for the paused queue',
  asking: 'nobody trains it: resume it',
} as const;

const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  data: 'reads its data',
  tensorflow: 'starts TensorFlow',
  training: 'trains',
};
