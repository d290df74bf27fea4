import { open, rename, rm } from 'node:fs/promises';
import { claimSchema } from '#core/block/block.ts';
import type { TrainedAttempt } from '#core/block/trained-attempt.ts';
import { AppError } from '#core/errors.ts';
import type { FileOperations } from '../files/durable-file.ts';
import { NOTE_LIMIT } from '../files/limits.ts';
import { readReplaced } from '../files/replaced-file.ts';

/**
 * Files that are put in place, or removed, only while no newer attempt has claimed the block: a node that was taken for lost may wake up in
 * the middle of a checkpoint, and would remove the later ones of its successor.
 */
export function claimedFiles({ attempt, claimPath }: TrainedAttempt): FileOperations {
  const check = async () => {
    const newest = (await readReplaced(claimPath, claimSchema, NOTE_LIMIT))?.attempt ?? 0;
    if (newest > attempt)
      throw new AppError('conflict', `Attempt ${newest} trains this run now, so attempt ${attempt} ends.`);
  };
  return {
    open,
    rename: async (from, to) => {
      await check();
      await rename(from, to);
    },
    rm: async (path, options) => {
      await check();
      await rm(path, options);
    },
  };
}
