import { median, quantile } from '#core/analysis/quantile.ts';
import type { Batch } from '#core/data/batch.ts';
import type { Freezes } from '#core/policy/cost.ts';
import { freezePhases } from '#core/policy/cost.ts';
import type { StepProfile } from '#core/run-event.ts';
import type { TrainingSession } from './session.ts';

/** More than the fewest rounds are measured only while they fit into this share of the expected training time ... */
const BUDGET_SHARE = 0.02;
/** ... or into this time, whichever is more. */
const LEAST_BUDGET_MS = 2000;
export const FEWEST_ROUNDS = 3;
export const MOST_ROUNDS = 15;
/** No profile takes more than this share of its run: a run that is too short for the fewest rounds is not profiled. */
const LARGEST_SHARE = 0.5;

export interface ProfiledTraining {
  readonly session: Pick<TrainingSession, 'rehearse'>;
  /** The numbers of frozen layers to measure, in any order, none of them 0. */
  readonly depths: readonly number[];
  /** The depths, 0 too, at which the session has made a step already. Default: none. */
  readonly warmDepths?: readonly number[];
  /** A copy of a batch from the real feeder: every step uses the same one, so that none waits. */
  readonly batch: Batch;
  /** The budget, as `profileBudgetMs` computes it from the unfrozen step's time. */
  readonly budgetMs: (unfrozenMs: number) => number;
  readonly monotonicMs: () => number;
  /** Whether to stop measuring. Asked after every pair, since a round of a large network can last a minute. */
  readonly isUnwanted: () => Promise<boolean>;
}

/** The freeze depths of a run in their order, each once, without the unfrozen one. */
export function frozenDepths(freezes: Freezes, steps: number): number[] {
  return depthsFrom(0, freezes, steps).filter((frozenLayers) => frozenLayers > 0);
}

/** The freeze depths of a run from this step on in their order, each once. */
export function depthsFrom(step: number, freezes: Freezes, steps: number): number[] {
  const phases = freezePhases(freezes, steps).filter(({ firstStep, length }) => firstStep + length > step);
  return [...new Set(phases.map(({ frozenLayers }) => frozenLayers))];
}

/** Whether a run of this many steps is long enough for the fewest rounds to be worth their time. */
export function isWorthProfiling(steps: number, depthCount: number): boolean {
  const untimed = 1 + depthCount;
  const timed = FEWEST_ROUNDS * (depthCount === 0 ? 1 : 2 * depthCount);
  return untimed + timed <= steps * LARGEST_SHARE;
}

/** The time for a profile. `trainingMs` is the expected time of the training. */
export function profileBudgetMs(trainingMs: number): number {
  return Math.min(LARGEST_SHARE * trainingMs, Math.max(LEAST_BUDGET_MS, BUDGET_SHARE * trainingMs));
}

/**
 * Rehearses the step at every depth, each time next to an unfrozen step: which of the two comes first alternates from depth
 * to depth and from round to round, so that a machine that grows slower or faster favours neither. The first step at a
 * depth is neither timed nor counted in the budget: in it the library prepares what training at that depth needs anyway.
 * There are 3 to 15 rounds, as many as fit into the budget; without depths there are 3, of one unfrozen step each. The caller undoes the
 * changes of the steps to the variables. Null where `isUnwanted` answered yes.
 */
export async function measureProfile(training: ProfiledTraining): Promise<StepProfile | null> {
  const { depths, budgetMs, monotonicMs, isUnwanted } = training;
  const start = monotonicMs();
  const pairs = new StepPairs(training);
  for (let round = 0; round < mostRounds(depths.length); round++) {
    const roundStart = monotonicMs() - pairs.untimedMs;
    if (depths.length === 0) pairs.timeUnfrozen();
    for (const [place, depth] of depths.entries()) {
      pairs.timePair(depth, (round + place) % 2 === 0);
      if (await isUnwanted()) return null;
    }
    const end = monotonicMs() - pairs.untimedMs;
    const isInBudget = end - start + (end - roundStart) <= budgetMs(pairs.unfrozenMs);
    if (round + 1 >= FEWEST_ROUNDS && !isInBudget) break;
  }
  return pairs.profile();
}

/**
 * The number of timed steps of a profile at this many depths that fits into the budget, with steps of this length (ms).
 */
export function expectedProfileSteps(depthCount: number, budgetMs: number, stepMs: number): number {
  const stepsARound = depthCount === 0 ? 1 : 2 * depthCount;
  const rounds = Math.floor(budgetMs / stepMs / stepsARound);
  return Math.min(mostRounds(depthCount), Math.max(FEWEST_ROUNDS, rounds)) * stepsARound;
}

/** Milliseconds of an unfrozen step and of one at a depth, which were made next to each other. */
export interface StepPair {
  readonly unfrozen: number;
  readonly frozen: number;
}

/** What the pairs of one depth say. */
export function profiledDepth(frozenLayers: number, pairs: readonly StepPair[]): StepProfile['depths'][number] {
  const ratios = pairs.map(({ unfrozen, frozen }) => frozen / unfrozen);
  const ratio = { low: quantile(ratios, 0.25), median: median(ratios), high: quantile(ratios, 0.75) };
  return { frozenLayers, ...timesOf(pairs.map(({ frozen }) => frozen)), ratio };
}

/** The steps that were timed, as pairs of the unfrozen step and one at a depth. Times are in ms. */
class StepPairs {
  readonly #training: ProfiledTraining;
  readonly #unfrozen: number[] = [];
  readonly #pairs: ReadonlyMap<number, StepPair[]>;
  /** Depths at which the untimed step has been made. */
  readonly #warm: Set<number>;
  #untimedMs = 0;

  constructor(training: ProfiledTraining) {
    this.#training = training;
    this.#warm = new Set(training.warmDepths);
    this.#pairs = new Map(training.depths.map((depth) => [depth, []]));
  }

  /** The median of the unfrozen steps so far. */
  get unfrozenMs(): number {
    return median(this.#unfrozen);
  }

  /** The time of the first steps. */
  get untimedMs(): number {
    return this.#untimedMs;
  }

  timeUnfrozen(): number {
    const ms = this.#time(0);
    this.#unfrozen.push(ms);
    return ms;
  }

  timePair(depth: number, isUnfrozenFirst: boolean): void {
    this.#warmUp(0);
    this.#warmUp(depth);
    const before = isUnfrozenFirst ? this.timeUnfrozen() : null;
    const frozen = this.#time(depth);
    this.#pairs.get(depth)?.push({ unfrozen: before ?? this.timeUnfrozen(), frozen });
  }

  profile(): StepProfile {
    const depths = [...this.#pairs].map(([frozenLayers, pairs]) => profiledDepth(frozenLayers, pairs));
    return { unfrozen: timesOf(this.#unfrozen), depths: depths.sort((a, b) => a.frozenLayers - b.frozenLayers) };
  }

  #time(frozenLayers: number): number {
    this.#warmUp(frozenLayers);
    return this.#timed(frozenLayers);
  }

  #warmUp(frozenLayers: number): void {
    if (this.#warm.has(frozenLayers)) return;
    this.#warm.add(frozenLayers);
    this.#untimedMs += this.#timed(frozenLayers);
  }

  #timed(frozenLayers: number): number {
    const { session, batch, monotonicMs } = this.#training;
    const start = monotonicMs();
    session.rehearse({ batch, frozenLayers });
    return monotonicMs() - start;
  }
}

function timesOf(times: readonly number[]) {
  return { steps: times.length, stepMs: { minimum: Math.min(...times), median: median(times) } };
}

/** Without depths there is nothing to compare: the steps only say how long the run will take. */
function mostRounds(depthCount: number): number {
  return depthCount === 0 ? FEWEST_ROUNDS : MOST_ROUNDS;
}
