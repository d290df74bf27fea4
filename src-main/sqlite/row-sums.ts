import type { Database } from 'better-sqlite3';
import { rowChecksum } from './row-checksum.ts';
import { NOT_OF_SQLITE, quoted, SUMS_TABLE, type SummedTable, type SumOwner, summedTables } from './row-owner.ts';

/** Begins the kind of the sum of an object of the schema. */
export const SCHEMA = 'schema ';

/** The runs of an arm, as its study finds them; runs of no study are those of arm 0. */
const MEMBERS = 'arm';

/** Sums are taken modulo this number, so that adding two never rounds. */
const MODULUS = 2 ** 48;

export interface SumRow extends SumOwner {
  readonly sum: number;
}

const watched = new WeakMap<Database, RowSums>();

/** The sums of a connection that writes; undefined for others. */
export function sumsOf(database: Database): RowSums | undefined {
  return watched.get(database);
}

/**
 * Keeps the table checksums: for each owner the sum of the checksums of its rows, whoever writes them. Triggers of this
 * connection note each row that comes, changes or goes; `store` adds what they noted, in the transaction that changed the rows.
 */
export class RowSums {
  readonly #noted = new Sums();
  readonly #add;
  readonly #remove;

  private constructor(database: Database) {
    this.#add = database.prepare<[SumRow & { readonly modulus: number }]>(`
      INSERT INTO ${SUMS_TABLE} (kind, id, sum) VALUES (@kind, @id, @sum)
      ON CONFLICT (kind, id) DO UPDATE SET sum = (sum + excluded.sum) % @modulus`);
    this.#remove = database.prepare<[SumRow & { readonly modulus: number }]>(
      `DELETE FROM ${SUMS_TABLE} WHERE kind = @kind AND id = @id AND (sum + @sum) % @modulus = 0`,
    );
  }

  /** Watches all that a connection writes, where its database has the table. */
  static watch(database: Database): void {
    if (!hasSums(database)) return;
    // Without this, rows that REPLACE removes are not noted.
    database.pragma('recursive_triggers = ON');
    const sums = new RowSums(database);
    summedTables(database).forEach((table, index) => {
      sums.#watchTable(database, table, `note_row_${index}`);
    });
    watched.set(database, sums);
  }

  store(): void {
    for (const row of this.#noted.rows()) {
      const change = { ...row, modulus: MODULUS };
      // The last row of an owner goes together with its sum.
      if (this.#remove.run(change).changes === 0) this.#add.run(change);
    }
    this.#noted.clear();
  }

  /** Forgets what was noted of a transaction that failed. */
  discard(): void {
    this.#noted.clear();
  }

  #watchTable(database: Database, table: SummedTable, note: string): void {
    database.function(note, { varargs: true }, (sign: number, ...values: readonly unknown[]) => {
      this.#noted.addRow(table, values, sign);
      return null;
    });
    const noted = (sign: number, row: string) =>
      `SELECT ${note}(${[sign, ...table.columns.map((column) => `${row}.${quoted(column)}`)].join(', ')});`;
    const actions = {
      INSERT: [[1, 'NEW']],
      DELETE: [[-1, 'OLD']],
      UPDATE: [
        [-1, 'OLD'],
        [1, 'NEW'],
      ],
    } as const;
    for (const [action, rows] of Object.entries(actions)) {
      database.exec(`CREATE TEMP TRIGGER ${quoted(`${note}_${action}`)} AFTER ${action} ON main.${quoted(table.name)}
        BEGIN ${rows.map(([sign, row]) => noted(sign, row)).join(' ')} END`);
    }
  }
}

/** Sums by owner; those that are 0 are left out. Each row that is stored or looked at is added here, so nothing is made for it. */
export class Sums {
  readonly #byKind = new Map<string, Map<number, number>>();

  /** Adds what a row adds to its owner, and for a run to its arm; with a sign of -1, takes it away. */
  addRow({ name, columns, kind, ownerAt }: SummedTable, values: readonly unknown[], sign = 1): void {
    const id = ownerAt === null ? 0 : Number(values[ownerAt]);
    this.add(kind, id, sign * rowChecksum(name, values));
    if (name === 'runs') this.#addMember(columns, values, sign);
  }

  add(kind: string, id: number, change: number): void {
    const ids = this.#byKind.get(kind) ?? new Map<number, number>();
    if (ids.size === 0) this.#byKind.set(kind, ids);
    const sum = (ids.get(id) ?? 0) + change;
    // The remainder of a division takes longer, and a change is smaller than the modulus.
    if (sum < 0) ids.set(id, sum + MODULUS);
    else ids.set(id, sum < MODULUS ? sum : sum - MODULUS);
  }

  of({ kind, id }: SumOwner): number {
    return this.#byKind.get(kind)?.get(id) ?? 0;
  }

  rows(): readonly SumRow[] {
    return [...this.#byKind].flatMap(([kind, ids]) =>
      [...ids].flatMap(([id, sum]) => (sum === 0 ? [] : [{ kind, id, sum }])),
    );
  }

  clear(): void {
    this.#byKind.clear();
  }

  #addMember(columns: readonly string[], values: readonly unknown[], sign: number): void {
    const of = (column: string) => values[columns.indexOf(column)];
    const sum = rowChecksum(MEMBERS, [of('id'), of('public_id'), of('seed')]);
    this.add(MEMBERS, Number(of('arm_id') ?? 0), sign * sum);
  }
}

export function hasSums(database: Database): boolean {
  const table = `SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?`;
  return database.prepare(table).get(SUMS_TABLE) !== undefined;
}

/** The sums as all rows give them now; one pass over each table. */
export function countedSums(database: Database, tables: readonly SummedTable[] = summedTables(database)): Sums {
  const sums = new Sums();
  for (const table of tables) {
    const rows = database.prepare<[], unknown[]>(`SELECT ${columnsOf(table)} FROM main.${quoted(table.name)}`).raw();
    for (const values of rows.iterate()) sums.addRow(table, values);
  }
  return sums;
}

/** Stores the sums of all rows anew, after a change of the schema. */
export function recountSums(database: Database): void {
  if (!hasSums(database)) return;
  database.exec(`DELETE FROM ${SUMS_TABLE}`);
  insertSums(database, [...countedSums(database).rows(), ...schemaSums(database).rows()]);
}

/** Stores sums of owners that have none yet. */
export function insertSums(database: Database, rows: readonly SumRow[]): void {
  const insert = database.prepare<[SumRow]>(`INSERT INTO ${SUMS_TABLE} (kind, id, sum) VALUES (@kind, @id, @sum)`);
  for (const { kind, id, sum } of rows) insert.run({ kind, id, sum });
}

/** The sums of the definitions of tables, indexes, views and triggers. */
export function schemaSums(database: Database): Sums {
  const sums = new Sums();
  const rows = database.prepare<[], [name: string, ...unknown[]]>(`
    SELECT name, type, tbl_name, sql FROM main.sqlite_schema WHERE ${NOT_OF_SQLITE}`);
  for (const row of rows.raw().iterate()) {
    sums.add(`${SCHEMA}${row[0]}`, 0, rowChecksum('sqlite_schema', row));
  }
  return sums;
}

export function columnsOf({ columns }: SummedTable): string {
  return columns.map(quoted).join(', ');
}
