import type { Database } from 'better-sqlite3';
import { AppError, badRequest } from '#core/errors.ts';
import type { NewRun, RunFilter } from '#core/ports.ts';
import type { RunStatus } from '#core/run.ts';
import { groupHash } from './group-hash.ts';
import { type DataColumns, type RunRow, SELECT_RUNS, type WeightsColumn } from './run-row.ts';

interface NewRow extends DataColumns, WeightsColumn {
  readonly public_id: string;
  readonly arm_id: number | null;
  readonly spec: string;
  readonly class_gaps: string | null;
  readonly group_hash: string;
  readonly seed: number;
  readonly steps: number;
  readonly steps_per_epoch: number;
  readonly layer_count: number;
  readonly compute_saved: number;
  readonly imported: number;
  readonly created_at: number;
}

interface StatusChange {
  readonly id: number;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly at: number;
}

interface StudyChange {
  /** The key of the study's row. */
  readonly study: number;
  readonly value: number;
}

interface ListFilter {
  readonly study: string | null;
  readonly statuses: string | null;
  readonly deleted: number;
}

/** Runs that another machine trains. */
export const ELSEWHERE = 'EXISTS (SELECT 1 FROM block_runs WHERE run_id = runs.id)';
/** Those whose block has gone out, or may any moment. */
export const SENT = `EXISTS (SELECT 1 FROM block_runs AS own WHERE own.run_id = runs.id
  AND NOT EXISTS (SELECT 1 FROM block_waits WHERE block_waits.block_id = own.block_id))`;
/** Runs that wait here: those in the trash, imported ones and those that train elsewhere are in no queue. */
export const WAITING = `status = 'queued' AND deleted_at IS NULL AND NOT imported AND NOT ${ELSEWHERE}`;
/** The place after the last run that waits. */
const NEXT_QUEUE_NUMBER = '(SELECT coalesce(max(queue_number), 0) + 1 FROM runs)';

/** The table runs: what a run is, and its place in the queue. */
export class RunTable {
  readonly #insert;
  readonly #byPrefix;
  readonly #list;
  readonly #nextQueued;
  readonly #lastResultAt;
  readonly #setStatus;
  readonly #setDeleted;
  readonly #inUse;
  readonly #deleteOfStudy;
  readonly #restoreOfStudy;
  readonly #archiveOfStudy;
  readonly #countOfStudy;
  readonly #delete;
  readonly #startAgain;
  readonly #endGhosts;

  constructor(database: Database) {
    this.#insert = database.prepare<[NewRow]>(`
      INSERT INTO runs (public_id, arm_id, spec, data_sha256, data_location, weights_sha256, class_gaps, group_hash, seed, steps, steps_per_epoch, layer_count, compute_saved,
        imported, created_at, status, queue_number)
      VALUES (@public_id, @arm_id, @spec, @data_sha256, @data_location, @weights_sha256, @class_gaps, @group_hash, @seed, @steps, @steps_per_epoch, @layer_count, @compute_saved,
        @imported, @created_at, 'queued', ${NEXT_QUEUE_NUMBER})`);
    // The range ends above every id that begins with the text; an exact match comes first.
    this.#byPrefix = database.prepare<[{ readonly text: string }], RunRow>(`
      ${SELECT_RUNS} WHERE runs.public_id >= @text AND runs.public_id < @text || char(0x10ffff)
      ORDER BY runs.public_id LIMIT 2`);
    this.#list = database.prepare<[ListFilter], RunRow>(`
      ${SELECT_RUNS} WHERE (@study IS NULL OR studies.public_id = @study)
        AND (@statuses IS NULL OR status IN (SELECT value FROM json_each(@statuses)))
        AND (deleted_at IS NOT NULL) = @deleted
      ORDER BY runs.id`);
    this.#nextQueued = database.prepare<[string], RunRow>(`
      ${SELECT_RUNS} WHERE ${WAITING} AND NOT held AND NOT EXISTS (SELECT 1 FROM queue_pauses)
        AND runs.public_id IN (SELECT value FROM json_each(?))
      ORDER BY queue_number LIMIT 1`);
    this.#lastResultAt = database
      .prepare<[], number | null>(`SELECT max(iif(imported, created_at, ended_at)) FROM runs WHERE status = 'finished'`)
      .pluck();
    this.#setStatus = database.prepare<[StatusChange]>(`
      UPDATE runs SET status = @status, reason = @reason,
        queue_number = CASE @status WHEN 'queued' THEN coalesce(queue_number, ${NEXT_QUEUE_NUMBER}) END,
        held = CASE @status WHEN 'queued' THEN held ELSE 0 END,
        ended_at = CASE WHEN @status IN ('queued', 'running') THEN NULL ELSE @at END
      WHERE id = @id`);
    this.#setDeleted = database.prepare<[number | null, number]>('UPDATE runs SET deleted_at = ? WHERE id = ?');
    const ofStudy = 'arm_id IN (SELECT id FROM arms WHERE study_id = @study)';
    this.#inUse = database.prepare<[StudyChange], RunRow>(`
      ${SELECT_RUNS} WHERE ${ofStudy} AND deleted_at IS NULL AND (locked OR status = 'running' OR ${ELSEWHERE})
      ORDER BY status = 'running' DESC LIMIT 1`);
    this.#deleteOfStudy = database.prepare<[StudyChange]>(
      `UPDATE runs SET deleted_at = @value WHERE ${ofStudy} AND deleted_at IS NULL`,
    );
    this.#restoreOfStudy = database.prepare<[StudyChange]>(
      `UPDATE runs SET deleted_at = NULL WHERE ${ofStudy} AND deleted_at = @value`,
    );
    this.#archiveOfStudy = database.prepare<[StudyChange]>(`UPDATE runs SET archived = @value WHERE ${ofStudy}`);
    this.#countOfStudy = database
      .prepare<[string], number>(`
      SELECT count(*) FROM runs JOIN arms ON arms.id = arm_id JOIN studies ON studies.id = study_id
      WHERE studies.public_id = ?`)
      .pluck();
    this.#startAgain = database.prepare<[number]>(`
      UPDATE runs SET epoch = 0, frozen_layers = 0, training_seconds = 0, evaluation_seconds = 0, checkpoint_seconds = 0,
        seconds_at = NULL, last_seq = 0, last_event_at = NULL, test_error = NULL, test_loss = NULL, nan_mask = 0,
        environment_id = NULL, other_load = NULL, throttled_seconds = NULL, thermal_throttles = NULL,
        frequency_mhz = NULL, started_at = NULL, ended_at = NULL
      WHERE id = ?`);
    this.#endGhosts = database.prepare<[string]>(`
      UPDATE runs SET status = 'interrupted', reason = ?, queue_number = NULL, ended_at = created_at
      WHERE imported AND status = 'queued'`);
    this.#delete = database.prepare<[number]>('DELETE FROM runs WHERE id = ?');
  }

  /** Inserts a run and returns the key of its row. Throws 'conflict' where the id is taken. */
  insert(run: NewRun, armId: number | null): number {
    if (this.findExact(run.id) !== undefined) {
      throw new AppError('conflict', `There is a run ${run.id} already: delete it for ever first, or use another id.`);
    }
    const { lastInsertRowid } = this.#insert.run({
      public_id: run.id,
      arm_id: armId,
      spec: JSON.stringify(run.spec),
      ...dataColumnsOf(run.data),
      weights_sha256: run.weights?.sha256 ?? null,
      class_gaps: run.classGaps === null ? null : JSON.stringify(run.classGaps),
      group_hash: groupHash(run.spec),
      seed: run.spec.seed,
      steps: run.steps,
      steps_per_epoch: run.stepsPerEpoch,
      layer_count: run.layers.length,
      compute_saved: run.computeSaved,
      imported: Number(run.imported),
      created_at: run.createdAt,
    });
    return Number(lastInsertRowid);
  }

  /** The run with exactly this public id. */
  findExact(id: string): RunRow | undefined {
    const row = this.#byPrefix.get({ text: id });
    return row?.public_id === id ? row : undefined;
  }

  /** Sets a run back to where it was before its first event. */
  startAgain(id: number): void {
    this.#startAgain.run(id);
  }

  /** The run with this public id, or the only one whose id begins with it. */
  find(idOrPrefix: string): RunRow {
    if (idOrPrefix === '') throw badRequest('Name a run by its id or the beginning of it.');
    const [first, second] = this.#byPrefix.all({ text: idOrPrefix });
    if (first === undefined) {
      throw new AppError(
        'not-found',
        `There is no run ${idOrPrefix}: the list of runs (\`lab runs list\`) shows the existing ones.`,
      );
    }
    if (second === undefined || first.public_id === idOrPrefix) return first;
    throw badRequest(`More than one run begins with ${idOrPrefix}: give more of the id.`);
  }

  /** The run, unless another machine trains it: then only its trainer says what becomes of it, and this throws 'conflict'. */
  findHere(idOrPrefix: string): RunRow {
    const row = this.find(idOrPrefix);
    if (row.block_id === null) return row;
    throw new AppError(
      'conflict',
      `Run ${row.public_id} trains elsewhere: what becomes of it is said there until it has ended.`,
    );
  }

  list({ studyId, statuses, deleted = false }: RunFilter): readonly RunRow[] {
    const wanted = statuses === undefined ? null : JSON.stringify(statuses);
    return this.#list.all({ study: studyId ?? null, statuses: wanted, deleted: Number(deleted) });
  }

  /** The queued run that is next: none where the queue is paused, and no held one. An imported run was trained elsewhere: it is never next, even where its events never came. */
  nextQueued(among: readonly string[]): RunRow | undefined {
    return this.#nextQueued.get(JSON.stringify(among));
  }

  lastResultAt(): number | null {
    return this.#lastResultAt.get() ?? null;
  }

  setStatus(change: StatusChange): void {
    this.#setStatus.run(change);
  }

  /** Ends imported runs that wait for events which a killed import did not bring; gives their number. */
  endGhosts(reason: string): number {
    return this.#endGhosts.run(reason).changes;
  }

  setDeleted(row: RunRow, deletedAt: number | null): void {
    if (deletedAt !== null) refuseWhereInUse(row);
    this.#setDeleted.run(deletedAt, row.id);
  }

  /** Moves the runs of a study into the trash at this moment, but those that are there already. */
  deleteOfStudy(study: number, at: number): void {
    const used = this.#inUse.get({ study, value: at });
    if (used !== undefined) refuseWhereInUse(used);
    this.#deleteOfStudy.run({ study, value: at });
  }

  /** Takes the runs of a study out of the trash that went there at this moment. */
  restoreOfStudy(study: number, deletedAt: number): void {
    this.#restoreOfStudy.run({ study, value: deletedAt });
  }

  archiveOfStudy(study: number, archived: boolean): void {
    this.#archiveOfStudy.run({ study, value: Number(archived) });
  }

  /** How many runs a study has, those in the trash among them. */
  countOfStudy(studyId: string): number {
    return this.#countOfStudy.get(studyId) ?? 0;
  }

  /** Deletes the run with its rows in all other tables. */
  delete(row: RunRow): void {
    refuseWhereInUse(row);
    this.#delete.run(row.id);
  }
}

function dataColumnsOf(data: NewRun['data']): DataColumns {
  const location = data?.location ?? null;
  return { data_sha256: data?.sha256 ?? null, data_location: location === null ? null : JSON.stringify(location) };
}

function refuseWhereInUse(row: RunRow): void {
  if (row.locked === 1) throw new AppError('conflict', `The run ${row.public_id} is locked: unlock it first.`);
  if (row.block_id !== null)
    throw new AppError('conflict', `The run ${row.public_id} trains elsewhere: stop it first.`);
  if (row.status === 'running') throw new AppError('conflict', `The run ${row.public_id} is running: stop it first.`);
}
