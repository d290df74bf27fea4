import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FINAL_WEIGHTS_FILE, TRAINER_LOG_FILE } from '#core/block/attempt-files.ts';
import type { RunFolders } from '#core/ports.ts';
import { writeDurably } from '../files/durable-file.ts';
import { WEIGHTS_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';

/** The folder in a run's folder with its checkpoints. */
export const CHECKPOINTS = 'checkpoints';

/**
 * The runs' folders in a home: `runs/<id>`. Ids are made by the program or checked on import, so none is a path. Folders that are
 * not there yet are made in `temporary`, where the home cannot be written.
 */
export function runFoldersIn(home: string, temporary = home): RunFolders {
  const stored = (runId: string) => join(home, 'runs', runId);
  const folder = (runId: string) => (existsSync(stored(runId)) ? stored(runId) : join(temporary, 'runs', runId));
  return {
    folder,
    finalWeights: (runId) => {
      const path = join(folder(runId), FINAL_WEIGHTS_FILE);
      return existsSync(path) ? ordinaryPieces(path, WEIGHTS_LIMIT) : null;
    },
    keepFinalWeights: async (runId, pieces) => {
      await mkdir(folder(runId), { recursive: true });
      await writeDurably(join(folder(runId), FINAL_WEIGHTS_FILE), pieces);
    },
    keepLog: async (runId, content) => {
      await mkdir(folder(runId), { recursive: true });
      await writeDurably(join(folder(runId), TRAINER_LOG_FILE), content);
    },
    hasLog: (runId) => existsSync(join(folder(runId), TRAINER_LOG_FILE)),
    remove: (runId) => rm(folder(runId), { recursive: true, force: true }),
    removeCheckpoints: (runId) => rm(join(folder(runId), CHECKPOINTS), { recursive: true, force: true }),
  };
}
