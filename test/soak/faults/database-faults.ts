import type { FaultDraws } from './fault-draws.ts';
import type { Aim, Blow } from './struck-calls.ts';
import { replace, struckAtOnce } from './struck-calls.ts';

const LONGEST_DELAY_MS = 100;
const MESSAGES: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'database is locked',
  SQLITE_FULL: 'database or disk is full',
  SQLITE_IOERR_READ: 'disk I/O error',
  SQLITE_IOERR_WRITE: 'disk I/O error',
  SQLITE_IOERR_FSYNC: 'disk I/O error',
  SQLITE_CANTOPEN: 'unable to open database file',
};

/** `UNDONE`: SQLite ends the whole transaction by itself, as it may after such an error. `DONE`: it is done, and fails all the same. */
const READING = ['delay', 'SQLITE_IOERR_READ', 'SQLITE_BUSY'] as const;
const WRITING = [
  'delay',
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_FULL UNDONE',
  'SQLITE_IOERR_WRITE UNDONE',
] as const;
const COMMITTING = ['delay', 'SQLITE_FULL', 'SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_FSYNC DONE', 'SQLITE_BUSY'] as const;
const BEGINNING = ['delay', 'SQLITE_BUSY', 'SQLITE_IOERR_READ'] as const;
const OPENING = ['delay', 'SQLITE_CANTOPEN'] as const;

type NewError = new (message: string, code: string) => Error;

/** The parts of a database connection that are used here. */
interface Connection {
  readonly name: string;
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
}

/** Strikes better-sqlite3's addon whenever a thread loads it. */
export function strikeDatabase(draws: FaultDraws): void {
  replace(process, 'dlopen', (load) => (...input) => {
    const answer = Reflect.apply(load, process, input);
    const [module, path] = input;
    if (String(path).includes('better_sqlite3'))
      new StruckAddon(draws).install(Object(Reflect.get(Object(module), 'exports')));
    return answer;
  });
}

class StruckAddon {
  readonly #draws: FaultDraws;
  #error: NewError | null = null;

  constructor(draws: FaultDraws) {
    this.#draws = draws;
  }

  install(addon: object): void {
    replace(addon, 'initialize', (initialize) => (...input) => {
      this.#error = input[0] as NewError;
      return initialize(...input);
    });
    const { Database, Statement } = addon as Record<
      'Database' | 'Statement',
      new (
        ...input: readonly unknown[]
      ) => object
    >;
    for (const method of ['run', 'get', 'all', 'iterate']) {
      replace(Statement.prototype, method, (original) => struckAtOnce(original, this.#aimAtStatement));
    }
    replace(Database.prototype, 'exec', (original) => struckAtOnce(original, this.#aimAtScript));
    const construct = (target: typeof Database, input: unknown[]) => {
      const path = this.#draws.struckPath(input[0]);
      const kind = path && this.#draws.strike({ target: 'database', name: 'open', path }, OPENING);
      if (kind === 'SQLITE_CANTOPEN') throw this.#failure(kind);
      return Reflect.construct(target, input);
    };
    Object.assign(addon, { Database: new Proxy(Database, { construct }) });
  }

  readonly #aimAtStatement: Aim = (input, self) => {
    const { source, database, readonly } = self as { source: string; database: Connection; readonly: boolean };
    return this.#aim(source, database, { input, isReading: readonly });
  };

  readonly #aimAtScript: Aim = (input, self) =>
    this.#aim(String(input[0]), self as Connection, { input, isReading: false });

  #aim(sql: string, database: Connection, call: { input: readonly unknown[]; isReading: boolean }): Blow | null {
    const path = this.#draws.struckPath(database.name);
    if (path === null || /^\s*(ROLLBACK|RELEASE|SAVEPOINT)/i.test(sql)) return null;
    const name = sql.trim().replaceAll(/\s+/g, ' ').slice(0, 60);
    const kind = this.#draws.strike({ target: 'database', name, path }, kindsFor(sql, call.isReading));
    return kind === null ? null : this.#blow(kind, name, { database, input: call.input });
  }

  #blow(kind: string, name: string, call: { database: Connection; input: readonly unknown[] }): Blow {
    const { database, input } = call;
    if (kind === 'delay') {
      return { delayMs: Math.ceil(this.#draws.uniform(`delay ${name}`) * LONGEST_DELAY_MS), input, error: null };
    }
    const [code, end] = kind.split(' ');
    if (end === 'UNDONE' && database.inTransaction) database.exec('ROLLBACK');
    return { delayMs: 0, input: end === 'DONE' ? input : null, error: this.#failure(code) };
  }

  #failure(code: string): Error {
    const message = MESSAGES[code] ?? code;
    return this.#error === null ? new Error(message) : new this.#error(message, code);
  }
}

function kindsFor(sql: string, isReading: boolean): readonly string[] {
  if (/^\s*BEGIN/i.test(sql)) return BEGINNING;
  if (/^\s*COMMIT/i.test(sql)) return COMMITTING;
  return isReading ? READING : WRITING;
}
