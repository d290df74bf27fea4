import { eventsOfText } from '#core/block/accepted-events.ts';
import { AppError } from '#core/errors.ts';
import type { RunEvent } from '#core/run-event.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { openOrdinary } from '../files/ordinary-file.ts';

/** Four times the longest line that counts. */
const PIECE_BYTES = 2 ** 24;
const LINE_END = 0x0a;

/** Events of a file, some of many. */
export interface ReadEvents {
  readonly events: readonly RunEvent[];
  /** Where they end in the file. */
  readonly end: number;
}

/**
 * The events of a file behind a place, some at a time, however long the file is: those before the first line that is not whole, or no event. On a
 * network's disk such a line may be shown rightly later, so whoever looks again looks there. None where there is no file: an attempt may have
 * begun and reported nothing.
 */
export async function* eventsIn(path: string, from: number): AsyncGenerator<ReadEvents, void, undefined> {
  for (let place = from; ; ) {
    const bytes = await bytesFrom(path, place);
    const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_END) + 1);
    const events = eventsOfText(whole.toString());
    if (events.length === 0) return;
    const length = lengthOfLines(whole, events.length);
    place += length;
    yield { events, end: place };
    if (length < whole.length) return;
  }
}

/** The bytes of so many lines, the first ones of these. */
function lengthOfLines(lines: Uint8Array, count: number): number {
  let end = 0;
  for (let line = 0; line < count; line += 1) end = lines.indexOf(LINE_END, end) + 1;
  return end;
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
