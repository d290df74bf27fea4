import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportMeter } from '#core/exchange/import-meter.ts';
import type { StagedFile } from '#core/exchange/staged-file.ts';
import { Thread } from '../threads/thread.ts';
import type { StagingFunctions } from './staging-worker.ts';

const STAGING_WORKER = new URL('./staging-worker.ts', import.meta.url);

/** The folder of a home in which files are staged that are imported. */
function stagingFolder(home: string): string {
  return join(home, 'importing');
}

/** Removes what a process left that was killed in an import; only for the owner of the home. */
export function removeOldStagings(home: string): void {
  rmSync(stagingFolder(home), { recursive: true, force: true });
}

/** Reads a file of event lines in a thread of its own, which ends with its answer and so frees its memory. */
export async function stageFile(home: string, file: string, meter: ImportMeter): Promise<StagedFile | null> {
  mkdirSync(stagingFolder(home), { recursive: true, mode: 0o700 });
  const staging = join(stagingFolder(home), `${randomUUID()}.sqlite`);
  const thread = new Thread<StagingFunctions>(STAGING_WORKER, { name: 'import', does: 'reads the file to import' });
  let staged: StagedFile | null = null;
  try {
    staged = await thread.remote.stage({ file, staging, meter });
    return staged;
  } finally {
    await thread.close();
    if (staged === null) await removeStaging(staging);
  }
}

export async function removeStaging(staging: string): Promise<void> {
  await rm(staging, { force: true });
}
