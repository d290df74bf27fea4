import { isAbsolute, resolve } from 'node:path';
import type { HomeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { badRequest } from '#core/errors.ts';
import type { Context } from './context.ts';

/** A path that the owner of the home reads: one of its machine. Throws a bad request for one that begins in a folder of this machine. */
export function pathAtHome({ shell, elsewhere }: Pick<Context, 'shell' | 'elsewhere'>, path: string): string {
  return pathFrom(shell.folder, path, elsewhere);
}

/** The same, from any folder of this machine. */
export function pathFrom(folder: string, path: string, elsewhere: HomeElsewhere | null): string {
  if (elsewhere === null) return resolve(folder, path);
  if (isAbsolute(path)) return path;
  throw badRequest(
    `${path} has to be a path of ${elsewhere.host}, where the home is: give it from the root on, such as /data/${path}.`,
  );
}
