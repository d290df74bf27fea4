import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { makeRoom } from '../files/leftovers.ts';
import { NOTE_LIMIT } from '../files/limits.ts';
import { readOrdinarySync } from '../files/ordinary-file.ts';

/** Size and CRC-32 of the database as its owner left it. */
const contentSchema = z.strictObject({ bytes: z.int().min(0), crc32: z.int().min(0) });

export type DatabaseContent = z.infer<typeof contentSchema>;

/** What the file system says of a file: every write by any program changes it, but not what a disk loses by itself. */
const touchSchema = z.strictObject({ file: z.string(), modified: z.string(), changed: z.string() });

type Touch = z.infer<typeof touchSchema>;

/** The run that reported last, and the number of its event; 0 for one that was only queued. */
const reachedSchema = z.strictObject({ run: z.string(), seq: z.int().min(0) });

const stateSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('open'), reached: reachedSchema.nullable().default(null) }),
  // The log is folded into the file, and SQLite may have removed it.
  z.strictObject({ state: z.literal('closing') }),
  // A look at the open database found damage.
  z.strictObject({ state: z.literal('damaged') }),
  contentSchema.extend({ state: z.literal('closed'), touch: touchSchema.optional() }),
]);

type State = z.infer<typeof stateSchema>;
export type Reached = z.infer<typeof reachedSchema>;

/** Rows that came within this time before a kill and the loss of the log are lost unnoticed. */
const PACE_MS = 1000;

/** What has to be looked at of a database that is opened: nothing; all of it, before it is; or all of it, while it is used. */
export type NeededLook = { readonly when: 'never' | 'first' } | LaterLook;

export interface LaterLook {
  readonly when: 'meanwhile';
  /** With these bytes it was closed: if they are still there, that is all; null where nothing is known. */
  readonly content: DatabaseContent | null;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * What the owner of a home last said of its database, in a file next to it: that it is open and what had been stored, or with which bytes it was
 * closed. Nothing is synced: whatever a power failure leaves, a database is only taken for properly closed where its bytes are those that are named.
 */
export class HomeState {
  readonly #database: string;
  readonly #path: string;
  /** What is known of the open database: `due` where the opening left the look for later. */
  #verdict: 'sound' | 'due' | 'damaged' = 'sound';
  #reached: Reached | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(database: string) {
    this.#database = database;
    this.#path = `${database}.state`;
  }

  /**
   * Where bytes differ from those with which it was closed, or nothing is known of it, the look comes first. It may wait, where the
   * caller can, for a file that nothing has written since it was closed, and for one whose owner was killed: SQLite itself keeps that whole.
   */
  neededLook(mayWait: boolean): NeededLook {
    const last = this.#read();
    if (last?.state === 'closed' && !existsSync(`${this.#database}-wal`)) {
      const { bytes, crc32: sum, touch } = last;
      const content = { bytes, crc32: sum };
      if (mayWait && touch !== undefined && isUntouched(this.#database, touch)) return { when: 'meanwhile', content };
      return { when: hasContent(this.#database, content) ? 'never' : 'first' };
    }
    const wasKilled = last?.state === 'open' || last?.state === 'closing';
    return mayWait && wasKilled ? { when: 'meanwhile', content: null } : { when: 'first' };
  }

  /** Whether an owner was killed and its log has gone since: SQLite would have removed the index of the log (-shm) with it. */
  hasLostLog(): boolean {
    const isOpen = this.#read()?.state === 'open';
    return isOpen && !existsSync(`${this.#database}-wal`) && existsSync(`${this.#database}-shm`);
  }

  /** What had been stored when an owner was killed; null where nothing is known of it. */
  get reachedBefore(): Reached | null {
    const last = this.#read();
    return last?.state === 'open' ? last.reached : null;
  }

  /** Whether a log lies next to a database that was closed, and so cannot be its own. */
  hasForeignLog(): boolean {
    const last = this.#read();
    const log = statSync(`${this.#database}-wal`, { throwIfNoEntry: false });
    return last?.state === 'closed' && (log?.size ?? 0) > 0 && hasContent(this.#database, last);
  }

  /** Said before the database is opened. */
  opening({ when }: NeededLook): void {
    this.#verdict = when === 'meanwhile' ? 'due' : 'sound';
    this.#reached = this.reachedBefore;
    this.#writeOpen();
  }

  /** Said after events or runs were stored: once a second, since it costs as much as storing them. */
  stored(reached: Reached): void {
    this.#reached = reached;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      try {
        this.#writeOpen();
      } catch {
        // A full disk: then it is not noticed if the log is lost.
      }
    }, PACE_MS).unref();
  }

  /** Said before a run is deleted, of which the state may speak. */
  deleting(): void {
    this.#stopTimer();
    this.#reached = null;
    this.#writeOpen();
  }

  /** Said by whoever has looked while it was open: a damaged one is looked at again before anybody opens it. */
  lookedAt(isSound: boolean): void {
    this.#verdict = isSound ? 'sound' : 'damaged';
    if (!isSound) this.#write({ state: 'damaged' });
  }

  /** Said once the log is folded, before the database is closed. */
  closing(): void {
    this.#stopTimer();
    if (this.#verdict === 'sound') this.#write({ state: 'closing' });
  }

  /** Said when nobody has the database open any more. What nobody has looked at is never said to be sound. */
  closed(): void {
    if (this.#verdict !== 'sound' || existsSync(`${this.#database}-wal`)) return;
    try {
      const content = contentOf(this.#database);
      this.#write({ state: 'closed', ...content, touch: touchOf(this.#database) });
    } catch {
      // A full disk costs no more than a look at the whole file when the home is opened again.
    }
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What is damaged is said until somebody has looked again. */
  #writeOpen(): void {
    if (this.#verdict !== 'damaged') this.#write({ state: 'open', reached: this.#reached });
  }

  #read(): State | null {
    if (!existsSync(this.#path)) return null;
    try {
      return stateSchema.parse(JSON.parse(readOrdinarySync(this.#path, NOTE_LIMIT).toString()));
    } catch {
      // Then the database is looked at as if nothing were known.
      return null;
    }
  }

  #write(state: State): void {
    const temporary = `${this.#path}.tmp`;
    makeRoom(temporary);
    writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
    renameSync(temporary, this.#path);
  }
}

function touchOf(path: string): Touch {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return { file: `${dev} ${ino} ${size}`, modified: String(mtimeNs), changed: String(ctimeNs) };
}

function isUntouched(path: string, { file, modified, changed }: Touch): boolean {
  const now = touchOf(path);
  return now.file === file && now.modified === modified && now.changed === changed;
}

/** Whether a file has the very bytes that are named. */
export function hasContent(path: string, expected: DatabaseContent): boolean {
  const { bytes, crc32: sum } = contentOf(path);
  return expected.bytes === bytes && expected.crc32 === sum;
}

function contentOf(path: string): DatabaseContent {
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
