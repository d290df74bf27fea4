import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolders } from '#core/ports.ts';

/** The runs' folders in a home: `runs/<id>`. Ids are made by the program or checked on import, so none is a path. */
export function runFoldersIn(home: string): RunFolders {
  const folder = (runId: string) => join(home, 'runs', runId);
  return {
    folder,
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(home);
      return bavail * bsize;
    },
    remove: (runId) => rm(folder(runId), { recursive: true, force: true }),
  };
}
