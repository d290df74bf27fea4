import { median } from '#core/analysis/quantile.ts';
import type { StepProfile } from '#core/run-event.ts';
import type { StepPair } from './profile.ts';
import { FEWEST_ROUNDS, MOST_ROUNDS, profiledDepth } from './profile.ts';
import type { LabelledImages, TrainingSession } from './session.ts';

export interface RehearsedDepths {
  readonly session: Pick<TrainingSession, 'rehearse'>;
  /** Numbers of frozen layers, none of them 0. */
  readonly depths: readonly number[];
  /** Every step uses the same batch, so that none waits. */
  readonly batch: LabelledImages;
  /** Returns milliseconds. */
  readonly now: () => number;
}

/** The first steps at some depths. */
export interface FirstSteps {
  /** The time of the first step at each depth, deepest first, and last that of the unfrozen one. */
  readonly ms: readonly number[];
  /** Bytes by which the process has grown after the first step at each depth, by depth; 0 is the unfrozen step. */
  readonly bytes: ReadonlyMap<number, number>;
}

/**
 * Makes the first step at each depth, deepest first: the library keeps the memory that it has taken, and at lesser depths a step
 * takes more. So the size of the process then tells what a step at this depth needs.
 */
export function takeFirstSteps(rehearsed: RehearsedDepths, grownBytes: () => number): FirstSteps {
  const { session, batch, now } = rehearsed;
  let grown = 0;
  const ms: number[] = [];
  const bytes = new Map<number, number>();
  for (const frozenLayers of [...rehearsed.depths.toSorted((left, right) => right - left), 0]) {
    const start = now();
    session.rehearse({ batch, frozenLayers });
    ms.push(now() - start);
    grown = Math.max(grown, grownBytes());
    bytes.set(frozenLayers, grown);
  }
  return { ms, bytes };
}

export type TimedDepth = StepProfile['depths'][number] & {
  /** A step whose frozen layers' output was kept / an unfrozen step, the median over the rounds. */
  readonly cachedRatio: number;
};

export interface TimedDepths extends RehearsedDepths {
  /** The number of values of one image behind each number of frozen layers. */
  readonly sizes: readonly number[];
  readonly budgetMs: number;
}

/**
 * Times, in 3 to 15 rounds over all depths, as many as fit into the budget, three steps in a row: an unfrozen one, one at the depth,
 * and one at the depth from kept values, which are copied as the cache copies them. Their order is reversed in every second
 * round, so that a machine that grows slower or faster favours none. First steps have to be made before.
 */
export function timeDepths(timed: TimedDepths): readonly TimedDepth[] {
  const { depths, now, budgetMs } = timed;
  // The library prepares these steps too when they first run.
  for (const depth of depths) keptStep(timed, depth)();
  const start = now();
  const rounds = new Map(depths.map((depth) => [depth, [] as StepTriple[]]));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const roundStart = now();
    for (const depth of depths) rounds.get(depth)?.push(timeTriple(timed, depth, round % 2 === 1));
    const end = now();
    if (round + 1 >= FEWEST_ROUNDS && end - start + (end - roundStart) > budgetMs) break;
  }
  return [...rounds].map(([frozenLayers, triples]) => timesOf(frozenLayers, triples));
}

/** Returns the step at a depth from kept values. */
function keptStep({ session, batch, sizes }: TimedDepths, frozenLayers: number): () => void {
  const kept = new Float32Array(batch.count * sizes[frozenLayers]);
  const prefixOutput = new Float32Array(kept.length);
  return () => {
    prefixOutput.set(kept);
    session.rehearse({ batch, frozenLayers, prefixOutput });
  };
}

/** Milliseconds of three steps in a row. */
interface StepTriple extends StepPair {
  readonly cached: number;
}

function timeTriple(timed: TimedDepths, depth: number, isReversed: boolean): StepTriple {
  const { session, batch, now } = timed;
  const steps = {
    unfrozen: () => session.rehearse({ batch, frozenLayers: 0 }),
    frozen: () => session.rehearse({ batch, frozenLayers: depth }),
    cached: keptStep(timed, depth),
  };
  const times = { unfrozen: 0, frozen: 0, cached: 0 };
  const order = ['unfrozen', 'frozen', 'cached'] as const;
  for (const name of isReversed ? order.toReversed() : order) {
    const start = now();
    steps[name]();
    times[name] = now() - start;
  }
  return times;
}

function timesOf(frozenLayers: number, triples: readonly StepTriple[]): TimedDepth {
  const cachedRatio = median(triples.map(({ unfrozen, cached }) => cached / unfrozen));
  return { ...profiledDepth(frozenLayers, triples), cachedRatio };
}
