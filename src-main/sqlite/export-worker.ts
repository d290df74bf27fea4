import { closeSync, openSync, writeSync } from 'node:fs';
import type { ExchangeMeter } from '#core/exchange/exchange-meter.ts';
import type { WrittenLines } from '#core/exchange/export-news.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { openReadOnly } from './database.ts';
import { withAppErrors } from './sqlite-error.ts';
import { writeStudyLines } from './study-lines.ts';
import { UnreadableRows } from './unreadable-rows.ts';

// Entry of the thread that writes the event lines of a study into a new file.

/** Which study is written, and where. */
export interface ExportRequest {
  readonly database: string;
  /** The id or the name of the study. */
  readonly reference: string;
  readonly file: string;
  readonly meter: ExchangeMeter;
}

/** The functions of the thread. */
export interface ExportFunctions {
  /** Null where the meter said to end. */
  write(request: ExportRequest): WrittenLines | null;
}

const PIECE_LENGTH = 2 ** 18;

function write({ database: path, reference, file, meter }: ExportRequest): WrittenLines | null {
  const database = openReadOnly(path);
  const lines = new LinesFile(file);
  try {
    const written = withAppErrors(file, () => {
      const count = writeStudyLines(database, { reference, meter, write: (line) => lines.add(line) });
      lines.flush();
      return count;
    });
    const leftOut = UnreadableRows.of(database).sentences;
    return written === null ? null : { path: file, lines: written, leftOut };
  } finally {
    lines.close();
    database.close();
  }
}

/** A new file that nobody else may read; lines are written many at a time. */
class LinesFile {
  readonly #descriptor: number;
  #waiting = '';

  constructor(path: string) {
    this.#descriptor = withAppErrors(path, () => openSync(path, 'wx', 0o600));
  }

  add(line: string): void {
    this.#waiting += `${line}\n`;
    if (this.#waiting.length >= PIECE_LENGTH) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.#waiting);
    // A single call may write less than it was given.
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    this.#waiting = '';
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

serveThread(serveMethodsOf({ write } satisfies ExportFunctions));
