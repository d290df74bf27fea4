import type { Home, PrefixCosts } from './costs.ts';
import type { ImageClass } from './forecast.ts';
import { forecast } from './forecast.ts';
import type { Visits } from './visits.ts';

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

/** Where the values at one phase's boundary are kept. */
export interface PhasePlan {
  /** How many of the first images are kept in memory. */
  readonly inMemory: number;
  /** The images from .. to-1 are kept on disk. */
  readonly onDisk: { readonly from: number; readonly to: number };
  /** Milliseconds of the frozen layers over the steps of this phase, without the cache and with it. */
  readonly ordinaryMs: number;
  readonly cachedMs: number;
}

export interface CachePlan {
  /** The plan of each phase. */
  readonly phases: readonly PhasePlan[];
  /** The time saved over the rest of the run; never negative. */
  readonly savedMs: number;
}

/** Where the plan keeps an image's values of that phase. */
export function homeAt({ inMemory, onDisk }: Capacity, image: number): Home | null {
  if (image < inMemory) return 'memory';
  return image >= onDisk.from && image < onDisk.to ? 'disk' : null;
}

/** At which phases values are kept, by phase. */
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
 * single phases where that takes less. So its prediction is never worse than an ordinary run.
 */
export function planCache(problem: CacheProblem): CachePlan {
  const phases = problem.costs.advanceMs.length;
  const [all, none] = [new Array<boolean>(phases).fill(true), new Array<boolean>(phases).fill(false)];
  const starts = [
    { memory: none, disk: none },
    { memory: all, disk: none },
    ...(problem.costs.disk === null ? [] : [{ memory: all, disk: all }]),
  ].map((choice) => evaluate(problem, choice));
  let best = starts.reduce(better);
  if (best === starts[0]) return best.plan;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = best;
    for (const { home, phase } of changesOf(problem)) {
      best = better(best, evaluate(problem, changed(best.choice, home, phase)));
    }
    if (best === before) break;
  }
  return best.plan;
}

/** After two passes further changes gain little, and a long run of a deep network would wait for its start. */
const PASSES = 2;

function changesOf({ costs: { advanceMs, disk } }: CacheProblem) {
  const homes: readonly Home[] = disk === null ? ['memory'] : ['memory', 'disk'];
  return advanceMs.flatMap((_, phase) => (phase === 0 ? [] : homes.map((home) => ({ home, phase }))));
}

function better(known: Outcome, other: Outcome): Outcome {
  return other.plan.savedMs > known.plan.savedMs ? other : known;
}

function changed(choice: Choice, home: Home, phase: number): Choice {
  return { ...choice, [home]: choice[home].with(phase, !choice[home][phase]) };
}

function evaluate(problem: CacheProblem, choice: Choice): Outcome {
  return { choice, plan: forecastPlan(problem, capacitiesOf(problem, choice)) };
}

/** What keeping this much at every phase takes and saves, in the unit of the costs. */
export function forecastPlan(
  { costs, visits, count }: Omit<CacheProblem, 'budget'>,
  capacities: readonly Capacity[],
): CachePlan {
  const forecasts = classesOf(capacities, count).map((imageClass) => forecast(costs, visits, imageClass));
  const phases = capacities.map(({ inMemory, onDisk }, phase) => ({
    ...{ inMemory, onDisk },
    ordinaryMs: forecasts.reduce((sum, { ordinary }) => sum + ordinary[phase], 0),
    cachedMs: forecasts.reduce((sum, { cached }) => sum + cached[phase], 0),
  }));
  const savedMs = phases.reduce((sum, { ordinaryMs, cachedMs }) => sum + ordinaryMs - cachedMs, 0);
  return { phases, savedMs };
}

type Capacity = Pick<PhasePlan, 'inMemory' | 'onDisk'>;

/**
 * As many images as the budget holds at the largest boundary still to come, so that none has to be removed later; the disk's
 * records have one size. The first images are kept in memory at every phase: the disk has no records for them.
 */
function capacitiesOf({ costs: { bytes }, count, budget }: CacheProblem, { memory, disk }: Choice): Capacity[] {
  const largestFrom = (phase: number, isKept: readonly boolean[]) =>
    bytes.reduce((largest, size, at) => (at >= phase && isKept[at] ? Math.max(largest, size) : largest), 0);
  const fitting = (budgetBytes: number, size: number) => (size === 0 ? 0 : Math.floor(budgetBytes / size));
  const records = fitting(budget.diskBytes, largestFrom(1, disk));
  const firstOnDisk = Math.min(count, fitting(budget.memoryBytes, largestFrom(1, memory)));
  return bytes.map((_, phase) => {
    const fits = Math.min(count, fitting(budget.memoryBytes, largestFrom(phase, memory)));
    const inMemory = phase > 0 && memory[phase] ? fits : 0;
    const from = Math.max(inMemory, firstOnDisk);
    const to = phase > 0 && disk[phase] ? Math.min(count, firstOnDisk + records) : 0;
    return { inMemory, onDisk: { from, to: Math.max(from, to) } };
  });
}

/** Images cut at every capacity, so that those of a class have the same home at every phase. */
function classesOf(capacities: readonly Capacity[], count: number): readonly ImageClass[] {
  const edges = new Set(capacities.flatMap(({ inMemory, onDisk }) => [inMemory, onDisk.from, onDisk.to]));
  const ends = [...edges.add(count)].filter((edge) => edge > 0).sort((left, right) => left - right);
  return ends.map((end, index) => {
    const first = ends[index - 1] ?? 0;
    return { share: (end - first) / count, homes: capacities.map((capacity) => homeAt(capacity, first)) };
  });
}
