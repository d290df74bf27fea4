import { isDeepStrictEqual } from 'node:util';
import type { Answer, AnsweredStudy } from '#core/analysis/answer/answer.ts';
import { answerStudies } from '#core/analysis/answer/answer-studies.ts';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { type RunData, runDataOf, shortHash } from '#core/data/run-data.ts';
import { FIRST_RULE } from '#core/data/split.ts';
import { isOnInputs, type StudyInputs, studyInputsOf } from '#core/data/study-inputs.ts';
import { AppError } from '#core/errors.ts';
import type { ArmAndSeed } from '#core/find/search-run.ts';
import type { Destination } from '#core/machines/destination.ts';
import { BASELINE, isSamePolicy, type Policy } from '#core/policy/policy.ts';
import type { Clock, NewRun, RunPreflight, Store } from '#core/ports.ts';
import type { ArmRecord, RunRecord, StudyRecord, StudySummary } from '#core/records.ts';
import type { BaseSpec, RunSpec } from '#core/run.ts';
import { isFinal, isResumable } from '#core/run.ts';
import type { ArmPlan, StudySpec } from '#core/study.ts';
import { armsOf, checkStudySize, equalTimeName, runSpecOf } from '#core/study.ts';
import { planArm } from '#core/training/study-planning.ts';
import { type Datasets, datasetWords, type LocatedDataset } from './datasets.ts';
import type { EventHub } from './event-hub.ts';
import { newPublicId } from './identity.ts';
import type { RunQueue } from './queue.ts';
import type { RemoteQueue } from './remote-queue.ts';
import type { Resumption } from './resumption.ts';
import type { RunFiles, Runs } from './runs.ts';
import { notDeleted } from './study-life.ts';
import type { Weights } from './weights.ts';

export interface StudiesPorts {
  readonly store: Store;
  readonly queue: RunQueue;
  readonly remote: RemoteQueue;
  readonly runs: Runs;
  readonly datasets: Datasets;
  readonly weights: Weights;
  readonly hub: EventHub;
  readonly clock: Clock;
  readonly preflight: RunPreflight;
  readonly resumption: Resumption;
}

export interface StudyAddition {
  readonly seeds: readonly number[];
  readonly policies: readonly Policy[];
  /** Where its runs train; here without it. */
  readonly destination?: Destination | null;
}

/** Some runs of a study; `plans` are arms that it may not have yet. */
export interface ChosenRuns {
  readonly plans: readonly ArmPlan[];
  readonly places: readonly ArmAndSeed[];
  readonly destination: Destination | null;
}

/** What a study is asked to add; `places` are the runs to queue, null for all. */
interface Addition {
  readonly plans: readonly ArmPlan[];
  readonly seeds: readonly number[];
  readonly places: readonly ArmAndSeed[] | null;
  readonly destination: Destination | null;
}

/** A place of the study, and the run that goes on there; null for a new one. */
interface ChosenRun {
  readonly place: ArmAndSeed;
  readonly run: RunRecord | null;
}

interface CheckedAddition {
  readonly studyId: string;
  readonly arms: readonly ArmRecord[];
  readonly seeds: readonly number[];
  readonly chosen: readonly ChosenRun[];
  readonly files: RunFiles;
  readonly destination: Destination | null;
}

/** Studies: their arms, seeds and runs, and their comparisons. */
export class Studies {
  readonly #ports: StudiesPorts;

  constructor(ports: StudiesPorts) {
    this.#ports = ports;
  }

  /** Every study with its runs, or those in the trash. */
  list(trash = false): Promise<readonly StudyRecord[]> {
    return this.#ports.store.studies(trash);
  }

  show(study: string): Promise<StudyRecord> {
    return this.#ports.store.study(study);
  }

  /** Summaries of all studies for lists, or of those in the trash, newest first. */
  overview(trash = false): Promise<readonly StudySummary[]> {
    return this.#ports.store.overview(trash);
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
  async start(
    spec: StudySpec,
    destination: Destination | null = null,
  ): Promise<{ readonly studyId: string; readonly runIds: readonly string[] }> {
    const datasets = this.#ports.datasets.forOneRequest();
    const existing = (await this.#ports.store.studies()).find((study) => study.name === spec.name);
    if (existing === undefined) await this.create(spec, destination, datasets);
    else await this.#checkSame(existing, spec);
    return this.extend(spec.name, { seeds: spec.seeds, policies: spec.arms, destination }, datasets);
  }

  /**
   * Adds the seeds and policies that are new to the study, then queues every run that is missing or can go on. Throws before
   * anything is written where a run would be refused: 'conflict' where the data are no longer the study's.
   */
  async extend(
    study: string,
    { seeds, policies, destination = null }: StudyAddition,
    datasets = this.#ports.datasets.forOneRequest(),
  ): Promise<{ readonly studyId: string; readonly runIds: readonly string[] }> {
    const record = notDeleted(await this.#ports.store.study(study));
    const plans = armsOf(policies, record.equalTimeBaseline);
    return {
      studyId: record.id,
      runIds: await this.#train(await this.#checked(record, { plans, seeds, places: null, destination }, datasets)),
    };
  }

  /** Adds the arms and seeds of these runs where they are new, and queues only these runs. Throws what `extend` throws. */
  async queueRuns(study: string, chosen: ChosenRuns): Promise<readonly string[]> {
    return this.#train(await this.#checkedRuns(study, chosen));
  }

  /** Throws what `queueRuns` would throw, and changes nothing. */
  async checkRuns(study: string, chosen: ChosenRuns): Promise<void> {
    await this.#checkedRuns(study, chosen);
  }

  /** Throws 'conflict' where another study has that name, and, before anything is written, what the place refuses where its runs are to train. */
  async create(
    spec: StudySpec,
    destination: Destination | null = null,
    datasets = this.#ports.datasets,
  ): Promise<StudyRecord> {
    const { name, base, arms, seeds, equalTimeBaseline, margin } = spec;
    const { parts, ...dataset } = await datasets.parts(base);
    const { info } = dataset.content;
    // Seeds that are added later get the same images, whatever a later version of the program would decide.
    const decided = { ...base, split: parts.split };
    const weights = await this.#ports.weights.locate(base.weights);
    await this.#ports.preflight.check(sampleSpec(decided), info, weights?.content.stored ?? null);
    const planned = planArms(decided, armsOf(arms, equalTimeBaseline), { images: info, runs: [] });
    checkStudySize(planned.length, seeds.length);
    await this.#checkPlace(destination, decided, { dataset, weights });
    const createdAt = this.#ports.clock.now();
    const study = { id: newPublicId(), name, base: decided, equalTimeBaseline, margin, createdAt };
    await this.#ports.store.createStudy(study, planned, seeds);
    return this.#ports.store.study(study.id);
  }

  async #checkSame(existing: StudyRecord, spec: StudySpec): Promise<void> {
    const fixed = ({ base, equalTimeBaseline, margin }: StudySpec | StudyRecord) => ({
      base,
      equalTimeBaseline,
      margin,
    });
    const base = { ...spec.base, split: spec.base.split ?? existing.base.split };
    if (isDeepStrictEqual(fixed(existing), fixed({ ...spec, base }))) return;
    throw new AppError(
      'conflict',
      `A study named "${spec.name}" exists with another base or margin: give this one another name.`,
    );
  }

  async #checkedRuns(study: string, { plans, places, destination }: ChosenRuns): Promise<CheckedAddition> {
    const record = notDeleted(await this.#ports.store.study(study));
    const seeds = [...new Set(places.map((place) => place.seed))];
    return this.#checked(record, { plans, seeds, places, destination }, this.#ports.datasets.forOneRequest());
  }

  /** Chooses what to queue and checks it. Nothing is written yet, so that a refusal changes nothing. */
  async #checked(
    record: StudyRecord,
    { plans, seeds, places, destination }: Addition,
    datasets: Datasets,
  ): Promise<CheckedAddition> {
    const kept = keptNames(plans, record);
    const inputs = studyInputsOf(record);
    const dataset = await datasets.locateStudy(record.base.dataset, inputs.data);
    const arms = planArms(record.base, kept, { images: dataset.content.info, runs: record.runs });
    const extended = withAdditions(record, arms, seeds);
    checkStudySize(extended.arms.length, extended.seeds.length);
    const chosen = chooseRuns(extended, places ?? allPlaces(extended), inputs);
    const isNew = chosen.some(({ run }) => run === null);
    if (isNew) checkStudyData(record, inputs.data, dataset);
    const files = { dataset, weights: isNew ? await this.#checkedWeights(record, inputs.weights, dataset) : null };
    await this.#ports.resumption.checkAll(
      // What is elsewhere is only followed.
      chosen.flatMap(({ run }) => (run === null || isThere(run) ? [] : [run.id])),
      datasets,
    );
    if (isNew) await this.#checkPlace(destination, record.base, files);
    return { studyId: record.id, arms, seeds, chosen, files, destination };
  }

  /** Throws what the place where new runs are to train refuses: this machine, or another, by the first of them. */
  async #checkPlace(destination: Destination | null, base: BaseSpec, files: RunFiles): Promise<void> {
    if (destination === null) this.#ports.preflight.checkPrecision(base);
    else await this.#ports.remote.check(destination, [this.#ports.runs.plan(sampleSpec(base), files, null)]);
  }

  /** The weights with which new runs begin, as all others of the study did. */
  async #checkedWeights(
    { base }: StudyRecord,
    needed: StudyInputs['weights'],
    { content }: LocatedDataset,
  ): Promise<RunFiles['weights']> {
    const weights = await this.#ports.weights.locateAgain(base.weights, needed);
    await this.#ports.preflight.check(sampleSpec(base), content.info, weights?.content.stored ?? null);
    return weights;
  }

  async #train({ studyId, arms, seeds, chosen, files, destination }: CheckedAddition): Promise<string[]> {
    await this.#ports.store.extendStudy(studyId, arms, seeds);
    const study = await this.#ports.store.study(studyId);
    const runIds = await this.#queue(study, chosen, files);
    this.#ports.hub.publishChange('studies', [studyId]);
    this.#ports.hub.publishRuns(runIds.map((id) => ({ id, studyId })));
    this.#ports.queue.accept(await this.#ports.remote.dispatch(runIds, destination));
    return runIds;
  }

  async #queue(study: StudyRecord, chosen: readonly ChosenRun[], files: RunFiles): Promise<string[]> {
    const added: NewRun[] = [];
    const plan = this.#ports.runs.planner(files);
    const runIds = chosen.map(({ run, place }) => {
      if (run !== null) return run.id;
      const planned = plan(specAt(study, place), { studyId: study.id, arm: place.arm });
      added.push(planned);
      return planned.id;
    });
    await this.#ports.store.enqueue(added);
    for (const { run } of chosen) {
      if (run !== null && !isThere(run) && isResumable(run.status))
        await this.#ports.store.setStatus(run.id, 'queued', null);
    }
    return runIds;
  }
}

/** A run of the baseline, which needs of the machine what all runs of the study need. */
function sampleSpec(base: BaseSpec): RunSpec {
  return runSpecOf(base, { policy: BASELINE }, { seed: 1, steps: null });
}

/** `runs` are the study's existing ones, which may have measured the savings of a policy arm. */
function planArms(
  base: BaseSpec,
  plans: readonly ArmPlan[],
  { images, runs }: { readonly images: DatasetInfo; readonly runs: readonly RunRecord[] },
): ArmRecord[] {
  return plans.map((plan) => planArm(base, plan, images, measuredSaved(plan, runs)));
}

/**
 * A policy that the study has already keeps its arm's name there: earlier versions called curves by their points. Throws 'conflict'
 * where a new policy is called as another one of the study.
 */
function keptNames(plans: readonly ArmPlan[], { name: study, arms }: StudyRecord): readonly ArmPlan[] {
  const known = arms.filter(({ role }) => role === 'policy');
  const names = new Map<string, string>();
  for (const { name, policy } of plans.filter(({ role }) => role === 'policy')) {
    const same = known.find((arm) => isSamePolicy(arm.policy, policy));
    if (same === undefined && arms.some((arm) => arm.name === name)) {
      throw new AppError('conflict', `"${study}" has another policy called "${name}": give this one another name.`);
    }
    names.set(name, same?.name ?? name);
  }
  return plans.map((plan) => {
    if (plan.of === null) return { ...plan, name: names.get(plan.name) ?? plan.name };
    const of = names.get(plan.of) ?? plan.of;
    return { ...plan, of, name: equalTimeName(of) };
  });
}

function withAdditions(study: StudyRecord, arms: readonly ArmRecord[], seeds: readonly number[]): StudyRecord {
  const added = arms.filter(({ name }) => study.arms.every((known) => known.name !== name));
  return { ...study, arms: [...study.arms, ...added], seeds: [...new Set([...study.seeds, ...seeds])] };
}

/** The runs to queue: at each place the one that waits, can go on or is elsewhere, or a new one where there is none. */
function chooseRuns({ runs }: StudyRecord, places: readonly ArmAndSeed[], inputs: StudyInputs): ChosenRun[] {
  return places.flatMap((place): ChosenRun[] => {
    const known = runs.filter(
      (run) => run.arm === place.arm && run.seed === place.seed && !run.deleted && isOnInputs(run, inputs),
    );
    const waiting = known.findLast((run) => !run.imported && isToFollow(run));
    if (known.some(({ status }) => isFinal(status))) return [];
    if (waiting !== undefined) return [{ place, run: waiting }];
    // An imported run that did not reach its end cannot go on here.
    return known.every((run) => run.imported && !isFinal(run.status)) ? [{ place, run: null }] : [];
  });
}

/** Whether it waits or can go on, here or elsewhere: what trains there is followed again once its host was away. */
function isToFollow(run: RunRecord): boolean {
  return run.status === 'queued' || isResumable(run.status) || isThere(run);
}

/** Whether another machine has the run, to train it or to go on with it by itself. */
function isThere({ elsewhere }: RunRecord): boolean {
  return elsewhere?.isThere ?? false;
}

/** New runs have to train on what the others of the study trained on. */
function checkStudyData({ name, base }: StudyRecord, data: RunData | null, { content }: LocatedDataset): void {
  const now = runDataOf(content.hashes, base.split ?? FIRST_RULE);
  if (data === null || now.sha256 === data.sha256) return;
  throw new AppError(
    'conflict',
    `The runs of "${name}" trained on images with the hash ${shortHash(data)}, but ${datasetWords(base.dataset)} now holds others (${shortHash(now)}): restore the files, or give the new runs to a study of another name.`,
  );
}

/** All runs seed by seed, the arms of a seed one after another, so that a drift of the machine meets all arms alike. */
function allPlaces({ seeds, arms }: StudyRecord): ArmAndSeed[] {
  return seeds.flatMap((seed) => arms.map(({ name }) => ({ arm: name, seed })));
}

function specAt(study: StudyRecord, { arm: name, seed }: ArmAndSeed): RunSpec {
  const arm = armNamed(name, study);
  return runSpecOf(study.base, arm, { seed, steps: arm.role === 'equal-time' ? arm.steps : null });
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
