import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArrivingFile } from '#core/exchange/exchange-files.ts';
import type { ExchangeMeter } from '#core/exchange/exchange-meter.ts';
import type { WrittenLines } from '#core/exchange/export-news.ts';
import type { StagedFile } from '#core/exchange/staged-file.ts';
import { writeError } from '../files/durable-file.ts';
import { leftoverSentence, removeLeftover } from '../files/leftovers.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';
import { Thread } from '../threads/thread.ts';
import { DATABASE_NAME } from './database.ts';
import type { ExportFunctions } from './export-worker.ts';
import { withAppErrors } from './sqlite-error.ts';
import type { StagingFunctions } from './staging-worker.ts';

const STAGING_WORKER = new URL('./staging-worker.ts', import.meta.url);
const EXPORT_WORKER = new URL('./export-worker.ts', import.meta.url);

/** The folders of a home in which files lie that are imported, and lines that are exported. */
const FOLDERS = { import: 'importing', export: 'exporting' } as const;

/**
 * Removes what a process left that was killed in an import or an export; only for the owner of the home. Gives one sentence for each folder that
 * cannot be removed.
 */
export function removeOldExchanges(home: string): readonly string[] {
  return Object.values(FOLDERS).flatMap((name) => removeLeftover(join(home, name)) ?? []);
}

/** Reads a file of event lines in a thread of its own, which ends with its answer and so frees its memory. */
export async function stageFile(home: string, file: string, meter: ExchangeMeter): Promise<StagedFile | null> {
  const thread = new Thread<StagingFunctions>(STAGING_WORKER, { name: 'import', does: 'reads the file to import' });
  return intoNewFile(join(home, FOLDERS.import), `${randomUUID()}.sqlite`, thread, (staging) =>
    thread.remote.stage({ file, staging, meter }),
  );
}

/** Writes the event lines of a study in a thread of its own. */
export async function writeLines(home: string, reference: string, meter: ExchangeMeter): Promise<WrittenLines | null> {
  const thread = new Thread<ExportFunctions>(EXPORT_WORKER, { name: 'export', does: 'writes the event lines' });
  const database = join(home, DATABASE_NAME);
  return intoNewFile(join(home, FOLDERS.export), `${randomUUID()}.ndjson`, thread, (file) =>
    thread.remote.write({ database, reference, file, meter }),
  );
}

export function filePieces(path: string): AsyncGenerator<Uint8Array> {
  return ordinaryPieces(path, EVENT_LINES_LIMIT);
}

/** It lies with what is imported, so what a killed process left of it goes with the next opening of the home. */
export async function arrivingFile(home: string): Promise<ArrivingFile> {
  const folder = join(home, FOLDERS.import);
  const path = join(folder, `${randomUUID()}.ndjson`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    return {
      path,
      append: async (bytes) => {
        try {
          await file.writeFile(bytes);
        } catch (error) {
          throw writeError(path, error);
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Removes a file that an import or an export has made. What was done with it is done, also where it stays. */
export async function discardFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => console.error(leftoverSentence(path, error)));
}

/** A thread's work on a new file, which goes with a work that fails or is ended. */
async function intoNewFile<Answer>(
  folder: string,
  name: string,
  thread: Pick<Thread<object>, 'close'>,
  work: (path: string) => Promise<Answer | null>,
): Promise<Answer | null> {
  const path = join(folder, name);
  let answer: Answer | null = null;
  try {
    withAppErrors(path, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
    answer = await work(path);
    return answer;
  } finally {
    await thread.close();
    if (answer === null) await discardFile(path);
  }
}
