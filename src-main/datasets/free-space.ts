import { statfs } from 'node:fs/promises';
import { AppError } from '#core/errors.ts';

/** Throws 'no-space', with both numbers, where the disk of a folder has less than will be written there. `what` is a plural. */
export async function checkSpaceFor(folder: string, neededBytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  const [free, needed] = [bavail * bsize, neededBytes].map((bytes) => Math.ceil(bytes / 1e6).toLocaleString('en-US'));
  throw new AppError('no-space', `The disk of ${folder} has ${free} MB free, but ${what} need ${needed} MB.`);
}
