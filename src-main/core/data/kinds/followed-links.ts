import type { PathStatus } from '../data-files.ts';

/** Why a link is not followed, as the end of a sentence. */
export const LINK_REASONS = {
  outside: 'behind a link that leads out of the folder of the data set',
  again: 'behind a link to what is read from its own place, or from behind another link',
} as const;

/**
 * Which links of a data set are followed: those that lead to something in its folder that is read from nowhere else. So nothing is
 * read that the folder does not hold, and no image counts twice. All paths are without links on the way.
 */
export class FollowedLinks {
  readonly #root: string;
  /** Folders that are read in their own place. */
  #read: readonly string[] = [];
  readonly #followed = new Set<string>();
  /** The folders that hold what was followed. */
  readonly #holding = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Says which folders are read in their own place. What was followed on the way to them does not count. */
  readFrom(folders: readonly string[]): void {
    this.#read = folders;
    this.#followed.clear();
    this.#holding.clear();
  }

  /** Why the link is not followed; null where it is, from here alone, or where there is no link. */
  refusal({ linkedTo, isFolder }: Pick<PathStatus, 'linkedTo' | 'isFolder'>): string | null {
    if (linkedTo === null) return null;
    if (!isWithin(linkedTo, this.#root)) return LINK_REASONS.outside;
    const isRead = this.#read.some((folder) => isWithin(linkedTo, folder));
    if (isRead || this.#isFollowed(linkedTo) || (isFolder && this.#holdsFollowed(linkedTo))) return LINK_REASONS.again;
    this.#followed.add(linkedTo);
    for (const folder of withAbove(linkedTo)) this.#holding.add(folder);
    return null;
  }

  /** Whether a link was followed to this path, or to a folder above it. */
  #isFollowed(path: string): boolean {
    for (const place of withAbove(path)) if (this.#followed.has(place)) return true;
    return false;
  }

  #holdsFollowed(folder: string): boolean {
    return this.#holding.has(folder) || this.#read.some((one) => isWithin(one, folder));
  }
}

/** Whether a path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false;
  return path.length === folder.length || /[\\/]$/.test(folder) || /[\\/]/.test(path[folder.length]);
}

/** The path and the folders above it, but the root of the disk: nothing is read of a folder that holds the data set. */
function* withAbove(path: string): Generator<string, void, undefined> {
  for (let end = path.length; end > 0; end = lastSeparator(path, end - 1)) yield path.slice(0, end);
}

function lastSeparator(path: string, before: number): number {
  return Math.max(path.lastIndexOf('/', before), path.lastIndexOf('\\', before));
}
