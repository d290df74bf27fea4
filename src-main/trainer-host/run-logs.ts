import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { TRAINER_LOG_FILE } from '#core/block/attempt-files.ts';
import { type LogPart, type LogReading, MOST_LOG_BYTES, type RunLogs } from '#core/run-log.ts';
import { LOG_LIMIT } from '../files/limits.ts';
import type { OrdinaryFile } from '../files/ordinary-file.ts';
import { openOrdinary } from '../files/ordinary-file.ts';

/** The logs in the runs' folders. `folder` gives that of a run. */
export function runLogsIn(folder: (runId: string) => string): RunLogs {
  return { follow: (runId, reading) => followLog(join(folder(runId), TRAINER_LOG_FILE), reading) };
}

async function* followLog(path: string, { from, signal }: LogReading): AsyncGenerator<LogPart> {
  if (!existsSync(path)) {
    yield { text: '', leftOut: 0, end: 0 };
    return;
  }
  const changes = watched(path, signal);
  try {
    yield* added(path, changes, from ?? null);
  } finally {
    changes.end();
  }
}

/** The end of the file, then what is added to it at each change. */
async function* added(path: string, changes: Changes, before: number | null): AsyncGenerator<LogPart> {
  // A character may be cut at the end of a piece, and completed by the next one.
  const decoder = new TextDecoder();
  let place = before;
  do {
    const file = await openOrdinary(path, LOG_LIMIT);
    try {
      for await (const { bytes, from } of unread(file, place)) {
        const text = decoder.decode(bytes, { stream: true });
        const isFirst = place === null;
        // The first line of a cut log is cut too.
        const whole = isFirst && from > 0 ? text.slice(text.indexOf('\n') + 1) : text;
        place = from + bytes.length;
        yield { text: whole, leftOut: isFirst ? from : 0, end: place };
      }
    } finally {
      await file.handle.close();
    }
  } while (await changes.next());
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly from: number;
}

/** What was written behind the place; the first time the end of the file, which may be empty. */
async function* unread({ handle, size }: OrdinaryFile, place: number | null): AsyncGenerator<Piece> {
  let from = firstUnread(size, place);
  if (place !== null && from === size) return;
  do {
    const bytes = Buffer.alloc(Math.min(MOST_LOG_BYTES, size - from));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    yield { bytes: bytes.subarray(0, bytesRead), from };
    if (bytesRead === 0) return;
    from += bytesRead;
  } while (from < size);
}

function firstUnread(size: number, place: number | null): number {
  if (place === null) return Math.max(0, size - MOST_LOG_BYTES);
  // A file that became shorter is another one.
  return place <= size ? place : 0;
}

/** Says when to look again. */
interface Changes {
  /** Resolves at the next change, at once where there was one since the last call; to false once it is over. */
  next(): Promise<boolean>;
  end(): void;
}

function watched(path: string, signal: AbortSignal | undefined): Changes {
  let [hasNews, isOver] = [false, signal?.aborted ?? false];
  let wake: () => void = () => undefined;
  const watcher = watch(path, () => {
    hasNews = true;
    wake();
  });
  const end = () => {
    isOver = true;
    watcher.close();
    wake();
  };
  watcher.on('error', end);
  signal?.addEventListener('abort', end, { once: true });
  return {
    next: async () => {
      if (!hasNews && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      hasNews = false;
      return !isOver && existsSync(path);
    },
    end,
  };
}
