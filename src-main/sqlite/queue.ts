import type { Database } from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import type { QueuedRun, StoredQueue, StoredRun } from '#core/queue/queue.ts';
import { movedTo } from '#core/queue/reordering.ts';
import { nameOfRun } from '#core/run-name.ts';
import type { TrainingPace } from '#core/training/run-forecast.ts';
import type { RunRow } from './run-row.ts';
import { ELSEWHERE, WAITING } from './runs.ts';
import { storedSpec, UnreadableRows } from './unreadable-rows.ts';

interface QueueRow {
  readonly public_id: string;
  readonly study_public_id: string | null;
  readonly study_name: string | null;
  readonly arm_name: string | null;
  readonly spec: string;
  readonly seed: number;
  readonly status: QueuedRun['status'];
  readonly held: number;
  readonly epoch: number;
  readonly steps: number;
  readonly steps_per_epoch: number;
  readonly saved: number;
  readonly training_seconds: number;
  readonly other_seconds: number;
  readonly arm_id: number | null;
  readonly study_id: number | null;
}

/** What the finished runs of an arm took. */
interface FinishedArmRow {
  readonly arm_id: number;
  readonly study_id: number;
  readonly runs: number;
  readonly training_seconds: number;
  readonly other_seconds: number;
  readonly unfrozen_steps: number;
  readonly epochs: number;
}

interface Place {
  readonly id: number;
  readonly queue_number: number;
}

/** Above all numbers of the queue: two runs never share one, not even while they change places. */
const ASIDE = 2 ** 40;

/** The order of the runs that wait, what is held, and whether the queue is paused: table queue_pauses, and columns of table runs. */
export class QueueTable {
  readonly #all;
  readonly #finished;
  readonly #places;
  readonly #setNumber;
  readonly #setHeld;
  readonly #putFirst;
  readonly #isPaused;
  readonly #pause;
  readonly #resume;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    this.#all = database.prepare<[], QueueRow>(`
      SELECT runs.public_id, studies.public_id AS study_public_id, studies.name AS study_name, arms.name AS arm_name,
        spec, seed, status, held, epoch, runs.steps, steps_per_epoch,
        coalesce(saved_at_end, profiles.saved, runs.compute_saved) AS saved,
        training_seconds, evaluation_seconds + checkpoint_seconds AS other_seconds, arm_id, study_id
      FROM runs
      LEFT JOIN arms ON arms.id = arm_id
      LEFT JOIN studies ON studies.id = study_id
      LEFT JOIN profiles ON profiles.run_id = runs.id
      WHERE status IN ('queued', 'running') AND deleted_at IS NULL AND NOT imported AND NOT ${ELSEWHERE}
      ORDER BY status = 'queued', queue_number`);
    // Those of other machines tell nothing of this one.
    this.#finished = database.prepare<[], FinishedArmRow>(`
      SELECT arm_id, study_id, count(*) AS runs, sum(training_seconds) AS training_seconds,
        sum(evaluation_seconds + checkpoint_seconds) AS other_seconds, sum(epoch) AS epochs,
        sum((spec ->> '$.epochs') * steps_per_epoch * (1 - coalesce(saved_at_end, profiles.saved, runs.compute_saved)))
          AS unfrozen_steps
      FROM runs JOIN arms ON arms.id = arm_id LEFT JOIN profiles ON profiles.run_id = runs.id
      WHERE status = 'finished' AND deleted_at IS NULL AND NOT imported AND study_id IN (
        SELECT study_id FROM runs JOIN arms ON arms.id = arm_id WHERE status IN ('queued', 'running'))
      GROUP BY arm_id`);
    this.#places = database.prepare<[], Place>(
      `SELECT id, queue_number FROM runs WHERE ${WAITING} ORDER BY queue_number`,
    );
    this.#setNumber = database.prepare<[number, number]>('UPDATE runs SET queue_number = ? WHERE id = ?');
    this.#setHeld = database.prepare<[number, number]>('UPDATE runs SET held = ? WHERE id = ?');
    this.#putFirst = database.prepare<[number]>(`
      UPDATE runs SET queue_number = (SELECT coalesce(min(queue_number), 1) - 1 FROM runs) WHERE id = ?`);
    this.#isPaused = database.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM queue_pauses)').pluck();
    this.#pause = database.prepare<[number]>(
      'INSERT INTO queue_pauses (paused_at) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM queue_pauses)',
    );
    this.#resume = database.prepare<[]>('DELETE FROM queue_pauses');
  }

  get isPaused(): boolean {
    return this.#isPaused.get() === 1;
  }

  all(): StoredQueue {
    const rows = this.#all.all();
    const finished = rows.length === 0 ? [] : this.#finished.all();
    const runs = this.#unreadable.readAll(
      rows,
      ({ public_id }) => `Run ${public_id}`,
      (row) => toStoredRun(row, finished),
    );
    return { paused: this.isPaused, runs };
  }

  /** Gives a waiting run this place, from 1; one behind the last counts as the last. Throws 'conflict' for any other run. */
  move(row: RunRow, place: number): void {
    refuseUnlessWaiting(row, 'moved');
    const places = this.#places.all();
    const ids = movedTo(
      places.map(({ id }) => id),
      row.id,
      place,
    );
    const changed = ids.flatMap((id, index) => {
      const { id: before, queue_number } = places[index];
      return before === id ? [] : [{ id, queue_number }];
    });
    for (const [index, { id }] of changed.entries()) this.#setNumber.run(ASIDE + index, id);
    for (const { id, queue_number } of changed) this.#setNumber.run(queue_number, id);
  }

  /** Throws 'conflict' for a run that does not wait. */
  hold(row: RunRow, held: boolean): void {
    refuseUnlessWaiting(row, held ? 'held' : 'released');
    this.#setHeld.run(Number(held), row.id);
  }

  /** Puts a waiting run before all others. */
  putFirst(id: number): void {
    this.#putFirst.run(id);
  }

  pause(paused: boolean, at: number): void {
    if (paused) this.#pause.run(at);
    else this.#resume.run();
  }
}

/** Throws 'conflict' for a run that is not in the queue of this machine; `what` says what cannot be done with it. */
export function refuseUnlessWaiting({ public_id: id, status, deleted_at, block_id }: RunRow, what: string): void {
  if (status === 'queued' && deleted_at === null && block_id === null) return;
  const state = deleted_at !== null ? 'in the trash' : block_id === null ? status : 'with another machine';
  throw new AppError('conflict', `Run ${id} is ${state}: only a run that waits in the queue can be ${what}.`);
}

function toStoredRun(row: QueueRow, finished: readonly FinishedArmRow[]): StoredRun {
  const { epoch, steps, steps_per_epoch, saved, training_seconds, other_seconds } = row;
  const spec = storedSpec(row.spec);
  const epochs = Math.ceil(steps / steps_per_epoch);
  const share = epochs === 0 ? 0 : Math.max(0, epochs - epoch) / epochs;
  // The saving counts against `epochs` whole epochs.
  const unfrozen_steps = spec.epochs * steps_per_epoch * (1 - saved);
  const own = { training_seconds, other_seconds, unfrozen_steps: unfrozen_steps * (1 - share), epochs: epoch };
  const arm = finished.find(({ arm_id }) => arm_id === row.arm_id);
  return {
    id: row.public_id,
    studyId: row.study_public_id,
    studyName: row.study_name,
    name: nameOfRun(row.arm_name, spec),
    ...{ seed: row.seed, status: row.status, held: row.held === 1, epoch, epochs },
    left: { unfrozenSteps: unfrozen_steps * share, epochs: epochs - epoch, share },
    recorded: {
      armSeconds: arm === undefined ? null : (arm.training_seconds + arm.other_seconds) / arm.runs,
      pace: paceOf([own]) ?? paceOf(finished.filter(({ study_id }) => study_id === row.study_id)),
    },
  };
}

/** Null where no epoch was trained. */
function paceOf(trained: readonly Omit<FinishedArmRow, 'arm_id' | 'study_id' | 'runs'>[]): TrainingPace | null {
  const sum = (of: (one: (typeof trained)[number]) => number) => trained.reduce((total, one) => total + of(one), 0);
  const [steps, epochs] = [sum((one) => one.unfrozen_steps), sum((one) => one.epochs)];
  if (!(steps > 0) || epochs === 0) return null;
  return {
    secondsPerUnfrozenStep: sum((one) => one.training_seconds) / steps,
    secondsBetweenEpochs: sum((one) => one.other_seconds) / epochs,
  };
}
