import { median } from '#core/analysis/quantile.ts';
import type { EpochRecord, RunDetail } from '#core/records.ts';
import type { RunEvent, RunEventOf } from '#core/run-event.ts';
import type { Course } from './course.ts';
import { epochCount, PlannedCourse, stepsOfEpoch, TwinCourse } from './course.ts';
import { SteadyEstimate } from './steady-estimate.ts';

/** What the runs before it tell of a run. */
export interface Experience {
  /** All epochs of a finished run of the same arm with as many steps; null where there is none. */
  readonly twin: readonly EpochRecord[] | null;
  /** The pace of other runs of its network on its data; null where there are none. */
  readonly pace: TrainingPace | null;
}

/** How fast a machine trains a network. */
export interface TrainingPace {
  readonly secondsPerUnfrozenStep: number;
  /** Evaluation and checkpoint, on average. */
  readonly secondsBetweenEpochs: number;
}

/** What is known before the first step counts as much as this share of the run. */
const TRUST_IN_TWIN = 0.08;
const TRUST_IN_PROFILE = 0.04;
const TRUST_IN_OTHERS = 0.02;
/** After this share of the run, a measurement counts for a third of what it did: a machine may become slower for good. */
const MEMORY = 0.3;
/** Without anything known, so many sampled steps are waited for. */
const FEWEST_SAMPLES = 5;
/** An evaluated image costs its forward pass: a third of an unfrozen step's work. */
const FORWARD = 1 / 3;

/**
 * How long a run that trains will still take: what it is predicted to take, times how it went so far. The prediction comes from a run
 * of the same arm, from the step times of its own profile, or from the cost model; cache, evaluations and checkpoints are in it.
 */
export class RunForecast {
  readonly #run: RunDetail;
  readonly #planned: PlannedCourse;
  readonly #course: Course;
  readonly #all: number;
  readonly #estimate = new SteadyEstimate();
  /** Work that was measured, and its seconds; the prediction counts as a measurement. */
  #work = 0;
  #seconds = 0;
  /** Seconds of one unit of work by each sample since `#from`, the first step that is not counted above. */
  #samples: number[] = [];
  #from: number;
  /** The number of steps done, and of epochs. */
  #step: number;
  #epoch = 0;
  #between: Means | null;

  constructor(run: RunDetail, { twin, pace }: Experience) {
    this.#run = run;
    this.#planned = new PlannedCourse(run);
    this.#course = twin === null ? this.#planned : new TwinCourse(run, { epochs: twin, planned: this.#planned });
    this.#all = this.#course.workFrom(0);
    this.#between = twin === null ? null : meansOf(twin);
    if (twin !== null) this.#trust(1, TRUST_IN_TWIN);
    else if (run.profile !== null) this.#trustProfile(run.profile);
    else if (pace !== null) this.#trust(pace.secondsPerUnfrozenStep, TRUST_IN_OTHERS);
    if (pace !== null) this.#between ??= { evaluation: pace.secondsBetweenEpochs, checkpoint: 0 };
    this.#from = 0;
    this.#step = 0;
    for (const epoch of run.epochs) this.#addEpoch(epoch);
  }

  /** Takes an event of this run, in order; one that was applied before changes nothing. */
  apply(event: RunEvent): void {
    const isCause = this.#take(event);
    // The estimate runs down from the first step on: until then, steps are timed and the cache is planned.
    if (this.#samples.length === 0 && this.#step === this.#from && event.type !== 'epoch.finished') return;
    const seconds = this.#foretold();
    if (seconds !== null) this.#estimate.update(seconds, event.at, isCause);
  }

  /** Null where nothing tells it yet. `now` in milliseconds since 1970. */
  secondsLeft(now: number): number | null {
    return this.#estimate.at(now) ?? this.#foretold();
  }

  /** The pace of unfrozen steps, for runs of this network that wait; null before it is known. */
  get pace(): TrainingPace | null {
    const unit = this.#secondsPerUnit;
    if (unit === null) return null;
    const secondsPerUnfrozenStep = (unit * this.#all) / this.#planned.workFrom(0);
    return { secondsPerUnfrozenStep, secondsBetweenEpochs: this.#secondsBetween(unit) };
  }

  /** Whether the event is a cause for another estimate, beside what the steps tell. */
  #take(event: RunEvent): boolean {
    switch (event.type) {
      case 'step.sampled':
        this.#addSample(event);
        return false;
      case 'epoch.finished': {
        // The first evaluation tells what all of them take.
        const isFirst = this.#between === null;
        if (event.epoch > this.#epoch) this.#addEpoch(event);
        return isFirst;
      }
      case 'run.profiled':
        this.#planned.profiled(event);
        if (this.#course === this.#planned) this.#trustProfile(event);
        return true;
      case 'layer.frozen':
        this.#planned.froze(event);
        return this.#course === this.#planned;
      case 'prefix-cache.decided':
        this.#planned.cached(event, this.#secondsPerUnit ?? Number.POSITIVE_INFINITY);
        return this.#course === this.#planned;
      case 'run.resumed':
        if (event.step !== null) this.#goOnFrom(event.step);
        return true;
      default:
        return false;
    }
  }

  #addSample({ step, ms }: RunEventOf<'step.sampled'>): void {
    if (step < this.#step) return;
    const work = this.#course.workFrom(step) - this.#course.workFrom(step + 1);
    if (work > 0) this.#samples.push((ms.wait + ms.step + ms.other) / 1000 / work);
    this.#step = step + 1;
  }

  /** An epoch's time holds all of its steps: it replaces their samples. */
  #addEpoch({ epoch, seconds }: EpochRecord): void {
    const [start, end] = stepsOfEpoch(this.#run, epoch);
    const work = this.#course.workFrom(start) - this.#course.workFrom(end);
    const kept = this.#all > 0 ? Math.exp(-work / (MEMORY * this.#all)) : 0;
    this.#work = kept * this.#work + work;
    this.#seconds = kept * this.#seconds + seconds.training;
    this.#between = mixed(this.#between, seconds, epoch);
    this.#epoch = epoch;
    this.#goOnFrom(end);
  }

  #goOnFrom(step: number): void {
    [this.#from, this.#step, this.#samples] = [step, step, []];
  }

  #trustProfile({ unfrozen }: Pick<NonNullable<RunDetail['profile']>, 'unfrozen'>): void {
    if (this.#epoch === 0) this.#trust(unfrozen.stepMs.median / 1000, TRUST_IN_PROFILE);
  }

  #trust(secondsPerUnit: number, share: number): void {
    [this.#work, this.#seconds] = [share * this.#all, share * this.#all * secondsPerUnit];
  }

  /** Samples of the epoch that is open count less the fewer they are, and by their median: some steps take several times as long. */
  get #secondsPerUnit(): number | null {
    const count = this.#samples.length;
    if (this.#work === 0 && count < FEWEST_SAMPLES) return null;
    if (count === 0) return this.#seconds / this.#work;
    const open = this.#course.workFrom(this.#from) - this.#course.workFrom(this.#step);
    const counted = (open * count) / (count + FEWEST_SAMPLES);
    const work = this.#work + counted;
    return work > 0 ? (this.#seconds + counted * median(this.#samples)) / work : null;
  }

  #foretold(): number | null {
    const unit = this.#secondsPerUnit;
    if (unit === null) return null;
    const epochsLeft = epochCount(this.#run) - this.#epoch;
    return this.#course.workFrom(this.#step) * unit + epochsLeft * this.#secondsBetween(unit) + this.#lastTest(unit);
  }

  #secondsBetween(unit: number): number {
    if (this.#between === null) return this.#evaluationOf(this.#run.spec.validation, unit);
    return this.#between.evaluation + this.#between.checkpoint;
  }

  /** The test images are evaluated once, at the end. */
  #lastTest(unit: number): number {
    const { validation, test } = this.#run.spec;
    if (this.#between === null || validation === 0) return this.#evaluationOf(test, unit);
    return (this.#between.evaluation * test) / validation;
  }

  #evaluationOf(images: number, unit: number): number {
    const unfrozenStep = (unit * this.#all) / this.#planned.workFrom(0);
    return (FORWARD * images * unfrozenStep) / this.#run.spec.batchSize;
  }
}

/** Seconds after an epoch. */
interface Means {
  readonly evaluation: number;
  readonly checkpoint: number;
}

function meansOf(epochs: readonly EpochRecord[]): Means | null {
  return epochs.reduce<Means | null>((means, { seconds }, index) => mixed(means, seconds, index + 1), null);
}

/** The mean with a new value, which counts no less than the last ten. */
function mixed(means: Means | null, seconds: Means, count: number): Means {
  const share = means === null ? 1 : Math.max(0.1, 1 / (count + 1));
  const mean = (before: number | undefined, value: number) => (before ?? value) * (1 - share) + value * share;
  return {
    evaluation: mean(means?.evaluation, seconds.evaluation),
    checkpoint: mean(means?.checkpoint, seconds.checkpoint),
  };
}
