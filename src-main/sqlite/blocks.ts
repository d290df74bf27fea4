import type { LeftElsewhere, SentBlock, SentBlocks } from '#core/block/sent-block.ts';
import { AppError } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { type BlockCourse, blockCourseSchema } from '#core/machines/block-course.ts';
import type { RunInStudy } from '#core/ports.ts';
import { isOver, type RunStatus } from '#core/run.ts';
import { parse } from '#core/validation.ts';
import type { Connection } from './database.ts';
import { EqualTimeArms } from './equal-time.ts';
import { refuseUnlessWaiting } from './queue.ts';
import { RunLog } from './run-log.ts';
import { RunTable } from './runs.ts';
import type { Synchronous } from './synchronous.ts';
import { Transactions } from './transactions.ts';
import { UnreadableRows } from './unreadable-rows.ts';

interface BlockRow {
  readonly public_id: string;
  readonly machine: string;
  readonly folder: string;
  readonly submitted_at: number;
  /** JSON. */
  readonly course: string;
}

interface BlockWithRuns extends BlockRow {
  /** JSON lists. */
  readonly runs: string;
  readonly after: string;
}

/** A run of a block, as far as its end is concerned. */
interface RunOfBlock {
  readonly id: number;
  readonly public_id: string;
  readonly study_id: string | null;
  readonly status: RunStatus;
  readonly last_seq: number;
}

/** Which runs train elsewhere: tables blocks and block_runs. The contract is that of the port. */
export class SqliteBlocks implements Synchronous<SentBlocks> {
  readonly #transactions: Transactions;
  readonly #unreadable: UnreadableRows;
  readonly #now: () => number;
  readonly #runs: RunTable;
  readonly #log: RunLog;
  readonly #equalTime: EqualTimeArms;
  readonly #insert;
  readonly #send;
  readonly #wait;
  readonly #all;
  readonly #runsOf;
  readonly #waitingFor;
  readonly #course;
  readonly #delete;
  readonly #setCourse;
  readonly #leave;
  readonly #left;
  readonly #forget;

  constructor(database: Connection, now: () => number = Date.now) {
    this.#transactions = new Transactions(database);
    this.#unreadable = UnreadableRows.of(database);
    this.#now = now;
    this.#runs = new RunTable(database);
    this.#log = new RunLog(database, this.#runs);
    this.#equalTime = new EqualTimeArms(database);
    this.#insert = database.prepare<[BlockRow]>(`
      INSERT INTO blocks (public_id, machine, folder, submitted_at, course)
      VALUES (@public_id, @machine, @folder, @submitted_at, @course)`);
    this.#send = database.prepare<[number, number, number]>(
      'INSERT INTO block_runs (block_id, position, run_id) VALUES (?, ?, ?)',
    );
    this.#wait = database.prepare<[number, string]>(
      'INSERT INTO block_waits (block_id, after_id) SELECT ?, id FROM blocks WHERE public_id = ?',
    );
    this.#all = database.prepare<[], BlockWithRuns>(`
      SELECT public_id, machine, folder, submitted_at, course,
        (SELECT json_group_array(runs.public_id ORDER BY position)
          FROM block_runs JOIN runs ON runs.id = run_id WHERE block_id = blocks.id) AS runs,
        (SELECT json_group_array(awaited.public_id ORDER BY awaited.id)
          FROM block_waits JOIN blocks AS awaited ON awaited.id = after_id WHERE block_id = blocks.id) AS after
      FROM blocks ORDER BY id`);
    this.#runsOf = database.prepare<[string], RunOfBlock>(`
      SELECT runs.id, runs.public_id, studies.public_id AS study_id, status, last_seq
      FROM blocks JOIN block_runs ON block_id = blocks.id JOIN runs ON runs.id = run_id
      LEFT JOIN arms ON arms.id = arm_id LEFT JOIN studies ON studies.id = study_id
      WHERE blocks.public_id = ? ORDER BY block_runs.position`);
    this.#waitingFor = database
      .prepare<[string], string>(`
      SELECT own.public_id FROM blocks AS own JOIN block_waits ON block_id = own.id JOIN blocks AS awaited ON awaited.id = after_id
      WHERE awaited.public_id = ? ORDER BY own.id`)
      .pluck();
    this.#course = database.prepare<[string], string>('SELECT course FROM blocks WHERE public_id = ?').pluck();
    this.#delete = database.prepare<[string]>('DELETE FROM blocks WHERE public_id = ?');
    this.#setCourse = database.prepare<[string, string]>('UPDATE blocks SET course = ? WHERE public_id = ?');
    this.#leave = database.prepare<[string]>(`
      INSERT OR REPLACE INTO left_elsewhere (run_id, machine, block, folder)
      SELECT run_id, machine, public_id, folder FROM blocks JOIN block_runs ON block_id = blocks.id WHERE public_id = ?`);
    this.#left = database.prepare<[string], LeftElsewhere>(`
      SELECT public_id AS run, machine, block FROM left_elsewhere JOIN runs ON runs.id = run_id
      WHERE public_id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM block_runs WHERE run_id = runs.id)`);
    this.#forget = database.prepare<[number]>('DELETE FROM left_elsewhere WHERE run_id = ?');
  }

  sendBlocks(blocks: readonly SentBlock[]): void {
    this.#transactions.write(() => {
      for (const block of blocks) this.#sendOne(block);
    });
  }

  blocks(): readonly SentBlock[] {
    return this.#transactions.read(() =>
      this.#unreadable.readAll(this.#all.all(), ({ public_id }) => `Block ${public_id}`, toBlock),
    );
  }

  takeBlockBack(block: string, reason: string): void {
    this.#transactions.write(() => this.#takeBack(block, reason));
  }

  endCalibration(block: string, failure: string): readonly RunInStudy[] {
    return this.#transactions.write(() => {
      const course = this.#course.get(block);
      if (course === undefined) throw unknownBlock(block);
      const measured = Object.entries(toCourse(course).calibrates);
      for (const [run, saved] of measured)
        if (saved !== null) this.#equalTime.calibrate(this.#runs.find(run).id, saved);
      const waiting = this.#waitingFor.all(block);
      const runs = waiting.flatMap((one) => this.#runsOf.all(one));
      if (measured.some(([, saved]) => saved === null)) for (const one of waiting) this.#takeBack(one, failure);
      this.#delete.run(block);
      return runs.map(({ public_id: id, study_id: studyId }) => ({ id, studyId }));
    });
  }

  noteCourse(block: string, course: BlockCourse): void {
    this.#transactions.write(() => {
      if (this.#setCourse.run(JSON.stringify(course), block).changes === 0) throw unknownBlock(block);
    });
  }

  leftElsewhere(runs: readonly string[]): readonly LeftElsewhere[] {
    return this.#transactions.read(() => this.#left.all(JSON.stringify(runs)));
  }

  forgetElsewhere(run: string): void {
    this.#transactions.write(() => void this.#forget.run(this.#runs.find(run).id));
  }

  #sendOne({ id, machine, folder, submittedAt, runs, after, course }: SentBlock): void {
    const rows = runs.map((run) => this.#runs.find(run));
    for (const row of rows) refuseUnlessWaiting(row, `sent to ${machine}`);
    const row = { public_id: id, machine, folder, submitted_at: submittedAt, course: JSON.stringify(course) };
    const key = Number(this.#insert.run(row).lastInsertRowid);
    rows.forEach((run, index) => {
      this.#send.run(key, index + 1, run.id);
    });
    for (const awaited of after) this.#wait.run(key, awaited);
  }

  #takeBack(block: string, reason: string): void {
    for (const run of this.#runsOf.all(block)) if (!isOver(run.status)) this.#interrupt(run, reason);
    this.#leave.run(block);
    if (this.#delete.run(block).changes === 0) throw unknownBlock(block);
  }

  #interrupt({ id, public_id: runId, last_seq }: RunOfBlock, reason: string): void {
    const at = this.#now();
    // One that has reported nothing has no history to which an end could belong.
    if (last_seq === 0) this.#runs.setStatus({ id, status: 'interrupted', reason, at });
    else this.#log.apply([{ type: 'run.interrupted', seq: last_seq + 1, runId, at, step: null, reason }]);
  }
}

function toBlock({
  public_id: id,
  machine,
  folder,
  submitted_at: submittedAt,
  runs,
  after,
  course,
}: BlockWithRuns): SentBlock {
  return {
    ...{ id, machine, folder, submittedAt },
    runs: JSON.parse(runs) as string[],
    after: JSON.parse(after) as string[],
    course: toCourse(course),
  };
}

function toCourse(course: string): BlockCourse {
  return parse(blockCourseSchema, jsonOf(course), 'what is kept of it');
}

function unknownBlock(block: string): AppError {
  return new AppError('not-found', `There is no block ${block}.`);
}
