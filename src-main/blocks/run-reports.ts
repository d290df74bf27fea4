import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttemptEvents, beginningSchema } from '#core/block/accepted-events.ts';
import { attemptsAtRun, beginningFile, eventsFile } from '#core/block/attempt-files.ts';
import type { RunEvent } from '#core/run-event.ts';
import { isNothingThere } from '../files/file-errors.ts';
import { eventsIn } from './event-lines.ts';
import { checkNoLinks } from './no-links.ts';
import { readProtocolFile } from './protocol-file.ts';

/** What all attempts have left of a run, by its folder in that of the block. Throws where a link is among it. */
export async function reportsOf(folder: string): Promise<readonly AttemptEvents[]> {
  await checkNoLinks(folder, { deeply: true });
  const reports: AttemptEvents[] = [];
  // One after the other: a folder may hold very many, and all at once would be open and in memory together.
  for (const attempt of attemptsAtRun(await namesIn(folder))) {
    const beginning = await readProtocolFile(join(folder, beginningFile(attempt)), beginningSchema);
    reports.push({ attempt, beginning, events: await allEventsIn(join(folder, eventsFile(attempt))) });
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

async function allEventsIn(path: string): Promise<readonly RunEvent[]> {
  let all: readonly RunEvent[] = [];
  for await (const { events } of eventsIn(path, 0)) all = [...all, ...events];
  return all;
}
