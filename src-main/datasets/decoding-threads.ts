import { availableParallelism } from 'node:os';
import type { StoredImages } from '#core/data/stored-images.ts';
import { Thread } from '../threads/thread.ts';
import { newTurn } from '../threads/turn.ts';
import type { DecodedFiles, DecodedShape, DecodeRequest, DecodingFunctions, ReadImage } from './decoding-worker.ts';

/** More threads than this would only wait for the disk. */
const MAX_THREADS = 8;

/** Threads that decode images, each one request at a time. All calls reject where the pixels cannot be written. */
export class DecodingThreads {
  readonly #threads: readonly Thread<DecodingFunctions>[];

  /** One for each core, but no more than can be at work. */
  constructor(mostAtWork: number) {
    const count = Math.min(MAX_THREADS, availableParallelism(), mostAtWork);
    const entry = new URL('./decoding-worker.ts', import.meta.url);
    const options = { name: 'decoding', does: 'decodes the images', input: newTurn() };
    this.#threads = Array.from({ length: count }, () => new Thread<DecodingFunctions>(entry, options));
  }

  /** The shape of a file's image, after resizing where a size is given; null where it cannot be read. */
  examine(file: string, size: number | null): Promise<DecodedShape | null> {
    return this.#threads[0].remote.examine(file, size);
  }

  /**
   * Each thread takes the next request when it has finished one. `onDecoded` is told what the files of a request hold;
   * decoding ends early where it returns false.
   */
  async decode(
    requests: Iterator<DecodeRequest, void, undefined>,
    onDecoded: (decoded: DecodedFiles) => boolean,
  ): Promise<void> {
    let goesOn = true;
    const work = async ({ remote }: Thread<DecodingFunctions>): Promise<void> => {
      for (let next = requests.next(); goesOn && !next.done; next = requests.next()) {
        const decoded = await remote.decode(next.value);
        goesOn &&= onDecoded(decoded);
      }
    };
    await Promise.all(this.#threads.map(work));
  }

  /** Reads image files as those of a data set are stored, shared out among the threads, in the order of the files. */
  async read(files: readonly string[], stored: StoredImages): Promise<readonly ReadImage[]> {
    const share = Math.ceil(files.length / this.#threads.length);
    const parts = this.#threads.map(({ remote }, thread) =>
      remote.read({ files: files.slice(thread * share, (thread + 1) * share), stored }),
    );
    return (await Promise.all(parts)).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}
