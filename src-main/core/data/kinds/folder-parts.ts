import { AppError, badRequest } from '../../errors.ts';
import { groupedBy } from '../../grouped.ts';
import type { ImageFolders } from '../data-files.ts';
import type { FolderEntry, WalkedFolder } from './folder-entry.ts';
import type { FolderWalk } from './folder-walk.ts';
import { isWithin, LINK_REASONS } from './followed-links.ts';

/** The names of the folders of each part, in any case; where several are there, the first one counts. */
const PART_NAMES = { train: ['train'], validation: ['val', 'valid', 'validation'], test: ['test'] } as const;

const OUTSIDE = 'outside the folders of the classes';
/** Archives are often unpacked into a folder of their own name, which holds a folder of that name. */
const MAX_WRAPPINGS = 3;
const SHOWN_NAMES = 5;
/** The path of a part itself, given in place of the folder that holds the parts. */
const PART_PATH = /[\\/](train|test|val|valid|validation)[\\/]?$/i;

/** The folders of one class. Several have one name that is written in several ways of Unicode. */
export interface ClassFolder {
  /** As the first of its folders writes it. */
  readonly name: string;
  readonly folders: readonly FolderEntry[];
}

/** A part as it lies on the disk, before it is known what it is used for. */
export interface PartFolder {
  readonly folder: WalkedFolder;
  /** By their names in one way of writing Unicode. */
  readonly classes: ReadonlyMap<string, ClassFolder>;
  /** Files that lie in the part itself. */
  readonly loose: readonly FolderEntry[];
  readonly entries: readonly FolderEntry[];
}

export interface PartFolders {
  /** The folder that holds the others. */
  readonly root: WalkedFolder;
  readonly train: PartFolder;
  readonly validation: PartFolder | null;
  readonly test: PartFolder | null;
}

/** Finds the parts in a folder, or in the one folder that it holds. Throws one sentence that says what is missing. */
export function partFolders(walk: FolderWalk, path: string, folders: ImageFolders): PartFolders {
  const start = walk.start(path);
  const found = withTrain({ walk, folders }, start, MAX_WRAPPINGS);
  if (found === null) throw withoutTrain(path, walk, walk.entries(start));
  const { folder, entries } = found;
  if (folder !== start) walk.note(`The images were found in ${folder.name}, which holds train.`);
  const named = [PART_NAMES.train, PART_NAMES.validation, PART_NAMES.test].map((names) => partNamed(found, names));
  const apart = eachOnce(walk, named);
  walk.readFrom(apart.filter((one) => one !== null));
  const [train, validation, test] = apart.map((one) => (one === null ? null : partIn(walk, one)));
  const used = new Set(named.map((one) => one?.path));
  for (const entry of entries) if (!used.has(entry.path)) walk.skip(entry, OUTSIDE);
  if (train === null) throw withoutTrain(path, walk, entries);
  return { root: folder, train, validation, test };
}

/** The files of a part that lie in none of its classes are left out. */
export function skipLoose(walk: FolderWalk, { loose }: PartFolder): void {
  for (const entry of loose) walk.skip(entry, OUTSIDE);
}

/** "cat, dog and 12 more"; `total` counts those that are not among `names` too. */
export function firstNames(names: readonly string[], total = names.length): string {
  const rest = total - Math.min(names.length, SHOWN_NAMES);
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return rest > 0 ? `${shown} and ${rest.toLocaleString('en-US')} more` : shown;
}

interface ReadFolder {
  readonly folder: WalkedFolder;
  readonly entries: readonly FolderEntry[];
}

type Disk = { readonly walk: FolderWalk; readonly folders: ImageFolders };

/** The folder itself, or the one below it, that holds `train`; null where there is none, or where one had to choose. */
function withTrain({ walk, folders }: Disk, folder: WalkedFolder, wrappings: number): ReadFolder | null {
  const entries = walk.entries(folder);
  if (entries.some(isTrain)) return { folder, entries };
  if (wrappings === 0) return null;
  const below = entries.filter(({ isFolder }) => isFolder);
  const holding = below.filter(({ path }) => folders.names(path).some((base) => base.toLowerCase() === 'train'));
  const candidates = holding.length > 0 ? holding : below;
  const [next] = candidates;
  const inside = candidates.length === 1 ? next.folder : null;
  const found = inside === null ? null : withTrain({ walk, folders }, inside, wrappings - 1);
  for (const entry of found === null ? [] : entries) if (entry !== next) walk.skip(entry, OUTSIDE);
  return found;
}

function isTrain({ base, isFolder }: FolderEntry): boolean {
  return isFolder && base.toLowerCase() === PART_NAMES.train[0];
}

/** The part of the first of these names that is there, as it is written or else in any case. */
function partNamed({ folder, entries }: ReadFolder, names: readonly string[]): FolderEntry | null {
  for (const name of names) {
    const alike = entries.filter(({ isFolder, base }) => isFolder && base.toLowerCase() === name);
    const exact = alike.filter(({ base }) => base === name);
    const [found, ...others] = exact.length > 0 ? exact : alike;
    if (others.length > 0)
      throw badRequest(
        `${folder.path} holds ${alike.map(({ base }) => base).join(' and ')}: rename or remove all but one.`,
      );
    if (found !== undefined) return found;
  }
  return null;
}

/** The folders of the parts. One that is a link to another, or to a folder in or above it, would give its images twice. */
function eachOnce(walk: FolderWalk, parts: readonly (FolderEntry | null)[]) {
  const isTaken = ({ real, path }: WalkedFolder) =>
    parts.some(
      (one) =>
        one?.folder != null &&
        one.path !== path &&
        (isWithin(real, one.folder.real) || isWithin(one.folder.real, real)),
    );
  return parts.map((part) => {
    if (part?.folder == null) return null;
    if (part.linkedTo === null || !isTaken(part.folder)) return part.folder;
    walk.skip(part, LINK_REASONS.again);
    return null;
  });
}

function partIn(walk: FolderWalk, folder: WalkedFolder): PartFolder {
  const entries = walk.entries(folder);
  const [loose, folders] = [entries.filter(({ isFolder }) => !isFolder), entries.filter(({ isFolder }) => isFolder)];
  const classes = [...groupedBy(folders, ({ base }) => base.normalize('NFC'))].map(
    ([key, [first, ...others]]): [string, ClassFolder] => [key, { name: first.base, folders: [first, ...others] }],
  );
  return { folder, classes: new Map(classes), loose, entries };
}

function withoutTrain(path: string, walk: FolderWalk, entries: readonly FolderEntry[]): AppError {
  const found = entries.filter(({ isFolder }) => isFolder).map(({ base }) => base);
  const missing = (advice: string) =>
    new AppError('not-found', `${path} holds no folder train${walk.linkAdvice}${advice}.`);
  if (PART_PATH.test(path)) return missing(': give the folder above it, which holds the parts');
  const other = found.find((name) => /^(train|trn)/i.test(name));
  if (other !== undefined)
    return missing(`, but ${other}: rename it to train, and the folder of the test images to test`);
  if (found.length === 0) return missing(': images belong in train/<class> and test/<class>');
  return missing(
    `, but ${found.length === 1 ? 'only the folder' : 'the folders'} ${firstNames(found)}: if these are the classes, make the folders train and test, and move a part of each class's images into train/<class>, the others into test/<class>`,
  );
}
