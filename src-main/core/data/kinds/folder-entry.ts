import type { ImageFolders, PathStatus } from '../data-files.ts';

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

/** A file or a folder in a folder. Its paths are made when they are asked for: of most files among thousands they never are. */
export class FolderEntry implements PathStatus {
  /** The last part of its path. */
  readonly base: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  readonly stamp: string;
  readonly byteLength: number;
  readonly identity: string | null;
  readonly linkedTo: string | null;
  readonly #folders: Pick<ImageFolders, 'join'>;
  readonly #parent: WalkedFolder;

  constructor(folders: Pick<ImageFolders, 'join'>, parent: WalkedFolder, base: string, status: PathStatus) {
    this.#folders = folders;
    this.#parent = parent;
    this.base = base;
    this.isFolder = status.isFolder;
    this.isFile = status.isFile;
    this.stamp = status.stamp;
    this.byteLength = status.byteLength;
    this.identity = status.identity;
    this.linkedTo = status.linkedTo;
  }

  get path(): string {
    return this.#folders.join(this.#parent.path, this.base);
  }

  /** Its path below the data set's folder. */
  get name(): string {
    return this.#parent.name + this.base;
  }

  /** The folder that it is; null where that leads back to one above it. */
  get folder(): WalkedFolder | null {
    const { identity, path, base, linkedTo, name } = this;
    const { identities, real } = this.#parent;
    if (identity !== null && identities.includes(identity)) return null;
    return {
      ...{ path, name: `${name}/`, real: linkedTo ?? this.#folders.join(real, base) },
      identities: [...identities, ...(identity === null ? [] : [identity])],
    };
  }
}
