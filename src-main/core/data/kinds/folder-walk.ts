import { countedNoun } from '../../analysis/quantity.ts';
import { AppError } from '../../errors.ts';
import type { FolderListing, ImageFile, ImageFolders, PathStatus, SkippedFiles } from '../data-files.ts';
import { classifyFile } from '../image-endings.ts';
import { type DamagedFile, damagedFile } from '../report/damaged-file.ts';
import { FollowedLinks, LINK_REASONS } from './followed-links.ts';
import { isLeftBehind } from './left-behind.ts';

/** Levels of folders below a class; more are not meant. */
const MAX_DEPTH = 8;

const REASONS = {
  leftBehind: 'hidden, or left behind by a system (.DS_Store, Thumbs.db, __MACOSX and the like)',
  loop: 'behind a link that leads back to a folder above it',
  deep: `more than ${MAX_DEPTH} folders below a class`,
  special: 'neither a file nor a folder',
} as const;

/** A folder on the way. */
export interface WalkedFolder {
  readonly path: string;
  /** Its path below the data set's folder, as reports name it: `train/cat/`; empty for that folder itself. */
  readonly name: string;
  /** Its path without links on the way. */
  readonly real: string;
  /** The folders above it and itself, so that a link that leads back is noticed. */
  readonly identities: readonly string[];
}

export interface FolderEntry extends PathStatus {
  readonly path: string;
  /** The last part of its path. */
  readonly base: string;
  /** Its path below the data set's folder. */
  readonly name: string;
  /** Its path without links on the way. */
  readonly real: string;
}

/** Walks through the folders of a data set, and notes whatever it does not take for an image. */
export class FolderWalk {
  readonly #folders: ImageFolders;
  readonly #skipped: SkippedFiles[] = [];
  readonly #unreadable: DamagedFile[] = [];
  readonly #notes: string[] = [];
  #links = new FollowedLinks('');

  constructor(folders: ImageFolders) {
    this.#folders = folders;
  }

  /** What was noted so far. */
  get listing(): FolderListing {
    return { skipped: this.#skipped, unreadable: this.#unreadable, notes: this.#notes };
  }

  /** Throws where the folder cannot be read. */
  start(path: string): WalkedFolder {
    const { identity } = this.#folders.status(path);
    this.#folders.names(path);
    const real = this.#folders.real(path);
    this.#links = new FollowedLinks(real);
    return { path, name: '', real, identities: identity === null ? [] : [identity] };
  }

  /** Says in which folders the images lie: a link to what is in one of them would give it twice. */
  readFrom(folders: readonly Pick<WalkedFolder, 'real'>[]): void {
    this.#links.readFrom(folders.map(({ real }) => real));
  }

  /** What to say where images are missing: that links lead out of the folder; empty where none does. */
  get linkAdvice(): string {
    const outside = this.#skipped.filter(({ reason }) => reason === LINK_REASONS.outside);
    const count = new Set(outside.map(({ path }) => path)).size;
    return count === 0
      ? ''
      : ` (${countedNoun(count, 'link')} in it ${count === 1 ? 'leads' : 'lead'} out of it, and only what lies in it is read: copy it there)`;
  }

  /** Notes how the folder was understood. */
  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  /** What a folder holds, by name, apart from what systems leave behind. What cannot be read is noted. */
  entries(folder: WalkedFolder): readonly FolderEntry[] {
    return this.#namesIn(folder).flatMap((base) => {
      const entry = this.#entry(folder, base);
      if (entry === null) return [];
      if (isLeftBehind(base)) this.skip(folder, entry, REASONS.leftBehind);
      else if (!entry.isFile && !entry.isFolder) this.skip(folder, entry, REASONS.special);
      else if (entry.isFolder && folderOf(folder, entry) === null) this.skip(folder, entry, REASONS.loop);
      else {
        const refusal = this.#links.refusal(entry);
        if (refusal === null) return [entry];
        this.skip(folder, entry, refusal);
      }
      return [];
    });
  }

  /** All images below a folder, in the order of their names. */
  images(folder: WalkedFolder, depth = MAX_DEPTH): readonly ImageFile[] {
    return this.entries(folder).flatMap((entry) => {
      if (!entry.isFolder) return this.#image(folder, entry);
      const below = folderOf(folder, entry);
      if (below !== null && depth > 0) return this.images(below, depth - 1);
      this.skip(folder, entry, REASONS.deep);
      return [];
    });
  }

  /** Notes that a file, or a folder with all that it holds, is left out. */
  skip(folder: WalkedFolder, entry: FolderEntry, reason: string): void {
    const { isFolder, name, linkedTo } = entry;
    const below = isFolder && linkedTo === null ? folderOf(folder, entry) : null;
    if (below === null) this.#skipped.push({ path: name, reason, files: 1 });
    else this.#skipped.push({ path: `${name}/`, reason, files: this.countFiles(below) });
  }

  /** Files in a folder and all that are in it; a link, and what cannot be read, count as one. */
  countFiles(folder: WalkedFolder): number {
    const silent = new FolderWalk(this.#folders);
    return silent.#namesIn(folder).reduce((sum, base) => {
      const entry = silent.#entry(folder, base);
      const below = entry?.isFolder === true && entry.linkedTo === null ? folderOf(folder, entry) : null;
      return sum + (below === null ? 1 : silent.countFiles(below));
    }, 0);
  }

  #image(folder: WalkedFolder, entry: FolderEntry): readonly ImageFile[] {
    const { path, stamp, byteLength, base } = entry;
    if (classifyFile(base).is === 'readable image') return [{ path, stamp, byteLength }];
    this.skip(folder, entry, notAnImage(base));
    return [];
  }

  /** Null where the status cannot be read, which is noted. */
  #entry(folder: WalkedFolder, base: string): FolderEntry | null {
    const path = this.#folders.join(folder.path, base);
    const name = folder.name + base;
    try {
      const status = this.#folders.status(path);
      return { path, base, name, real: status.linkedTo ?? this.#folders.join(folder.real, base), ...status };
    } catch (error) {
      this.#noteUnreadable(name, path, error);
      return null;
    }
  }

  #namesIn(folder: WalkedFolder): readonly string[] {
    try {
      return this.#folders.names(folder.path);
    } catch (error) {
      this.#noteUnreadable(folder.name, folder.path, error);
      return [];
    }
  }

  /** A link without a target, or something that may not be read: an image is missed, unless the name says otherwise. */
  #noteUnreadable(name: string, path: string, error: unknown): void {
    if (!(error instanceof AppError)) throw error;
    const [base = ''] = name.split('/').slice(-1);
    const isOther = base.includes('.') && classifyFile(base).is !== 'readable image';
    if (isLeftBehind(base)) this.#skipped.push({ path: name, reason: REASONS.leftBehind, files: 1 });
    else if (isOther) this.#skipped.push({ path: name, reason: notAnImage(base), files: 1 });
    else if (error.code === 'not-found')
      this.#unreadable.push({ file: name, problem: 'is a link to something that is not there' });
    else this.#unreadable.push(damagedFile(name, path, error.message));
  }
}

/** The folder of an entry; null where it leads back to one above it. */
export function folderOf(parent: WalkedFolder, { path, name, real, identity }: FolderEntry): WalkedFolder | null {
  if (identity !== null && parent.identities.includes(identity)) return null;
  return { path, real, name: `${name}/`, identities: [...parent.identities, ...(identity === null ? [] : [identity])] };
}

function notAnImage(base: string): string {
  const found = classifyFile(base);
  const ending = /\.[^.]+$/.exec(base)?.[0].toLowerCase();
  if (found.is === 'unread image') return `${found.format} images (${ending}) are not read: save them as PNG or JPEG`;
  return ending === undefined ? 'files without an ending are not taken for images' : `${ending} files are not images`;
}
