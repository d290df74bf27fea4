import type { Freezes } from '#core/policy/cost.ts';
import { lastingFreezes } from '#core/policy/cost.ts';
import { plannedSchedule } from '#core/policy/planned-schedule.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { EpochRecord, FreezeRecord, RunDetail, RunRecord } from '#core/records.ts';
import type { RunEventOf, StepProfile } from '#core/run-event.ts';
import type { TimedSchedule } from './profile-savings.ts';
import { stepRatios, unfrozenStepsOf } from './profile-savings.ts';

type CacheDecision = RunEventOf<'prefix-cache.decided'>;

/** How the work of a run is spread over its steps, in units of its own. */
export interface Course {
  /** The work from this step to the end of the run. */
  workFrom(step: number): number;
}

/** The work that the plan says, in unfrozen steps: cheaper behind every freeze, and where the cache serves a depth. */
export class PlannedCourse implements Course {
  readonly #run: RunDetail;
  #timed: TimedSchedule;
  /** The share of a step's work that the cache saves, by the number of frozen layers. */
  readonly #cached = new Map<number, number>();

  constructor(run: RunDetail) {
    this.#run = run;
    this.#timed = { ratioAt: this.#ratios(run.profile), freezes: freezesOf(run), steps: run.steps };
  }

  workFrom(step: number): number {
    return unfrozenStepsOf(this.#timed, step);
  }

  profiled(profile: StepProfile): void {
    this.#timed = { ...this.#timed, ratioAt: this.#ratios(profile) };
  }

  /** Of a policy that decides while training, nothing is known of a freeze before it happens. */
  froze({ layer, step }: Pick<FreezeRecord, 'layer' | 'step'>): void {
    if (policyNeeds(this.#run.spec.policy).plans) return;
    const freezes = lastingFreezes(this.#timed.freezes.freezeSteps.with(layer, step));
    this.#timed = { ...this.#timed, freezes };
  }

  /** The seconds that the cache is predicted to save at a depth are spread over its steps. */
  cached({ depth, step, place, predictedSaved }: CacheDecision, secondsPerUnit: number): void {
    const before = this.#cached.get(depth) ?? 0;
    this.#cached.delete(depth);
    if (place === 'none') return;
    const work = this.#workAt(depth, step);
    const share = work > 0 ? predictedSaved / (work * secondsPerUnit) : before;
    this.#cached.set(depth, Math.min(MOST_SAVED, Math.max(0, share)));
  }

  #workAt(depth: number, fromStep: number): number {
    const { ratioAt } = this.#timed;
    return unfrozenStepsOf({ ...this.#timed, ratioAt: (k) => (k === depth ? ratioAt(k) : 0) }, fromStep);
  }

  #ratios(profile: StepProfile | null): TimedSchedule['ratioAt'] {
    const measured = stepRatios(
      profile,
      this.#run.layers.map(({ macs }) => macs),
    );
    return (frozenLayers) => measured(frozenLayers) * (1 - (this.#cached.get(frozenLayers) ?? 0));
  }
}

/** Even a step whose frozen layers cost nothing trains the others. */
const MOST_SAVED = 0.95;

/**
 * The work that a finished run of the same arm did, in its seconds: freezes, cache and slow first steps are all in it. Within an epoch
 * it is spread as planned.
 */
export class TwinCourse implements Course {
  readonly #epochs: readonly EpochRecord[];
  readonly #run: Pick<RunRecord, 'steps' | 'stepsPerEpoch'>;
  readonly #planned: Course;

  /** `epochs` are all of that run's, which had as many steps as this one. */
  constructor(
    run: Pick<RunRecord, 'steps' | 'stepsPerEpoch'>,
    { epochs, planned }: { readonly epochs: readonly EpochRecord[]; readonly planned: Course },
  ) {
    this.#run = run;
    this.#epochs = epochs;
    this.#planned = planned;
  }

  workFrom(step: number): number {
    return this.#epochs.reduce((sum, epoch) => sum + this.#shareFrom(step, epoch) * epoch.seconds.training, 0);
  }

  #shareFrom(step: number, { epoch }: EpochRecord): number {
    const [start, end] = stepsOfEpoch(this.#run, epoch);
    if (step <= start) return 1;
    if (step >= end) return 0;
    const between = (from: number) => this.#planned.workFrom(from) - this.#planned.workFrom(end);
    return between(step) / between(start);
  }
}

/** The first step of an epoch, and the first one after it. */
export function stepsOfEpoch(
  { steps, stepsPerEpoch }: Pick<RunRecord, 'steps' | 'stepsPerEpoch'>,
  epoch: number,
): readonly [number, number] {
  return [(epoch - 1) * stepsPerEpoch, Math.min(steps, epoch * stepsPerEpoch)];
}

/** The number of epochs, with an equal-time baseline's last epoch, which is cut short. */
export function epochCount({ steps, stepsPerEpoch }: Pick<RunRecord, 'steps' | 'stepsPerEpoch'>): number {
  return Math.ceil(steps / stepsPerEpoch);
}

/** The planned freezes. A policy that decides while training is assumed to freeze nothing more. */
function freezesOf({ spec, layers, steps, stepsPerEpoch, freezes }: RunDetail): Freezes {
  if (policyNeeds(spec.policy).plans)
    return plannedSchedule(spec, { layerNames: layers.map(({ name }) => name), steps, stepsPerEpoch });
  const frozen = new Map(freezes.map(({ layer, step }) => [layer, step]));
  return lastingFreezes(layers.map((_, layer) => frozen.get(layer) ?? null));
}
