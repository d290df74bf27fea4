import { damagedFile } from '#core/data/report/damaged-file.ts';
import type { StoredImages } from '#core/data/stored-images.ts';
import type { Adaptation } from '#core/prediction.ts';
import { DecodingThreads } from './decoding-threads.ts';
import type { ReadImage } from './decoding-worker.ts';
import type { ListedFiles } from './images-below.ts';

/** An image file as others of a data set are stored. */
export interface ReadFile {
  readonly name: string;
  /** [height, width, channels]; null where the file cannot be read so. */
  readonly pixels: Uint8Array | null;
  /** Why not: the end of a sentence that begins with the file. */
  readonly problem: string | null;
  readonly adapted: readonly Adaptation[];
}

/** Reads image files in threads. */
export interface ImageReader {
  /** The files in batches of this size, each read while the one before is worked on. */
  batches(files: ListedFiles['files'], batchSize: number): AsyncGenerator<readonly ReadFile[], void, undefined>;
  close(): Promise<void>;
}

export function openImageReader(stored: StoredImages, files: number): ImageReader {
  const threads = new DecodingThreads(files);
  const read = async (batch: ListedFiles['files']) => {
    const images = await threads.read(
      batch.map(({ path }) => path),
      stored,
    );
    return batch.map((file, place) => readFileOf(file, images[place]));
  };
  return {
    async *batches(all, batchSize) {
      let next = read(all.slice(0, batchSize));
      for (let first = 0; first < all.length; first += batchSize) {
        const batch = await next;
        next = read(all.slice(first + batchSize, first + 2 * batchSize));
        yield batch;
      }
      await next;
    },
    close: () => threads.close(),
  };
}

function readFileOf({ path, name }: ListedFiles['files'][number], { pixels, message, adapted }: ReadImage): ReadFile {
  const problem = message === null ? null : damagedFile(name, path, message).problem;
  return { name, pixels, problem, adapted };
}
