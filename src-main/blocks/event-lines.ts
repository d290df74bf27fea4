import { AppError } from '#core/errors.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { openOrdinary } from '../files/ordinary-file.ts';

/** Four times the longest line that counts. */
const PIECE_BYTES = 2 ** 24;
const LINE_END = 0x0a;

/**
 * The whole lines of a file of events behind a place, some at a time, however long the file is. None where there is no file: an attempt may have begun
 * and reported nothing.
 */
export async function* wholeLines(path: string, from: number): AsyncGenerator<Buffer, void, undefined> {
  for (let place = from; ; ) {
    const bytes = await bytesFrom(path, place);
    const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_END) + 1);
    if (whole.length === 0) return;
    yield whole;
    place += whole.length;
  }
}

async function bytesFrom(path: string, place: number): Promise<Buffer> {
  try {
    const { handle, size } = await openOrdinary(path, EVENT_LINES_LIMIT);
    try {
      const bytes = Buffer.alloc(Math.min(Math.max(0, size - place), PIECE_BYTES));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, place);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return Buffer.alloc(0);
    throw error;
  }
}

/** How many lines they are. */
export function lineCount(lines: Uint8Array): number {
  let count = 0;
  for (const byte of lines) if (byte === LINE_END) count++;
  return count;
}
