import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttemptEvents, beginningSchema, eventsOfText } from '#core/block/accepted-events.ts';
import { attemptsAtRun, beginningFile, eventsFile } from '#core/block/attempt-files.ts';
import type { RunEvent } from '#core/run-event.ts';
import { isNothingThere } from '../files/file-errors.ts';
import { lineCount, wholeLines } from './event-lines.ts';
import { readProtocolFile } from './protocol-file.ts';

/** What all attempts have left of a run, by its folder in that of the block. */
export async function reportsOf(folder: string): Promise<readonly AttemptEvents[]> {
  const reports: AttemptEvents[] = [];
  // One after the other: a folder may hold very many, and all at once would be open and in memory together.
  for (const attempt of attemptsAtRun(await namesIn(folder))) {
    const beginning = await readProtocolFile(join(folder, beginningFile(attempt)), beginningSchema);
    reports.push({ attempt, beginning, events: await eventsIn(join(folder, eventsFile(attempt))) });
  }
  return reports;
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

/** Those before the first line that is none. */
async function eventsIn(path: string): Promise<readonly RunEvent[]> {
  let all: readonly RunEvent[] = [];
  for await (const lines of wholeLines(path, 0)) {
    const events = eventsOfText(lines.toString());
    all = [...all, ...events];
    if (events.length < lineCount(lines)) break;
  }
  return all;
}
