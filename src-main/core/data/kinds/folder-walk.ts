import { countedNoun } from '../../analysis/quantity.ts';
import { AppError } from '../../errors.ts';
import type { FolderListing, ImageFile, ImageFolders } from '../data-files.ts';
import { classifyFile } from '../image-endings.ts';
import { LeftOut } from '../left-out.ts';
import { type DamagedFile, damagedFile } from '../report/damaged-file.ts';
import { FolderEntry, type WalkedFolder } from './folder-entry.ts';
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

/** Walks through the folders of a data set, and notes whatever it does not take for an image. */
export class FolderWalk {
  readonly #folders: ImageFolders;
  readonly #leftOut = new LeftOut();
  /** Links that lead out of the folder. */
  readonly #outside = new Set<string>();
  readonly #unreadable: DamagedFile[] = [];
  readonly #notes: string[] = [];
  #links = new FollowedLinks('');

  constructor(folders: ImageFolders) {
    this.#folders = folders;
  }

  /** What was noted so far. */
  get listing(): FolderListing {
    return { skipped: this.#leftOut.skipped, unreadable: this.#unreadable, notes: this.#notes };
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
    const count = this.#outside.size;
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
    return this.#taken(folder, () => null);
  }

  /** All images below a folder, in the order of their names. */
  images(folder: WalkedFolder, depth = MAX_DEPTH): readonly ImageFile[] {
    return this.#taken(folder, noImage).flatMap((entry) => {
      const { isFolder, path, stamp, byteLength } = entry;
      if (!isFolder) return [{ path, stamp, byteLength }];
      const below = entry.folder;
      if (below !== null && depth > 0) return this.images(below, depth - 1);
      this.skip(entry, REASONS.deep);
      return [];
    });
  }

  /** Notes that a file, or a folder with all that it holds, is left out. */
  skip(entry: FolderEntry, reason: string): void {
    const { isFolder, name, linkedTo } = entry;
    const below = isFolder && linkedTo === null ? entry.folder : null;
    if (reason === LINK_REASONS.outside) this.#outside.add(name);
    if (below === null) this.#leftOut.add({ path: name }, reason);
    else this.#leftOut.add({ path: `${name}/`, files: this.countFiles(below) }, reason);
  }

  /** Files in a folder and all that are in it; a link, and what cannot be read, count as one. */
  countFiles(folder: WalkedFolder): number {
    const silent = new FolderWalk(this.#folders);
    return silent.#namesIn(folder).reduce((sum, base) => {
      const entry = silent.#entry(folder, base);
      const below = entry?.isFolder === true && entry.linkedTo === null ? entry.folder : null;
      return sum + (below === null ? 1 : silent.countFiles(below));
    }, 0);
  }

  /** The entries of a folder but those that are left out, also for what `refusal` says of them; nothing is kept of these. */
  #taken(folder: WalkedFolder, refusal: (entry: FolderEntry) => string | null): readonly FolderEntry[] {
    const taken: FolderEntry[] = [];
    for (const base of this.#namesIn(folder)) {
      const entry = this.#entry(folder, base);
      if (entry === null) continue;
      const reason = this.#refusal(entry) ?? refusal(entry);
      if (reason === null) taken.push(entry);
      else this.skip(entry, reason);
    }
    return taken;
  }

  #refusal(entry: FolderEntry): string | null {
    if (isLeftBehind(entry.base)) return REASONS.leftBehind;
    if (!entry.isFile && !entry.isFolder) return REASONS.special;
    if (entry.isFolder && entry.folder === null) return REASONS.loop;
    return this.#links.refusal(entry);
  }

  /** Null where the status cannot be read, which is noted. */
  #entry(folder: WalkedFolder, base: string): FolderEntry | null {
    const path = this.#folders.join(folder.path, base);
    try {
      return new FolderEntry(this.#folders, folder, base, this.#folders.status(path));
    } catch (error) {
      this.#noteUnreadable(folder.name + base, path, error);
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
    if (isLeftBehind(base)) this.#leftOut.add({ path: name }, REASONS.leftBehind);
    else if (isOther) this.#leftOut.add({ path: name }, notAnImage(base));
    else if (error.code === 'not-found')
      this.#unreadable.push({ file: name, problem: 'is a link to something that is not there' });
    else this.#unreadable.push(damagedFile(name, path, error.message));
  }
}

/** Null for a folder, and for a file that its name calls an image that is read. */
function noImage({ base, isFolder }: FolderEntry): string | null {
  return isFolder || classifyFile(base).is === 'readable image' ? null : notAnImage(base);
}

function notAnImage(base: string): string {
  const found = classifyFile(base);
  const ending = /\.[^.]+$/.exec(base)?.[0].toLowerCase();
  if (found.is === 'unread image') return `${found.format} images (${ending}) are not read: save them as PNG or JPEG`;
  return ending === undefined ? 'files without an ending are not taken for images' : `${ending} files are not images`;
}
