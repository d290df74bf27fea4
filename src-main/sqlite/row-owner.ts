import type { Database } from 'better-sqlite3';

/** Whose rows a sum is over: those of a run or of a study, the runs that an arm has, or a whole table, whose id is then 0. */
export interface SumOwner {
  readonly kind: string;
  readonly id: number;
}

/** A table with the columns in their order, as rows of it are summed. */
export interface SummedTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Place of the column that names the owner; null where the table is its own owner. */
  readonly ownerAt: number | null;
  readonly kind: string;
}

export const SUMS_TABLE = 'checksums';
/** SQL for what is in a schema, without what SQLite makes by itself. */
export const NOT_OF_SQLITE = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
/** All tables but SQLite's own and the sums themselves. */
export function summedTables(database: Database): readonly SummedTable[] {
  const names = database
    .prepare<[string], string>(
      `SELECT name FROM main.sqlite_schema WHERE type = 'table' AND ${NOT_OF_SQLITE} AND name <> ? ORDER BY name`,
    )
    .pluck()
    .all(SUMS_TABLE);
  return names.map((name) => summedTable(database, name));
}

function summedTable(database: Database, name: string): SummedTable {
  const columns = database
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
    .pluck()
    .all(name);
  const [kind, column] = ownerColumn(name, columns);
  return { name, columns, kind, ownerAt: column === null ? null : columns.indexOf(column) };
}

function ownerColumn(name: string, columns: readonly string[]): readonly [kind: string, column: string | null] {
  if (name === 'runs') return ['run', 'id'];
  if (name === 'studies') return ['study', 'id'];
  if (columns.includes('run_id')) return ['run', 'run_id'];
  if (columns.includes('study_id')) return ['study', 'study_id'];
  return [name, null];
}

/** Two owners have the same text only where they are the same. */
export function ownerKey({ kind, id }: SumOwner): string {
  return `${kind} ${id}`;
}

/** How the text of a query writes a name. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
