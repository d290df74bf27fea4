import { AppError, badRequest } from '../../errors.ts';
import type { DataFiles } from '../data-files.ts';
import { EMNIST_SETS } from './emnist.ts';

// MNIST's authors named their files `train-images-idx3-ubyte` and `t10k-images-idx3-ubyte`; EMNIST and QMNIST put a name in front and say
// `test`. Some programs unpack them with a dot in place of the last hyphen.

/** Sets whose files have a name in front, as a spec says it. */
export const NAMED_SETS = [...Object.keys(EMNIST_SETS), 'qmnist'] as const;
export type IdxPart = 'training' | 'test';

const PARTS: Readonly<Record<IdxPart, readonly string[]>> = { training: ['train'], test: ['t10k', 'test'] };
const CONTENTS = { images: ['idx3-ubyte'], labels: ['idx1-ubyte', 'idx2-int'] } as const;

/** The files of one set in a folder. */
export interface IdxFolder {
  readonly folder: string;
  /** One of `NAMED_SETS`; null where the files have no name in front. */
  readonly set: string | null;
}

function prefixOf(set: string | null): string {
  if (set === null) return '';
  return set in EMNIST_SETS ? `emnist-${set}-` : `${set}-`;
}

async function firstThere(files: DataFiles, paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    if (await files.exists(path)) return path;
  }
  return null;
}

function pathsOf(
  { folder, set }: IdxFolder,
  part: IdxPart,
  content: keyof typeof CONTENTS,
  files: DataFiles,
): string[] {
  const names = ['', '.gz'].flatMap((suffix) =>
    ['-', '.'].flatMap((separator) =>
      CONTENTS[content].flatMap((type) =>
        PARTS[part].map((name) => `${prefixOf(set)}${name}-${content}${separator}${type}${suffix}`),
      ),
    ),
  );
  return names.map((name) => files.join(folder, name));
}

/** Finds a file of the set, with or without `.gz`. */
export async function findIdxFile(
  files: DataFiles,
  where: IdxFolder,
  [part, content]: readonly [IdxPart, keyof typeof CONTENTS],
): Promise<string> {
  const path = await firstThere(files, pathsOf(where, part, content, files));
  if (path !== null) return path;
  const name = where.set === null ? PARTS[part][0] : PARTS[part].at(-1);
  const wanted = `${prefixOf(where.set)}${name}-${content}-${CONTENTS[content][0]}`;
  throw new AppError(
    'not-found',
    `${where.folder} holds no ${wanted} or ${wanted}.gz: put the four IDX files there${await holdings(files, where.folder)}.`,
  );
}

/** What is in a folder instead, for the end of a sentence. */
async function holdings(files: DataFiles, folder: string): Promise<string> {
  const names = await files.names(folder);
  const shown = names.slice(0, 8).join(', ');
  return names.length === 0 ? '; it is empty' : `; it holds ${shown}${names.length > 8 ? ' and others' : ''}`;
}

/** The set that a spec asks for; else the one without a name in front, or the only one that is there. */
export async function findIdxSet(files: DataFiles, folder: string, asked: string | undefined): Promise<IdxFolder> {
  if (!(await files.isFolder(folder)))
    throw badRequest(`${folder} is a file: give the folder that holds the four IDX files.`);
  if (asked !== undefined) return { folder, set: asked };
  const isThere = async (set: string | null) =>
    (await firstThere(files, pathsOf({ folder, set }, 'training', 'images', files))) !== null;
  if (await isThere(null)) return { folder, set: null };
  const found: string[] = [];
  for (const set of NAMED_SETS) {
    if (await isThere(set)) found.push(set);
  }
  if (found.length <= 1) return { folder, set: found[0] ?? null };
  throw badRequest(
    `${folder} holds the files of several sets (${found.join(', ')}): choose one, such as "set": "${found[0]}" (--set ${found[0]} in the terminal).`,
  );
}
