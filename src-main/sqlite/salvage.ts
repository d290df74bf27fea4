import Database from 'better-sqlite3';
import type { AppError } from '#core/errors.ts';
import { createDatabase } from './database.ts';
import { MIGRATIONS, type Migration, migrate, readMigrations } from './migrate.ts';
import { OwnerSums } from './owner-sums.ts';
import { quoted, SUMS_TABLE, type SummedTable, type SumOwner } from './row-owner.ts';
import { hasSums, insertSums, recountSums, type SumRow } from './row-sums.ts';
import { isPassing } from './sqlite-error.ts';
import { INCOMPLETE_STUDIES } from './studies.ts';

/** Tables without which runs and studies are still what they are. */
const DISPENSABLE: ReadonlySet<string> = new Set([
  'settings',
  'drafts',
  'saved_views',
  'runs_views',
  'datasets',
  'weights',
  'queue_pauses',
]);

export interface SalvageOptions {
  readonly from: string;
  /** A file that is not there yet. */
  readonly to: string;
  /** Whether a study that lost runs counts as complete from now on; else it is refused as damaged. */
  readonly isFinal: boolean;
  /** What is thrown where too little can be read. */
  readonly tooLittle: AppError;
}

/** Writes a new database with the runs, studies and tables that are as they were stored. Gives the number of those that are not. */
export function salvage({ from, to, isFinal, tooLittle }: SalvageOptions): number {
  const source = new Database(from, { readonly: true });
  try {
    if (!hasSums(source)) throw tooLittle;
    return new Salvage(source, emptyDatabase(to, source, readMigrations(MIGRATIONS))).run(isFinal);
  } catch (error) {
    if (error instanceof Database.SqliteError && !isPassing(error)) throw tooLittle;
    throw error;
  } finally {
    source.close();
  }
}

/** With the schema of the damaged one, so that rows fit. */
function emptyDatabase(path: string, source: Database.Database, shipped: readonly Migration[]): Database.Database {
  const version = Number(source.pragma('user_version', { simple: true }));
  createDatabase(path);
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  migrate(
    database,
    shipped.filter(({ number }) => number <= version),
  );
  return database;
}

class Salvage {
  readonly #source: OwnerSums;
  readonly #target: Database.Database;
  readonly #arms = new Set<number>([0]);
  readonly #armAt: number;
  #lost = 0;

  constructor(source: Database.Database, target: Database.Database) {
    this.#source = new OwnerSums(source);
    this.#target = target;
    this.#armAt = this.#source.columnAt('runs', 'arm_id');
  }

  run(isFinal: boolean): number {
    try {
      this.#target.pragma('foreign_keys = OFF');
      this.#target.transaction(() => this.#copy(isFinal)).immediate();
      this.#check();
      return this.#lost;
    } finally {
      this.#target.close();
    }
  }

  #copy(isFinal: boolean): void {
    const owners = this.#source.owners();
    const of = (wanted: string) => owners.filter(({ kind }) => kind === wanted);
    const tables = owners.filter(({ kind }) => !['run', 'study', 'arm'].includes(kind));
    const kept = [
      ...tables.filter((owner) => this.#copyTable(owner)),
      ...of('study').filter((owner) => this.#copyStudy(owner)),
      ...of('run').filter((owner) => this.#copyRun(owner)),
    ];
    if (isFinal) recountSums(this.#target);
    else this.#noteLosses([...kept, ...of('arm').filter(({ id }) => this.#arms.has(id))]);
  }

  #copyTable(owner: SumRow): boolean {
    if (this.#source.isIntact(owner)) {
      this.#target.exec(`DELETE FROM ${quoted(owner.kind)}`);
      this.#insert(owner);
      return true;
    }
    this.#lost += 1;
    if (DISPENSABLE.has(owner.kind)) return false;
    throw new Database.SqliteError(`The table ${owner.kind} is damaged.`, 'SQLITE_CORRUPT');
  }

  #copyStudy(owner: SumRow): boolean {
    if (!this.#isKept(owner)) return false;
    this.#insert(owner);
    for (const [table, rows] of this.#source.rowsOf(owner)) {
      if (table.name !== 'arms') continue;
      for (const row of rows) this.#arms.add(Number(row[table.columns.indexOf('id')]));
    }
    return true;
  }

  /** Runs of a study that is lost go with it. */
  #copyRun(owner: SumRow): boolean {
    if (!this.#isKept(owner)) return false;
    const row = this.#source.rowsOf(owner).find(([{ name }]) => name === 'runs')?.[1][0];
    if (row === undefined || !this.#arms.has(Number(row[this.#armAt] ?? 0))) {
      this.#lost += 1;
      return false;
    }
    this.#insert(owner);
    return true;
  }

  #isKept(owner: SumOwner): boolean {
    const isIntact = this.#source.isIntact(owner);
    if (!isIntact) this.#lost += 1;
    return isIntact;
  }

  #insert(owner: SumOwner): void {
    for (const [table, rows] of this.#source.rowsOf(owner)) {
      const insert = this.#target.prepare<unknown[]>(insertInto(table));
      for (const row of rows) insert.run(...row);
    }
  }

  /** Keeps the sums as they were, by which a study that lost runs is refused, and leaves it out of lists. */
  #noteLosses(rows: readonly SumRow[]): void {
    this.#target.exec(`DELETE FROM ${SUMS_TABLE} WHERE kind NOT LIKE 'schema %'`);
    insertSums(this.#target, rows);
    const sums = new OwnerSums(this.#target);
    this.#target.exec(`CREATE TABLE ${INCOMPLETE_STUDIES} (study_id INTEGER PRIMARY KEY) STRICT`);
    const note = this.#target.prepare<[number]>(
      `INSERT OR IGNORE INTO ${INCOMPLETE_STUDIES} SELECT study_id FROM arms WHERE id = ?`,
    );
    for (const owner of rows) if (owner.kind === 'arm' && !sums.isIntact(owner)) note.run(owner.id);
  }

  #check(): void {
    const isSound = this.#target.pragma('integrity_check(1)', { simple: true }) === 'ok';
    const orphans = this.#target.pragma('foreign_key_check');
    if (isSound && Array.isArray(orphans) && orphans.length === 0) return;
    throw new Database.SqliteError('What could be read does not fit together.', 'SQLITE_CORRUPT');
  }
}

function insertInto({ name, columns }: SummedTable): string {
  const values = columns.map(() => '?').join(', ');
  return `INSERT INTO ${quoted(name)} (${columns.map(quoted).join(', ')}) VALUES (${values})`;
}
