import type { SkippedFiles, SkippedPath } from './data-files.ts';

/** Paths that are named for one reason, and reasons: a folder may hold a million files of which none is an image. */
const MOST_NAMED = 500;
const MOST_REASONS = 40;
const OTHER_REASONS = 'for yet other reasons, such as their endings';

interface Group {
  files: number;
  total: number;
  readonly first: SkippedPath[];
}

/** Counts what is left out of a data set, and names the first of it. */
export class LeftOut {
  readonly #groups = new Map<string, Group>();

  add({ path, files = 1 }: { readonly path: string; readonly files?: number }, reason: string): void {
    const group = this.#groupOf(reason);
    group.files += files;
    group.total++;
    if (group.first.length < MOST_NAMED) group.first.push({ path, files });
  }

  /** By reason, in the order in which these came up. */
  get skipped(): readonly SkippedFiles[] {
    return [...this.#groups].map(([reason, group]) => ({ reason, ...group }));
  }

  #groupOf(reason: string): Group {
    const isKnown = this.#groups.has(reason) || this.#groups.size < MOST_REASONS;
    const key = isKnown ? reason : OTHER_REASONS;
    const group = this.#groups.get(key) ?? { files: 0, total: 0, first: [] };
    this.#groups.set(key, group);
    return group;
  }
}
