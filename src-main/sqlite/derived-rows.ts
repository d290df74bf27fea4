import Database from 'better-sqlite3';
import type { RunEvent } from '#core/run-event.ts';
import type { Connection } from './database.ts';
import type { Migration } from './migrate.ts';
import { quoted, summedTables } from './row-owner.ts';
import { RunLog } from './run-log.ts';
import type { RunRow } from './run-row.ts';
import { RunTable } from './runs.ts';

/** What is known of a run, on which it depends what its events decide. */
interface Known {
  readonly isFinished: boolean;
  /** Whether all of its events are there, none replaced by those that a resumed trainer repeated: freezes lie at moments between them. */
  readonly isUnbroken: boolean;
}

/** Columns that events decide, and for which runs; rows of other tables are found by their keys. */
interface Derived {
  readonly table: string;
  readonly keys: readonly string[];
  readonly columns: (known: Known) => readonly string[];
}

const SECONDS = ['training_seconds', 'evaluation_seconds', 'checkpoint_seconds'];
const STATISTICS = ['first', 'first_step', 'last', 'last_step', 'min', 'min_step', 'max', 'max_step', 'nan_mask'];

const DERIVED: readonly Derived[] = [
  {
    table: 'runs',
    keys: ['id'],
    // A run that began anew has forgotten the checkpoints that set its clock back.
    columns: ({ isFinished }) => [
      ...['epoch', 'frozen_layers', 'other_load', 'throttled_seconds', 'thermal_throttles', 'frequency_mhz'],
      ...(isFinished ? ['test_error', 'test_loss', 'nan_mask', 'compute_saved', ...SECONDS] : []),
    ],
  },
  { table: 'run_stats', keys: ['run_id', 'key_id'], columns: () => STATISTICS },
  ...(['freezes', 'unfreezes'] as const).map((table) => ({
    table,
    keys: ['run_id', 'layer'],
    columns: ({ isUnbroken }: Known) => ['planned_step', ...(isUnbroken ? ['active_seconds'] : [])],
  })),
  {
    table: 'profiles',
    keys: ['run_id'],
    columns: ({ isFinished }) => (isFinished ? ['saved_at_end'] : []),
  },
  {
    table: 'predictions',
    keys: ['run_id', 'split'],
    columns: () => ['classes', 'images', 'errors', 'balanced_accuracy', 'top_five_errors'],
  },
];

type Row = Record<string, unknown>;

/** The table with the ids of series. */
const KEYS = 'metric_keys';

/**
 * Compares what lists and comparisons show of runs (summaries, statistics, the places of freezes) with the events that it comes from, by
 * applying a run's events again, to a database in memory. Sampled steps decide nothing of it, and are left out.
 */
export class DerivedRows {
  readonly #database: Connection;
  readonly #events: RunLog;
  readonly #again: Connection;
  readonly #log: RunLog;
  readonly #runs: RunTable;
  readonly #steps;
  /** Empty the tables of the database in memory but that of the keys, which are the same for all runs. */
  readonly #clear;

  constructor(database: Connection, shipped: readonly Migration[]) {
    this.#database = database;
    this.#events = new RunLog(database, new RunTable(database));
    this.#steps = database.prepare<[number], number>('SELECT count(*) FROM steps WHERE run_id = ?').pluck();
    this.#again = new Database(':memory:');
    for (const { sql } of shipped) this.#again.exec(sql);
    // Only the rows of one run are here, without those that they belong to.
    this.#again.pragma('foreign_keys = OFF');
    this.#runs = new RunTable(this.#again);
    this.#log = new RunLog(this.#again, this.#runs);
    this.#again.exec(`DELETE FROM ${KEYS}`);
    insertRows(this.#again, KEYS, database.prepare<[], Row>(`SELECT * FROM ${KEYS}`).all());
    this.#clear = summedTables(this.#again)
      .filter(({ name }) => name !== KEYS)
      .map(({ name }) => this.#again.prepare(`DELETE FROM ${quoted(name)}`));
  }

  /** Whether what is derived is what the events give. A run that trains is not looked at. */
  isRight(run: RunRow): boolean {
    return run.status === 'running' || this.#differences(run).length === 0;
  }

  /** Stores what the events give, within a transaction; false where nothing differs. */
  mend(run: RunRow): boolean {
    if (run.status === 'running') return false;
    const differences = this.#differences(run);
    for (const difference of differences) this.#mendRow(difference);
    return differences.length > 0;
  }

  #mendRow({ table, keys, columns, row, isGiven }: Difference): void {
    const where = keys.map((key) => `${quoted(key)} = @${key}`).join(' AND ');
    const set = columns.map((column) => `${quoted(column)} = @${column}`).join(', ');
    const change = isGiven ? `UPDATE ${quoted(table)} SET ${set}` : `DELETE FROM ${quoted(table)}`;
    const { changes } = this.#database.prepare(`${change} WHERE ${where}`).run(row);
    if (changes === 0 && isGiven) insertRows(this.#database, table, [row]);
  }

  close(): void {
    this.#again.close();
  }

  #differences(run: RunRow): readonly Difference[] {
    const steps = this.#steps.get(run.id) ?? 0;
    const known = { isFinished: run.status === 'finished', isUnbroken: this.#applyAgain(run) + steps === run.last_seq };
    return DERIVED.flatMap(({ table, keys, columns }) =>
      this.#differencesIn({ table, keys, columns: columns(known) }, run.id),
    );
  }

  #differencesIn({ table, keys, columns }: ComparedColumns, run: number): readonly Difference[] {
    if (columns.length === 0) return [];
    const [owner = ''] = keys;
    const select = `SELECT * FROM ${quoted(table)} WHERE ${quoted(owner)} = ?`;
    const keyOf = (row: Row) => JSON.stringify(keys.map((key) => row[key]));
    const valuesOf = (row: Row | undefined) => JSON.stringify(row && columns.map((column) => String(row[column])));
    const rowsOf = (database: Connection) =>
      new Map(
        database
          .prepare<[number], Row>(select)
          .all(run)
          .map((row) => [keyOf(row), row]),
      );
    const [stored, given] = [rowsOf(this.#database), rowsOf(this.#again)];
    const others = [...given].filter(([key, row]) => valuesOf(row) !== valuesOf(stored.get(key)));
    const tooMany = [...stored].filter(([key]) => !given.has(key));
    return [
      ...others.map(([, row]) => ({ table, keys, columns, row, isGiven: true })),
      ...tooMany.map(([, row]) => ({ table, keys, columns, row, isGiven: false })),
    ];
  }

  /** Gives the number of events. */
  #applyAgain(run: RunRow): number {
    for (const statement of this.#clear) statement.run();
    for (const [table, key] of [
      ['runs', 'id'],
      ['layers', 'run_id'],
    ] as const) {
      const select = `SELECT * FROM ${quoted(table)} WHERE ${quoted(key)} = ?`;
      insertRows(this.#again, table, this.#database.prepare<[number], Row>(select).all(run.id));
    }
    this.#runs.startAgain(run.id);
    let count = 0;
    const counted = function* (events: Iterable<RunEvent>) {
      for (const event of events) {
        yield event;
        count++;
      }
    };
    this.#log.apply(counted(this.#events.events(run.id, run.public_id, { withSteps: false })));
    return count;
  }
}

/** One sentence for each run of which something else is shown than its events give. */
export function wrongSummaries(database: Connection, shipped: readonly Migration[]): readonly string[] {
  if (Number(database.pragma('user_version', { simple: true })) !== shipped.at(-1)?.number) return [];
  const derived = new DerivedRows(database, shipped);
  try {
    const runs = new RunTable(database);
    const all = [...runs.list({}), ...runs.list({ deleted: true })];
    return all.filter((run) => !derived.isRight(run)).map(({ public_id }) => wrongSummary(public_id));
  } finally {
    derived.close();
  }
}

function wrongSummary(run: string): string {
  return `What lists show of run ${run} is not what its events give: \`lab runs recount ${run}\` counts it again.`;
}

interface ComparedColumns {
  readonly table: string;
  readonly keys: readonly string[];
  readonly columns: readonly string[];
}

/** A row as the events give it, or one that they do not give. */
interface Difference extends ComparedColumns {
  readonly row: Row;
  readonly isGiven: boolean;
}

/** The rows have the same columns. */
function insertRows(database: Connection, table: string, rows: readonly Row[]): void {
  const names = Object.keys(rows[0] ?? {});
  if (names.length === 0) return;
  const values = names.map((name) => `@${name}`).join(', ');
  const columns = names.map(quoted).join(', ');
  const insert = database.prepare<[Row]>(`INSERT INTO ${quoted(table)} (${columns}) VALUES (${values})`);
  for (const row of rows) insert.run(row);
}
