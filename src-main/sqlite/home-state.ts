import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { z } from 'zod';

/** Size and CRC-32 of the database as its owner left it. */
const contentSchema = z.strictObject({ bytes: z.int().min(0), crc32: z.int().min(0) });

const stateSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('open') }),
  // The log is folded into the file, and SQLite may have removed it.
  z.strictObject({ state: z.literal('closing') }),
  contentSchema.extend({ state: z.literal('closed') }),
]);

type State = z.infer<typeof stateSchema>;

const CHUNK_BYTES = 1024 * 1024;

/**
 * What the owner of a home last said of its database, in a file next to it: that it is open, or with which bytes it was closed. Nothing
 * is synced: whatever a power failure leaves, a database is only taken for properly closed where its bytes are those that are named.
 */
export class HomeState {
  readonly #database: string;
  readonly #path: string;

  constructor(database: string) {
    this.#database = database;
    this.#path = `${database}.state`;
  }

  /** Whether the database has the very bytes with which it was closed. */
  isClosedProperly(): boolean {
    const last = this.#read();
    return last?.state === 'closed' && !existsSync(`${this.#database}-wal`) && hasContent(this.#database, last);
  }

  /** Whether an owner was killed and its log has gone since: SQLite would have removed the index of the log (-shm) with it. */
  hasLostLog(): boolean {
    const isOpen = this.#read()?.state === 'open';
    return isOpen && !existsSync(`${this.#database}-wal`) && existsSync(`${this.#database}-shm`);
  }

  /** Whether a log lies next to a database that was closed, and so cannot be its own. */
  hasForeignLog(): boolean {
    const last = this.#read();
    const log = statSync(`${this.#database}-wal`, { throwIfNoEntry: false });
    return last?.state === 'closed' && (log?.size ?? 0) > 0 && hasContent(this.#database, last);
  }

  /** Said before the database is opened. */
  opening(): void {
    this.#write({ state: 'open' });
  }

  /** Said once the log is folded, before the database is closed. */
  closing(): void {
    this.#write({ state: 'closing' });
  }

  /** Said when nobody has the database open any more. */
  closed(): void {
    if (existsSync(`${this.#database}-wal`)) return;
    try {
      this.#write({ state: 'closed', ...contentOf(this.#database) });
    } catch {
      // A full disk costs no more than a look at the whole file when the home is opened again.
    }
  }

  #read(): State | null {
    if (!existsSync(this.#path)) return null;
    try {
      return stateSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      // Then the database is looked at as if nothing were known.
      return null;
    }
  }

  #write(state: State): void {
    const temporary = `${this.#path}.tmp`;
    writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
    renameSync(temporary, this.#path);
  }
}

function hasContent(path: string, expected: z.infer<typeof contentSchema>): boolean {
  const { bytes, crc32: sum } = contentOf(path);
  return expected.bytes === bytes && expected.crc32 === sum;
}

function contentOf(path: string): z.infer<typeof contentSchema> {
  const file = openSync(path, 'r');
  try {
    const bytes = fstatSync(file).size;
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(bytes, 1)));
    let sum = 0;
    for (let read = -1; read !== 0; ) {
      read = readSync(file, chunk, 0, chunk.length, null);
      sum = crc32(chunk.subarray(0, read), sum);
    }
    return { bytes, crc32: sum };
  } finally {
    closeSync(file);
  }
}
