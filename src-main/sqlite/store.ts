import { AppError } from '#core/errors.ts';
import type { ImportedRuns, RunOutcome, RunsToImport } from '#core/exchange/staged-file.ts';
import type { StoredSearch } from '#core/find/stored-search.ts';
import type { NewRun, NewStudy, RunFilter, RunInStudy, RunsChange, StudiesChange } from '#core/ports.ts';
import type { StoredQueue } from '#core/queue/queue.ts';
import type { ArmRecord, DatasetRecord, RunDetail, RunRecord, StudyRecord, WeightsRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { StoredEvent } from '#core/training/lost-events.ts';
import { interruptAbandoned } from './abandoned-runs.ts';
import { type Connection, openDatabase, optimize } from './database.ts';
import { DatasetTable } from './datasets.ts';
import { DerivedRows } from './derived-rows.ts';
import { MIGRATIONS, readMigrations } from './migrate.ts';
import { QueueTable } from './queue.ts';
import { ImportEnded, importSome, importStudies, RunImport, unfitRun } from './run-import.ts';
import { RunLog } from './run-log.ts';
import { RunMarks } from './run-marks.ts';
import { type RunRow, toRunRecord } from './run-row.ts';
import { RunTable } from './runs.ts';
import { SearchTable } from './searches.ts';
import { isUnfit, withAppErrors } from './sqlite-error.ts';
import { StagedLines, type StagedRun } from './staged-lines.ts';
import { type StudyHead, StudyTable } from './studies.ts';
import { StudiesWithRuns } from './studies-with-runs.ts';
import type { SyncStore } from './sync-store.ts';
import { Transactions } from './transactions.ts';
import { UnreadableRows } from './unreadable-rows.ts';
import { VerifiedRows } from './verified-rows.ts';
import { WeightsTable } from './weights.ts';

/** Owns a database; every method is one transaction. The port documents the methods. */
export class SqliteStore implements SyncStore {
  readonly #database: Connection;
  readonly #transactions: Transactions;
  readonly #now: () => number;
  readonly #studies: StudyTable;
  readonly #runs: RunTable;
  readonly #life: StudiesWithRuns;
  readonly #log: RunLog;
  readonly #queue: QueueTable;
  readonly #marks: RunMarks;
  readonly #datasets: DatasetTable;
  readonly #weights: WeightsTable;
  readonly #searches: SearchTable;
  readonly #unreadable: UnreadableRows;
  readonly #verified: VerifiedRows;

  constructor(database: Connection, now: () => number = Date.now) {
    this.#database = database;
    this.#transactions = new Transactions(database);
    this.#unreadable = UnreadableRows.of(database);
    this.#now = now;
    this.#studies = new StudyTable(database);
    this.#runs = new RunTable(database);
    this.#life = new StudiesWithRuns(this.#studies, this.#runs);
    this.#log = new RunLog(database, this.#runs);
    this.#queue = new QueueTable(database);
    this.#marks = new RunMarks(database);
    this.#datasets = new DatasetTable(database);
    this.#weights = new WeightsTable(database);
    this.#searches = new SearchTable(database);
    this.#verified = new VerifiedRows(database);
  }

  /** Opens the database, only for the owner of the home: runs that a dead owner left running become interrupted. */
  static open(path: string): SqliteStore {
    return SqliteStore.over(openDatabase(path));
  }

  static over(database: Connection): SqliteStore {
    const store = new SqliteStore(database);
    store.interruptAbandoned();
    return store;
  }

  createStudy(study: NewStudy, arms: readonly ArmRecord[], seeds: readonly number[]): void {
    this.#transactions.write(() => {
      this.#studies.insert(study);
      this.#studies.extend(study.id, arms, seeds);
    });
  }

  extendStudy(studyId: string, arms: readonly ArmRecord[], seeds: readonly number[]): void {
    this.#transactions.write(() => this.#studies.extend(studyId, arms, seeds));
  }

  study(idOrName: string): StudyRecord {
    return this.#transactions.read(() => {
      const head = this.#studies.find(idOrName);
      this.#verified.study(head.id, head.name);
      return this.#withRuns(head);
    });
  }

  studies(trash = false): readonly StudyRecord[] {
    return this.#transactions.read(() => this.#studies.all(trash).map((study) => this.#withRuns(study)));
  }

  renameStudy(studyId: string, name: string): void {
    this.#transactions.write(() => this.#studies.rename(studyId, name));
  }

  updateStudies(studies: readonly string[], change: StudiesChange): readonly string[] {
    return this.#transactions.write(() => studies.map((study) => this.#life.change(study, change)));
  }

  deleteStudy(studyId: string): void {
    this.#transactions.write(() => this.#life.delete(studyId, this.#now()));
  }

  restoreStudy(studyId: string, name: string): void {
    this.#transactions.write(() => this.#life.restore(studyId, name));
  }

  purgeStudy(studyId: string): void {
    this.#transactions.write(() => this.#life.purge(studyId));
    this.#giveSpaceBack();
  }

  searches(): readonly StoredSearch[] {
    return this.#transactions.read(() => this.#searches.all());
  }

  saveSearch(search: StoredSearch): void {
    this.#transactions.write(() => this.#searches.save(search, this.#now()));
  }

  enqueue(runs: readonly NewRun[]): void {
    this.#transactions.write(() => {
      for (const run of runs) {
        const key = this.#runs.insert(run, this.#armIdOf(run));
        this.#log.layers.insert(key, run.layers);
      }
    });
  }

  run(id: string): RunDetail {
    return this.#transactions.read(() => {
      const row = this.#runs.find(id);
      this.#verified.run(row);
      return { ...this.#toRecord(row), ...this.#log.rowsOf(row.id) };
    });
  }

  lastEvents(runId: string): readonly StoredEvent[] {
    return this.#transactions.read(() => this.#log.lastEvents(this.#runs.find(runId).id));
  }

  runs(filter: RunFilter): readonly RunRecord[] {
    return this.#transactions.read(() => this.#readable(this.#runs.list(filter)));
  }

  nextQueued(among: readonly string[]): RunRecord | null {
    return this.#transactions.read(() => {
      const row = this.#runs.nextQueued(among);
      return row === undefined ? null : this.#toRecord(row);
    });
  }

  setStatus(runId: string, status: RunStatus, reason: string | null): void {
    this.#transactions.write(() => {
      const { id } = this.#runs.findHere(runId);
      const at = this.#now();
      this.#runs.setStatus({ id, status, reason, at });
      if (status !== 'running') this.#log.segments.close(id, at, reason ?? `The run was ${status}.`);
    });
  }

  queue(): StoredQueue {
    return this.#transactions.read(() => this.#queue.all());
  }

  putBack(runId: string, events: readonly RunEvent[], reason: string): void {
    this.#transactions.write(() => {
      const { id } = this.#runs.findHere(runId);
      this.#log.apply(events);
      this.#runs.setStatus({ id, status: 'queued', reason, at: this.#now() });
      this.#queue.putFirst(id);
    });
  }

  moveInQueue(runId: string, place: number): void {
    this.#transactions.write(() => this.#queue.move(this.#runs.find(runId), place));
  }

  holdInQueue(runId: string, held: boolean): void {
    this.#transactions.write(() => this.#queue.hold(this.#runs.find(runId), held));
  }

  pauseQueue(paused: boolean): void {
    this.#transactions.write(() => this.#queue.pause(paused, this.#now()));
  }

  tryWriting(): void {
    this.#transactions.write(() => {
      const { isPaused } = this.#queue;
      this.#queue.pause(!isPaused, this.#now());
      this.#queue.pause(isPaused, this.#now());
    });
  }

  startAnew(runId: string, reason: string): void {
    this.#transactions.write(() => {
      const { id } = this.#runs.findHere(runId);
      this.#log.forgetCheckpoints(id);
      this.#runs.setStatus({ id, status: 'queued', reason, at: this.#now() });
    });
  }

  appendEvents(events: readonly RunEvent[]): void {
    this.#transactions.write(() => {
      this.#log.apply(events);
    });
  }

  importStudies(staging: string): readonly string[] {
    return this.#withStaged(staging, (staged) =>
      this.#transactions.write(() => importStudies(this.#studies, staged, this.#now())),
    );
  }

  importRuns({ staging, from, meter }: RunsToImport): ImportedRuns {
    return this.#withStaged(staging, (staged) => {
      const tables = { runs: this.#runs, log: this.#log, studies: this.#studies, armIdOf: this.#armIdOf.bind(this) };
      const runs = new RunImport(tables, staged, meter);
      return this.#transactions.write(() => importSome(staged, from, (run) => this.#takeRun(runs, run)));
    });
  }

  /** In a transaction of its own within the larger one, so that a run that does not fit takes no other with it. */
  #takeRun(runs: RunImport, run: StagedRun): RunOutcome | null {
    try {
      return this.#transactions.part(() => runs.take(run, this.#now()));
    } catch (error) {
      if (error instanceof ImportEnded) return null;
      if (!isUnfit(error)) throw error;
      return unfitRun(run.id, error);
    }
  }

  #withStaged<Answer>(staging: string, work: (staged: StagedLines) => Answer): Answer {
    return withAppErrors(staging, () => {
      const staged = StagedLines.open(staging);
      try {
        return work(staged);
      } finally {
        staged.close();
      }
    });
  }

  events(runId: string): readonly RunEvent[] {
    return this.#transactions.read(() => {
      const row = this.#runs.find(runId);
      this.#verified.run(row);
      return [...this.#log.events(row.id, row.public_id)];
    });
  }

  updateRuns(runIds: readonly string[], change: RunsChange): readonly RunInStudy[] {
    return this.#transactions.write(() =>
      runIds.map((runId) => {
        const { id, public_id, study_public_id } = this.#runs.find(runId);
        this.#marks.change(id, change);
        return { id: public_id, studyId: study_public_id };
      }),
    );
  }

  recount(runId: string): boolean {
    return this.#transactions.write(() => {
      const derived = new DerivedRows(this.#database, readMigrations(MIGRATIONS));
      try {
        return derived.mend(this.#runs.find(runId));
      } finally {
        derived.close();
      }
    });
  }

  setDeleted(runId: string, deleted: boolean): void {
    this.#transactions.write(() => this.#runs.setDeleted(this.#runs.findHere(runId), deleted ? this.#now() : null));
  }

  purge(runId: string): void {
    this.#transactions.write(() => this.#runs.delete(this.#runs.find(runId)));
    this.#giveSpaceBack();
  }

  #giveSpaceBack(): void {
    withAppErrors(this.#database.name, () => {
      this.#database.pragma('incremental_vacuum');
      this.#foldLog();
    });
  }

  /** Folds the log unless a reader is half-way through a query: training must not wait for it, and a later commit folds the log. */
  #foldLog(): void {
    const patience = this.#database.pragma('busy_timeout', { simple: true });
    this.#database.pragma('busy_timeout = 0');
    try {
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      this.#database.pragma(`busy_timeout = ${patience}`);
    }
  }

  unreadableRows(): readonly string[] {
    return this.#unreadable.sentences;
  }

  saveDataset(dataset: DatasetRecord): void {
    this.#transactions.write(() => this.#datasets.save(dataset));
  }

  datasets(): readonly DatasetRecord[] {
    return this.#transactions.read(() => this.#datasets.all());
  }

  removeDataset(name: string): void {
    this.#transactions.write(() => this.#datasets.remove(name));
  }

  saveWeights(weights: WeightsRecord): void {
    this.#transactions.write(() => this.#weights.save(weights));
  }

  weights(): readonly WeightsRecord[] {
    return this.#transactions.read(() => this.#weights.all());
  }

  removeWeights(name: string): void {
    this.#transactions.write(() => this.#weights.remove(name));
  }

  needsWeights(sha256: string): boolean {
    return this.#transactions.read(() => this.#weights.isNeeded(sha256));
  }

  lastResultAt(): number | null {
    return this.#transactions.read(() => this.#runs.lastResultAt());
  }

  /** Folds the log into the file as far as other connections let it. */
  settle(): void {
    withAppErrors(this.#database.name, () => {
      optimize(this.#database);
      this.#foldLog();
    });
  }

  /** Closes the connection; the last one to close folds what is left of the log into the file and removes it. */
  close(): void {
    withAppErrors(this.#database.name, () => this.#database.close());
  }

  /** Adds an event to each such run, at the time of its last one, so that its log tells what happened. */
  interruptAbandoned(): void {
    this.#transactions.write(() => interruptAbandoned({ runs: this.#runs, log: this.#log }, this.#now));
  }

  #armIdOf({ studyId, arm, id }: Pick<NewRun, 'studyId' | 'arm' | 'id'>): number | null {
    if (studyId === null && arm === null) return null;
    if (studyId !== null && arm !== null) return this.#studies.armId(studyId, arm);
    throw new AppError('bad-request', `The run ${id} names only a study or only an arm: name both, or neither.`);
  }

  #readable(rows: readonly RunRow[]): readonly RunRecord[] {
    return this.#unreadable.readAll(
      rows,
      ({ public_id }) => `Run ${public_id}`,
      (row) => this.#toRecord(row),
    );
  }

  #withRuns(study: StudyHead): StudyRecord {
    return { ...study, runs: this.#readable(this.#runs.list({ studyId: study.id, deleted: study.deleted })) };
  }

  #toRecord(row: RunRow): RunRecord {
    return toRunRecord(row, row.environment_id === null ? null : this.#log.environments.get(row.environment_id));
  }
}
