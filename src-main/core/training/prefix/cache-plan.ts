import type { Home, PrefixCosts } from './costs.ts';
import type { ImageClass } from './forecast.ts';
import { forecast } from './forecast.ts';
import type { Visits } from './visits.ts';
import { reachedBoundaries } from './visits.ts';

export interface Budget {
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

export interface CacheProblem {
  readonly costs: PrefixCosts;
  readonly visits: Visits;
  /** The number of images times views. */
  readonly count: number;
  readonly budget: Budget;
}

/** Where the values at one boundary are kept. */
export interface BoundaryPlan {
  /** How many of the first images are kept in memory. */
  readonly inMemory: number;
  /** The images from .. to-1 are kept on disk. */
  readonly onDisk: { readonly from: number; readonly to: number };
  /** Milliseconds of the frozen layers over the steps at this boundary, without the cache and with it. */
  readonly ordinaryMs: number;
  readonly cachedMs: number;
}

export interface CachePlan {
  /** The plan for each boundary. */
  readonly boundaries: readonly BoundaryPlan[];
  /** The time saved over the rest of the run; never negative. */
  readonly savedMs: number;
}

/** Where the plan keeps an image's values at that boundary. */
export function homeAt({ inMemory, onDisk }: Capacity, image: number): Home | null {
  if (image < inMemory) return 'memory';
  return image >= onDisk.from && image < onDisk.to ? 'disk' : null;
}

/** At which boundaries values are kept. */
interface Choice {
  readonly memory: readonly boolean[];
  readonly disk: readonly boolean[];
}

interface Outcome {
  readonly choice: Choice;
  readonly plan: CachePlan;
}

/**
 * Starts from keeping nothing, all in memory, or all in memory and on disk, whichever takes the least time, and then changes
 * single boundaries where that takes less. So its prediction is never worse than an ordinary run.
 */
export function planCache(problem: CacheProblem): CachePlan {
  const boundaries = problem.costs.advanceMs.length;
  const [all, none] = [new Array<boolean>(boundaries).fill(true), new Array<boolean>(boundaries).fill(false)];
  const starts = [
    { memory: none, disk: none },
    { memory: all, disk: none },
    ...(problem.costs.disk === null ? [] : [{ memory: all, disk: all }]),
  ].map((choice) => evaluate(problem, choice));
  let best = starts.reduce(better);
  if (best === starts[0]) return best.plan;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = best;
    for (const { home, boundary } of changesOf(problem)) {
      best = better(best, evaluate(problem, changed(best.choice, home, boundary)));
    }
    if (best === before) break;
  }
  return best.plan;
}

/** After two passes further changes gain little, and a long run of a deep network would wait for its start. */
const PASSES = 2;

function changesOf({ costs: { advanceMs, disk } }: CacheProblem) {
  const homes: readonly Home[] = disk === null ? ['memory'] : ['memory', 'disk'];
  return advanceMs.flatMap((_, boundary) => (boundary === 0 ? [] : homes.map((home) => ({ home, boundary }))));
}

function better(known: Outcome, other: Outcome): Outcome {
  return other.plan.savedMs > known.plan.savedMs ? other : known;
}

function changed(choice: Choice, home: Home, boundary: number): Choice {
  return { ...choice, [home]: choice[home].with(boundary, !choice[home][boundary]) };
}

function evaluate(problem: CacheProblem, choice: Choice): Outcome {
  return { choice, plan: forecastPlan(problem, capacitiesOf(problem, choice)) };
}

/** What keeping this much at every boundary takes and saves, in the unit of the costs. */
export function forecastPlan(
  { costs, visits, count }: Omit<CacheProblem, 'budget'>,
  capacities: readonly Capacity[],
): CachePlan {
  const forecasts = classesOf(capacities, count).map((imageClass) => forecast(costs, visits, imageClass));
  const boundaries = capacities.map(({ inMemory, onDisk }, boundary) => ({
    ...{ inMemory, onDisk },
    ordinaryMs: forecasts.reduce((sum, { ordinary }) => sum + ordinary[boundary], 0),
    cachedMs: forecasts.reduce((sum, { cached }) => sum + cached[boundary], 0),
  }));
  const savedMs = boundaries.reduce((sum, { ordinaryMs, cachedMs }) => sum + ordinaryMs - cachedMs, 0);
  return { boundaries, savedMs };
}

type Capacity = Pick<BoundaryPlan, 'inMemory' | 'onDisk'>;

/**
 * As many images as the budget holds at the largest boundary that their values may reach, so that none has to be removed on the
 * way; the disk's records have one size. The first images are kept in memory at every boundary: the disk has no records for them.
 */
function capacitiesOf({ costs: { bytes }, count, visits, budget }: CacheProblem, { memory, disk }: Choice): Capacity[] {
  const reached = reachedBoundaries(visits, bytes.length);
  const readAgain = new Set(visits.stretches.filter(({ isReadAgain }) => isReadAgain).map(({ boundary }) => boundary));
  const isKept = (choice: readonly boolean[], boundary: number) =>
    boundary > 0 && choice[boundary] && readAgain.has(boundary);
  const largest = (choice: readonly boolean[], boundaries: Iterable<number>) =>
    Math.max(0, ...[...boundaries].filter((boundary) => isKept(choice, boundary)).map((boundary) => bytes[boundary]));
  const fitting = (budgetBytes: number, size: number) => (size === 0 ? 0 : Math.floor(budgetBytes / size));
  const records = fitting(budget.diskBytes, largest(disk, readAgain));
  const firstOnDisk = Math.min(count, fitting(budget.memoryBytes, largest(memory, readAgain)));
  return bytes.map((_, boundary) => {
    const fits = Math.min(count, fitting(budget.memoryBytes, largest(memory, reached[boundary])));
    const inMemory = isKept(memory, boundary) ? fits : 0;
    const from = Math.max(inMemory, firstOnDisk);
    const to = isKept(disk, boundary) ? Math.min(count, firstOnDisk + records) : 0;
    return { inMemory, onDisk: { from, to: Math.max(from, to) } };
  });
}

/** Images cut at every capacity, so that those of a class have the same home at every boundary. */
function classesOf(capacities: readonly Capacity[], count: number): readonly ImageClass[] {
  const edges = new Set(capacities.flatMap(({ inMemory, onDisk }) => [inMemory, onDisk.from, onDisk.to]));
  const ends = [...edges.add(count)].filter((edge) => edge > 0).sort((left, right) => left - right);
  return ends.map((end, index) => {
    const first = ends[index - 1] ?? 0;
    return { share: (end - first) / count, homes: capacities.map((capacity) => homeAt(capacity, first)) };
  });
}
