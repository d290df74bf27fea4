import { isDeepStrictEqual } from 'node:util';
import type { Answer, AnsweredStudy } from '#core/analysis/answer/answer.ts';
import { answerStudies } from '#core/analysis/answer/answer-studies.ts';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { AppError } from '#core/errors.ts';
import type { ArmAndSeed } from '#core/find-t0/search-run.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { Clock, NewRun, Store } from '#core/ports.ts';
import type { ArmRecord, RunRecord, StudyRecord, StudySummary } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { isResumable } from '#core/run.ts';
import type { ArmPlan, StudySpec } from '#core/study.ts';
import { armsOf, runSpecOf } from '#core/study.ts';
import { planArm } from '#core/training/study-planning.ts';
import type { Datasets } from './datasets.ts';
import type { EventHub } from './event-hub.ts';
import { newPublicId } from './identity.ts';
import type { RunQueue } from './queue.ts';
import type { Runs } from './runs.ts';

export interface StudiesPorts {
  readonly store: Store;
  readonly queue: RunQueue;
  readonly runs: Runs;
  readonly datasets: Datasets;
  readonly hub: EventHub;
  readonly clock: Clock;
}

export interface StudyAddition {
  readonly seeds: readonly number[];
  readonly policies: readonly Policy[];
}

/** Some runs of a study; `plans` are arms that it may not have yet. */
export interface ChosenRuns {
  readonly plans: readonly ArmPlan[];
  readonly places: readonly ArmAndSeed[];
}

/** Studies: their arms, seeds and runs, and their comparisons. */
export class Studies {
  readonly #ports: StudiesPorts;

  constructor(ports: StudiesPorts) {
    this.#ports = ports;
  }

  list(): Promise<readonly StudyRecord[]> {
    return this.#ports.store.studies();
  }

  show(study: string): Promise<StudyRecord> {
    return this.#ports.store.study(study);
  }

  /** Summaries of all studies for lists, newest first. */
  overview(): Promise<readonly StudySummary[]> {
    return this.#ports.store.overview();
  }

  /** Renames a study, and publishes its runs too, since they show its name. */
  async rename(study: string, name: string): Promise<StudyRecord> {
    const { id } = await this.#ports.store.study(study);
    await this.#ports.store.renameStudy(id, name);
    const renamed = await this.#ports.store.study(id);
    this.#ports.hub.publishChange('studies', [id]);
    this.#ports.hub.publishRuns(renamed.runs);
    return renamed;
  }

  /** Compares a study; `margin` is in points, by default the study's own. */
  async compare(study: string, margin?: number): Promise<Comparison> {
    const record = await this.#ports.store.study(study);
    return this.#ports.store.compare(margin === undefined ? record : { ...record, margin });
  }

  /** Compares the errors of each class; runs whose predictions were not counted are named and left out. */
  async classCosts(study: string): Promise<ClassCosts> {
    return this.#ports.store.classCosts(await this.#ports.store.study(study));
  }

  /** Answers the question of these studies, each of which counts once, however often it is named. */
  async answer(studies: readonly string[]): Promise<Answer> {
    const found = new Map<string, AnsweredStudy>();
    for (const reference of studies) {
      const study = await this.#ports.store.study(reference);
      if (!found.has(study.id)) found.set(study.id, { study, comparison: await this.#ports.store.compare(study) });
    }
    return answerStudies([...found.values()]);
  }

  /** Creates the study, or goes on with the one of that name if its base is the same, and queues the missing runs. */
  async start(spec: StudySpec): Promise<{ readonly studyId: string; readonly runIds: readonly string[] }> {
    const existing = (await this.#ports.store.studies()).find((study) => study.name === spec.name);
    if (existing === undefined) await this.create(spec);
    else await this.#checkSame(existing, spec);
    return this.extend(spec.name, { seeds: spec.seeds, policies: spec.arms });
  }

  /** Adds the seeds and policies that are new to the study, then queues every run that is missing or can go on. */
  async extend(
    study: string,
    addition: StudyAddition,
  ): Promise<{ readonly studyId: string; readonly runIds: readonly string[] }> {
    const record = await this.#ports.store.study(study);
    const arms = await this.#planArms(record.base, armsOf(addition.policies, record.equalTimeBaseline));
    await this.#ports.store.extendStudy(record.id, arms, addition.seeds);
    const extended = await this.#ports.store.study(record.id);
    return { studyId: record.id, runIds: await this.#queue(extended, allPlaces(extended)) };
  }

  /** Adds the arms and seeds of these runs where they are new, and queues only these runs. */
  async queueRuns(study: string, { plans, places }: ChosenRuns): Promise<readonly string[]> {
    const record = await this.#ports.store.study(study);
    const seeds = [...new Set(places.map((place) => place.seed))];
    await this.#ports.store.extendStudy(record.id, await this.#planArms(record.base, plans, record.runs), seeds);
    return this.#queue(await this.#ports.store.study(record.id), places);
  }

  /** Throws 'conflict' where another study has that name. */
  async create({ name, base, arms, seeds, equalTimeBaseline, margin }: StudySpec): Promise<StudyRecord> {
    const planned = await this.#planArms(base, armsOf(arms, equalTimeBaseline));
    const study = { id: newPublicId(), name, base, equalTimeBaseline, margin, createdAt: this.#ports.clock.now() };
    await this.#ports.store.createStudy(study, planned, seeds);
    return this.#ports.store.study(study.id);
  }

  async #checkSame(existing: StudyRecord, spec: StudySpec): Promise<void> {
    const fixed = ({ base, equalTimeBaseline, margin }: StudySpec | StudyRecord) => ({
      base,
      equalTimeBaseline,
      margin,
    });
    if (isDeepStrictEqual(fixed(existing), fixed(spec))) return;
    throw new AppError(
      'conflict',
      `A study named "${spec.name}" exists with another base or margin: give this one another name.`,
    );
  }

  /** `runs` are the study's existing ones, which may have measured the savings of a policy arm. */
  async #planArms(base: BaseSpec, plans: readonly ArmPlan[], runs: readonly RunRecord[] = []): Promise<ArmRecord[]> {
    const { content } = await this.#ports.datasets.locate(base.dataset);
    return plans.map((plan) => planArm(base, plan, content.info, measuredSaved(plan, runs)));
  }

  async #queue(study: StudyRecord, places: readonly ArmAndSeed[]): Promise<string[]> {
    const runIds = await this.#queueMissing(study, places);
    this.#ports.hub.publishChange('studies', [study.id]);
    this.#ports.hub.publishRuns(runIds.map((id) => ({ id, studyId: study.id })));
    this.#ports.queue.accept(runIds);
    return runIds;
  }

  async #queueMissing(study: StudyRecord, places: readonly ArmAndSeed[]): Promise<string[]> {
    const added: NewRun[] = [];
    const queue: string[] = [];
    for (const { arm: name, seed } of places) {
      const known = study.runs.filter((run) => run.arm === name && run.seed === seed && !run.deleted);
      const waiting = known.find((run) => run.status === 'queued' || isResumable(run.status));
      if (waiting !== undefined) queue.push(waiting.id);
      else if (known.every((run) => run.status === 'failed')) {
        const run = await this.#planRun(study, armNamed(name, study), seed);
        added.push(run);
        queue.push(run.id);
      }
    }
    await this.#ports.store.enqueue(added);
    await this.#requeue(study.runs.filter((run) => queue.includes(run.id)));
    return queue;
  }

  async #requeue(runs: readonly RunRecord[]): Promise<void> {
    for (const run of runs) {
      if (isResumable(run.status)) await this.#ports.store.setStatus(run.id, 'queued', null);
    }
  }

  #planRun(study: StudyRecord, arm: ArmRecord, seed: number): Promise<NewRun> {
    const steps = arm.role === 'equal-time' ? arm.steps : null;
    return this.#ports.runs.plan(runSpecOf(study.base, arm, { seed, steps }), { studyId: study.id, arm: arm.name });
  }
}

/** All runs seed by seed, the arms of a seed one after another, so that a drift of the machine meets all arms alike. */
function allPlaces({ seeds, arms }: StudyRecord): ArmAndSeed[] {
  return seeds.flatMap((seed) => arms.map(({ name }) => ({ arm: name, seed })));
}

function armNamed(name: string, study: StudyRecord): ArmRecord {
  const arm = study.arms.find((known) => known.name === name);
  if (arm === undefined) throw new AppError('not-found', `The study ${study.name} has no arm "${name}": add it first.`);
  return arm;
}

/** The saving that the policy arm's first run measured on this machine; null before that, and for other arms. */
function measuredSaved({ of }: ArmPlan, runs: readonly RunRecord[]): number | null {
  return runs.find((run) => run.arm === of && !run.imported && run.profileSaved !== null)?.profileSaved ?? null;
}
