import { type StatsFs, statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { AppError } from '#core/errors.ts';

/** Room for the database, logs and what other programs write meanwhile. */
export const SPARE_BYTES = 64 * 1024 ** 2;

/** What is going to be written. */
export interface SpaceNeed {
  readonly bytes: number;
  /** Subject and verb: "the decoded images need". */
  readonly needs: string;
}

/** Throws 'no-space', with both numbers, where the disk of a folder has less than will be written there. */
export async function checkSpace(folder: string, need: SpaceNeed): Promise<void> {
  refuseLess(folder, await statfs(folder), need);
}

/** `checkSpace` for threads that have nothing else to do. */
export function checkSpaceSync(folder: string, need: SpaceNeed): void {
  refuseLess(folder, statfsSync(folder), need);
}

function refuseLess(folder: string, { bavail, bsize }: StatsFs, { bytes, needs }: SpaceNeed): void {
  if (bavail * bsize >= bytes) return;
  const [free, needed] = [bavail * bsize, bytes].map((count) => Math.ceil(count / 1e6).toLocaleString('en-US'));
  const state = `The disk of ${folder} has ${free} MB free, but ${needs} ${needed} MB`;
  throw new AppError('no-space', `${state}: free some space and try again.`);
}
