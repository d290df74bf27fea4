import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttemptEvents, beginningSchema, eventsOfText } from '#core/block/accepted-events.ts';
import { attemptsAtRun, beginningFile, eventsFile } from '#core/block/attempt-files.ts';
import { AppError } from '#core/errors.ts';
import type { RunEvent } from '#core/run-event.ts';
import { isNothingThere } from '../files/file-errors.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { readOrdinary } from '../files/ordinary-file.ts';
import { readProtocolFile } from './protocol-file.ts';

/** What all attempts have left of a run, by its folder in that of the block. */
export async function reportsOf(folder: string): Promise<readonly AttemptEvents[]> {
  return Promise.all(
    attemptsAtRun(await namesIn(folder)).map(async (attempt) => ({
      attempt,
      beginning: await readProtocolFile(join(folder, beginningFile(attempt)), beginningSchema),
      events: await eventsIn(join(folder, eventsFile(attempt))),
    })),
  );
}

/** The names in a folder; none where there is no folder, since no attempt has begun. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isNothingThere(error)) return [];
    throw error;
  }
}

/** None where the attempt has begun, but reported nothing. */
async function eventsIn(path: string): Promise<readonly RunEvent[]> {
  try {
    return eventsOfText((await readOrdinary(path, EVENT_LINES_LIMIT)).toString());
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return [];
    throw error;
  }
}
