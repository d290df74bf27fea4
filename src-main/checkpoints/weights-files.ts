import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FINAL_WEIGHTS_FILE } from '#core/block/attempt-files.ts';
import type { WeightsContent } from '#core/weights/stored-weights.ts';
import type { WeightsFiles } from '#core/weights/weights-files.ts';
import { syncFile, syncFolder, writeError } from '../files/durable-file.ts';
import { readStoredWeights, readWeightsContent } from './weights-file.ts';

/** What was read of a file, and what the file was like then. */
interface ReadContent {
  readonly version: string;
  readonly content: WeightsContent;
}

/** Files of weights as a home sees them: `weights/<hash>.safetensors` are its own, and each of its runs may have some. */
export function weightsFilesIn(home: string): WeightsFiles {
  const known = new Map<string, ReadContent>();
  const folder = join(home, 'weights');
  const kept = (sha256: string) => join(folder, `${sha256}.safetensors`);

  const content = async (path: string): Promise<WeightsContent> => {
    const version = await versionOf(path);
    const before = known.get(path);
    if (before !== undefined && version !== null && before.version === version) return before.content;
    const read = await readWeightsContent(path);
    if (version !== null) known.set(path, { version, content: read });
    return read;
  };

  return {
    content,
    kept,
    header: async (path) => ({ stored: await readStoredWeights(path), bytes: (await stat(path)).size }),
    keep: async (path) => {
      await readStoredWeights(path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = join(folder, `${randomUUID()}.tmp`);
      try {
        // Where the file system can, the copy shares the original's blocks until one of them changes.
        await copyFile(path, temporary, constants.COPYFILE_FICLONE);
        const read = await readWeightsContent(temporary);
        await syncFile(temporary);
        await rename(temporary, kept(read.sha256));
        await syncFolder(folder);
        return read;
      } catch (error) {
        await rm(temporary, { force: true });
        throw writeError(folder, error);
      }
    },
    remove: (sha256) => rm(kept(sha256), { force: true }),
    ofRun: (runId) => join(home, 'runs', runId, FINAL_WEIGHTS_FILE),
  };
}

/** What changes whenever the file does; null where there is none. */
async function versionOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? null : [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}
