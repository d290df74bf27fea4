import type { Database } from 'better-sqlite3';
import { quoted, SUMS_TABLE, type SummedTable, type SumOwner, summedTables } from './row-owner.ts';
import { columnsOf, type SumRow, Sums } from './row-sums.ts';
import { isPassing } from './sqlite-error.ts';

/** Counts the sums of single owners, by the keys and indexes by which their rows are read for people. */
export class OwnerSums {
  readonly #database: Database;
  readonly #tables: readonly SummedTable[];
  readonly #stored;
  readonly #members;

  constructor(database: Database) {
    this.#database = database;
    this.#tables = summedTables(database);
    this.#stored = database
      .prepare<[string, number], number>(`SELECT sum FROM ${SUMS_TABLE} WHERE kind = ? AND id = ?`)
      .pluck();
    const runs = this.#tables.find(({ name }) => name === 'runs');
    this.#members =
      runs === undefined ? null : database.prepare<[number | null], unknown[]>(selectRows(runs, 'arm_id')).raw();
  }

  /** All sums that are stored, but for those of the schema. */
  owners(): readonly SumRow[] {
    return this.#database
      .prepare<[], SumRow>(`SELECT kind, id, sum FROM ${SUMS_TABLE} WHERE kind NOT LIKE 'schema %'`)
      .all();
  }

  columnAt(table: string, column: string): number {
    return this.#tables.find(({ name }) => name === table)?.columns.indexOf(column) ?? -1;
  }

  storedSum({ kind, id }: SumOwner): number {
    return this.#stored.get(kind, id) ?? 0;
  }

  /** False also where the rows cannot be read because they are damaged. */
  isIntact(owner: SumOwner): boolean {
    try {
      return this.countedSum(owner) === this.storedSum(owner);
    } catch (error) {
      if (isPassing(error)) throw error;
      return false;
    }
  }

  countedSum(owner: SumOwner): number {
    const sums = new Sums();
    for (const [table, rows] of this.rowsOf(owner)) {
      for (const values of rows) sums.addRow(table, values);
    }
    return sums.of(owner);
  }

  /** The rows of an owner, table by table. */
  rowsOf({ kind, id }: SumOwner): readonly (readonly [SummedTable, readonly unknown[][]])[] {
    if (kind === 'arm') return this.#memberRows(id);
    return this.#tables
      .filter((table) => table.kind === kind)
      .map((table) => [table, this.#ownRows(table, id)] as const);
  }

  #ownRows(table: SummedTable, id: number): unknown[][] {
    const column = table.ownerAt === null ? null : (table.columns[table.ownerAt] ?? null);
    const select = this.#database.prepare<unknown[], unknown[]>(selectRows(table, column)).raw();
    return column === null ? select.all() : select.all(id);
  }

  #memberRows(arm: number): readonly (readonly [SummedTable, readonly unknown[][]])[] {
    const runs = this.#tables.find(({ name }) => name === 'runs');
    if (runs === undefined || this.#members === null) return [];
    return [[runs, this.#members.all(arm === 0 ? null : arm)]];
  }
}

function selectRows(table: SummedTable, column: string | null): string {
  const where = column === null ? '' : ` WHERE ${quoted(column)} IS ?`;
  return `SELECT ${columnsOf(table)} FROM main.${quoted(table.name)}${where}`;
}
