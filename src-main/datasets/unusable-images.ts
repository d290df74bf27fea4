import { relative } from 'node:path';
import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';
import { firstNames } from '#core/data/kinds/folder-parts.ts';
import { type DamagedFile, damagedFile } from '#core/data/report/damaged-file.ts';
import { severalSizesText } from '#core/data/report/file-findings.ts';
import type { SizeExample } from '#core/data/report/report-facts.ts';
import { AppError } from '#core/errors.ts';
import type { DecodedFiles, UnreadFile } from './decoding-worker.ts';
import type { ImageList } from './image-list.ts';

/** What was seen of the image files of a folder, whether they can be trained on or not. */
export interface SeenFiles {
  readonly damaged: readonly DamagedFile[];
  /** Before resizing. */
  readonly sizes: readonly SizeExample[];
  readonly grey: number;
}

/** Image files are damaged, or of several sizes that nothing makes one. Tells about all of them at once. */
export class UnusableImages extends AppError {
  readonly seen: SeenFiles;

  constructor(list: ImageList, seen: SeenFiles) {
    super('corrupt', sentenceOf(list, seen));
    this.seen = seen;
  }
}

function sentenceOf({ folder, listing, ...parts }: ImageList, { damaged, sizes }: SeenFiles): string {
  const [first, ...others] = damaged;
  if (first === undefined) return severalSizesText(sizes, `The images of ${folder}`);
  if (others.length === 0) return `${folder}/${first.file} ${first.problem}: mend, replace or remove it.`;
  const files = [parts.training, parts.validation, parts.test].reduce(
    (sum, part) => sum + (part?.files.length ?? 0),
    0,
  );
  const of = `${wholeNumber(damaged.length)} of ${countedNoun(files + listing.unreadable.length, 'image file')}`;
  const names = firstNames(damaged.map(({ file }) => file));
  return `${of} in ${folder} cannot be read: ${names}. Mend, replace or remove them.`;
}

/** The damaged files of a folder as reports name them, with slashes on every system. */
export function damagedIn(folder: string, unread: readonly UnreadFile[]): readonly DamagedFile[] {
  return unread.map(({ path, message }) => damagedFile(belowFolder(folder, path), path, message));
}

/** "train/cat/1.png", with slashes on every system. */
export function belowFolder(folder: string, path: string): string {
  return relative(folder, path).replaceAll('\\', '/');
}

/** Counts equal sizes. */
export class SizeTally {
  readonly #counts = new Map<string, SizeExample>();

  /** The example of a size is the first of its files by path, whichever was decoded first. */
  add(sizes: DecodedFiles['sizes']): void {
    for (const { height, width, path } of sizes) {
      const key = `${height}x${width}`;
      const { images, example } = this.#counts.get(key) ?? { images: 0, example: path };
      const isEarlier = path < example;
      this.#counts.set(key, { height, width, images: images + 1, example: isEarlier ? path : example });
    }
  }

  get sizes(): readonly SizeExample[] {
    return [...this.#counts.values()];
  }
}
