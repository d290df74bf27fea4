import { isDeepStrictEqual } from 'node:util';
import { onStudyInputs } from '#core/data/study-inputs.ts';
import { AppError, badRequest, messageOf } from '#core/errors.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { isUnderWay, searchProgress } from '#core/find/progress.ts';
import type { Round, SearchMove } from '#core/find/search.ts';
import { nextMove } from '#core/find/search.ts';
import { runsAt } from '#core/find/search-run.ts';
import type { SearchRequest, SearchSettings } from '#core/find/settings.ts';
import { policyAt, settingsOf } from '#core/find/settings.ts';
import type { StoredSearch } from '#core/find/stored-search.ts';
import type { Destination } from '#core/machines/destination.ts';
import { BASELINE } from '#core/policy/policy.ts';
import type { Store } from '#core/ports.ts';
import type { StudyRecord } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { armsOf } from '#core/study.ts';
import type { PlannedRun } from '#core/training/run-planning.ts';
import { planRun } from '#core/training/run-planning.ts';
import type { Datasets } from './datasets.ts';
import type { EventHub } from './event-hub.ts';
import type { Runs } from './runs.ts';
import type { ChosenRuns, Studies } from './studies.ts';
import { notDeleted } from './study-life.ts';

export interface SearchesPorts {
  readonly store: Store;
  readonly studies: Studies;
  readonly runs: Runs;
  readonly datasets: Datasets;
  readonly hub: EventHub;
}

export interface NewSearch {
  readonly name: string;
  readonly base?: BaseSpec | undefined;
  readonly search: SearchRequest;
  /** Where its runs train; here without it. */
  readonly on?: Destination | undefined;
}

/** What is different when a search goes on. */
export interface SearchChange {
  readonly budgetSeconds?: number | undefined;
  /** Where its runs train; where they did without it. */
  readonly on?: Destination | undefined;
}

/**
 * Searches over a parameter of a policy, each a study whose runs are queued round by round. The state of a search is entirely in the store: after the
 * last run of a round the next step is computed anew, so a search goes on wherever it was left.
 */
export class Searches {
  readonly #ports: SearchesPorts;
  /** Failures that nobody waited for, by study. */
  readonly #failures = new Map<string, string>();
  readonly #closing = new AbortController();
  #listening: Promise<void> | null = null;
  /** Decisions are made one at a time: two at once would queue the same run twice. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ports: SearchesPorts) {
    this.#ports = ports;
  }

  async list(): Promise<readonly SearchProgress[]> {
    const searches = await this.#ports.store.searches();
    return Promise.all(searches.map((search) => this.#progress(search)));
  }

  async show(study: string): Promise<SearchProgress> {
    const search = await this.#search(await this.#ports.store.study(study));
    if (search.isActive) await this.#inTurn(() => this.#goOn(search.studyId));
    return this.#progress(search);
  }

  async start({ name, base, search, on }: NewSearch): Promise<SearchProgress> {
    const known = await this.#known(name);
    const searched = known?.base ?? base;
    if (searched === undefined) throw noStudy(name);
    if (known !== undefined && base !== undefined) await this.#checkBase(known, base);
    const stored = (await this.#ports.store.searches()).find(({ studyId }) => studyId === known?.id);
    const seeds = stored?.settings.seeds ?? known?.seeds ?? [];
    const settings = settingsOf(search, { layerCount: await this.#layerCount(searched, known), seeds });
    if (known !== undefined && stored !== undefined) checkSettings(known, stored.settings, settings);
    const study = known ?? (await this.#create({ name, base: searched, margin: search.tolerance }, on ?? null));
    return this.#begin(study, settings, on ?? null);
  }

  async resume(study: string, { budgetSeconds, on }: SearchChange = {}): Promise<SearchProgress> {
    const record = await this.#ports.store.study(study);
    const { settings, destination } = await this.#search(record);
    const changed = { ...settings, budgetSeconds: budgetSeconds ?? settings.budgetSeconds };
    return this.#begin(record, changed, on ?? destination);
  }

  /** Stops a search. Waiting runs are paused first, so that none begins in between. */
  async stop(study: string): Promise<SearchProgress> {
    const record = await this.#ports.store.study(study);
    const stopped = { ...(await this.#search(record)), isActive: false };
    await this.#inTurn(() => this.#ports.store.saveSearch(stopped));
    const { runs } = await this.#ports.store.study(record.id);
    const waiting = runs.filter(({ status }) => status === 'queued');
    const others = runs.filter((run) => isUnderWay(run) && !waiting.includes(run));
    for (const { id } of [...waiting, ...others]) await this.#ports.runs.end(id, 'pause');
    this.#ports.hub.publishChange('studies', [record.id]);
    return this.#progress(stopped);
  }

  /** Resumes all searches that nobody stopped, for a program that keeps running. */
  async resumeAll(): Promise<void> {
    const active = (await this.#ports.store.searches()).filter((search) => search.isActive);
    if (active.length > 0) this.#listen();
    for (const { studyId } of active) await this.#goOnUnasked(studyId);
  }

  /** Makes no more decisions. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#listening;
    await this.#turn.catch(() => undefined);
  }

  async #begin(study: StudyRecord, settings: SearchSettings, destination: Destination | null): Promise<SearchProgress> {
    const search = { studyId: study.id, settings, isActive: true, destination };
    this.#failures.delete(study.id);
    this.#listen();
    await this.#inTurn(async () => {
      const move = nextMove(settings, onStudyInputs(await this.#ports.store.study(study.id)).runs);
      if ('train' in move) await this.#ports.studies.checkRuns(study.id, chosenRuns(move.train, search));
      await this.#ports.store.saveSearch(search);
      if ('train' in move) await this.#queue(search, move.train);
    });
    this.#ports.hub.publishChange('studies', [study.id]);
    return this.#progress(search);
  }

  /** Queues the next round once every run of the last one is done. A paused or failed run makes the search wait for somebody. */
  async #goOn(studyId: string): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const search = (await this.#ports.store.searches()).find((one) => one.studyId === studyId);
    if (search === undefined || !search.isActive) return;
    const { runs } = onStudyInputs(await this.#ports.store.study(studyId));
    if (runs.some(isUnderWay)) return;
    const move = nextMove(search.settings, runs);
    if ('train' in move && isFresh(move, runs)) await this.#queue(search, move.train);
  }

  async #queue(search: StoredSearch, round: Round): Promise<void> {
    await this.#ports.studies.queueRuns(search.studyId, chosenRuns(round, search));
  }

  /** Follows the changes of runs; those that come in during a decision wait in the stream. */
  #listen(): void {
    this.#listening ??= this.#follow(this.#ports.hub.followChanges(this.#closing.signal));
  }

  async #follow(changes: ReturnType<EventHub['followChanges']>): Promise<void> {
    try {
      for await (const { kind, ids } of changes) {
        if (kind === 'studies') for (const id of ids) await this.#goOnUnasked(id);
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    }
  }

  /** Decides without being asked: a failure is reported to whoever looks at the search next. */
  async #goOnUnasked(studyId: string): Promise<void> {
    try {
      await this.#inTurn(() => this.#goOn(studyId));
    } catch (error) {
      this.#failures.set(studyId, messageOf(error));
    }
  }

  #inTurn<T>(decide: () => Promise<T>): Promise<T> {
    const turn = this.#turn.catch(() => undefined).then(decide);
    this.#turn = turn;
    return turn;
  }

  async #progress({ studyId }: Pick<StoredSearch, 'studyId'>): Promise<SearchProgress> {
    const study = await this.#ports.store.study(studyId);
    const { settings, destination } = await this.#search(study);
    const progress = searchProgress(study, settings, destination?.machine);
    const failure = progress.state === 'waiting' ? this.#failures.get(studyId) : undefined;
    return failure === undefined ? progress : { ...progress, reason: failure };
  }

  async #search(study: StudyRecord): Promise<StoredSearch> {
    const search = (await this.#ports.store.searches()).find(({ studyId }) => studyId === study.id);
    if (search !== undefined) return search;
    notDeleted(study);
    throw new AppError('not-found', `The study "${study.name}" has no search: \`lab find\` begins one.`);
  }

  /** The study with this name or, as in every request, with this id. */
  async #known(reference: string): Promise<StudyRecord | undefined> {
    const studies = await this.#ports.store.studies();
    return studies.find(({ name }) => name === reference) ?? studies.find(({ id }) => id === reference);
  }

  /** Creates a study without arms, since candidates are added one by one. */
  #create(study: Pick<StudySpec, 'name' | 'base' | 'margin'>, destination: Destination | null): Promise<StudyRecord> {
    return this.#ports.studies.create({ ...study, arms: [], seeds: [], equalTimeBaseline: false }, destination);
  }

  /** Asks a run of the study where there is one, so that a search whose data are gone can still be read. */
  async #layerCount(base: BaseSpec, study: StudyRecord | undefined): Promise<number> {
    const known = study?.runs[0];
    if (known !== undefined) return known.layerCount;
    return (await this.#plannedBaseline(base.dataset))(base).layers.length;
  }

  /** Plans the baseline of a base on these images. */
  async #plannedBaseline(dataset: BaseSpec['dataset']): Promise<(base: BaseSpec) => PlannedRun> {
    const { content } = await this.#ports.datasets.locate(dataset);
    return (base) => planRun({ ...base, policy: BASELINE, seed: 1 }, content.info);
  }

  /** Compares bases with their counts filled in, since an imported study has them written in its own. */
  async #checkBase(study: StudyRecord, base: BaseSpec): Promise<void> {
    const planned = await this.#plannedBaseline(base.dataset);
    const resolved = (one: BaseSpec) => planned(one).spec;
    const asked = { ...base, split: base.split ?? study.base.split };
    if (isDeepStrictEqual(resolved(study.base), resolved(asked))) return;
    throw new AppError(
      'conflict',
      `A study named "${study.name}" exists with another base: give the search another name.`,
    );
  }
}

function chosenRuns({ value, purpose, places }: Round, { settings, destination }: StoredSearch): ChosenRuns {
  return { plans: armsOf([policyAt(value, settings)], purpose === 'equal-time'), places, destination };
}

/** Whether no run of the round was begun and left. */
function isFresh(move: Exclude<SearchMove, { readonly end: unknown }>, runs: StudyRecord['runs']): boolean {
  return move.train.places.every((place) => runsAt(place, runs).length === 0);
}

/** Refuses another tolerance or other candidates, which would look at the same runs again and spend the same error twice. */
function checkSettings(study: StudyRecord, stored: SearchSettings, wanted: SearchSettings): void {
  const same = { ...wanted, budgetSeconds: stored.budgetSeconds, looks: stored.looks };
  if (isDeepStrictEqual(stored, same)) return;
  throw new AppError(
    'conflict',
    `The study "${study.name}" has a search with another tolerance, policy or range: only its budget can be changed, so give this search another name.`,
  );
}

function noStudy(name: string): AppError {
  return badRequest(`There is no study "${name}" to search in: give a base, or the name of an existing study.`);
}
