import { median } from '#core/analysis/quantile.ts';
import type { StepProfile } from '#core/run-event.ts';
import type { StepPair } from './profile.ts';
import { FEWEST_ROUNDS, MOST_ROUNDS, profiledDepth } from './profile.ts';
import type { LabelledImages, TrainingSession } from './session.ts';

export interface RehearsedDepths {
  readonly session: Pick<TrainingSession, 'rehearse' | 'advance'>;
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
  /** The same for a step that gets this output from a call of its own, and keeps it; null where nothing is kept. */
  readonly fillingRatio: number | null;
};

export interface TimedDepths extends RehearsedDepths {
  /** The number of values of one image behind each number of frozen layers. */
  readonly sizes: readonly number[];
  /** Whether a run would keep the output of frozen layers. */
  readonly isKept: boolean;
}

/**
 * Makes the first steps of the cache at each depth, for which the library prepares itself too; returns the time of each, and none
 * where nothing is kept.
 */
export function takeFirstKept(timed: TimedDepths): readonly number[] {
  const { depths, isKept, now } = timed;
  return depths.flatMap((depth) => {
    const { cached, filling } = stepsAt(timed, depth);
    const start = now();
    if (isKept) filling();
    cached();
    return isKept ? [now() - start] : [];
  });
}

/**
 * Times, in 3 to 15 rounds over all depths, as many as fit into the budget, three or four steps in a row: an unfrozen one, one at the
 * depth, one at the depth from kept values, which are copied as the cache copies them, and where values are kept one that fills
 * the cache. Their order is reversed in every second round, so that a machine that grows slower or faster favours none. First
 * steps have to be made before.
 */
export function timeDepths(timed: TimedDepths, budgetMs: number): readonly TimedDepth[] {
  const { depths, now } = timed;
  const start = now();
  const rounds = new Map(depths.map((depth) => [depth, [] as StepRow[]]));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const roundStart = now();
    for (const depth of depths) rounds.get(depth)?.push(timeRow(timed, depth, round % 2 === 1));
    const end = now();
    if (round + 1 >= FEWEST_ROUNDS && end - start + (end - roundStart) > budgetMs) break;
  }
  return [...rounds].map(([frozenLayers, rows]) => timesOf(frozenLayers, rows, timed.isKept));
}

/** Milliseconds of steps in a row. */
interface StepRow extends StepPair {
  readonly cached: number;
  /** 0 where it is not timed. */
  readonly filling: number;
}

/** What is timed at a depth. */
function stepsAt({ session, batch, sizes }: TimedDepths, frozenLayers: number): Record<keyof StepRow, () => void> {
  const kept = new Float32Array(batch.count * sizes[frozenLayers]);
  const prefixOutput = new Float32Array(kept.length);
  return {
    unfrozen: () => session.rehearse({ batch, frozenLayers: 0 }),
    frozen: () => session.rehearse({ batch, frozenLayers }),
    cached: () => {
      prefixOutput.set(kept);
      session.rehearse({ batch, frozenLayers, prefixOutput });
    },
    filling: () => {
      const output = session.advance(batch.images, batch.count, { from: 0, to: frozenLayers });
      kept.set(output);
      session.rehearse({ batch, frozenLayers, prefixOutput: output });
    },
  };
}

function timeRow(timed: TimedDepths, depth: number, isReversed: boolean): StepRow {
  const steps = stepsAt(timed, depth);
  const times = { unfrozen: 0, frozen: 0, cached: 0, filling: 0 };
  const order = timed.isKept
    ? (['unfrozen', 'frozen', 'cached', 'filling'] as const)
    : (['unfrozen', 'frozen', 'cached'] as const);
  for (const name of isReversed ? order.toReversed() : order) {
    const start = timed.now();
    steps[name]();
    times[name] = timed.now() - start;
  }
  return times;
}

function timesOf(frozenLayers: number, rows: readonly StepRow[], isKept: boolean): TimedDepth {
  const medianOf = (step: 'cached' | 'filling') => median(rows.map((row) => row[step] / row.unfrozen));
  const fillingRatio = isKept ? medianOf('filling') : null;
  return { ...profiledDepth(frozenLayers, rows), cachedRatio: medianOf('cached'), fillingRatio };
}
