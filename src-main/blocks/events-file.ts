import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toJson } from '#core/numbers.ts';
import type { RunEvent } from '#core/run-event.ts';

/** The file of one attempt's events of one run. Only whole lines count, so a write that fails is written over by the next one. */
export class EventsFile {
  readonly #file: FileHandle;
  /** Bytes of the whole lines. */
  #length = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file. Throws where there is one: no attempt writes the file of another. */
  static async create(path: string): Promise<EventsFile> {
    const file = await open(path, 'wx');
    // Its name survives a power cut only once its folder is synced.
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
    return new EventsFile(file);
  }

  /** Adds lines, which are on the disk when this returns. */
  async append(events: readonly RunEvent[]): Promise<void> {
    const bytes = Buffer.from(events.map((event) => `${toJson(event)}\n`).join(''));
    try {
      for (let written = 0; written < bytes.length; ) {
        written += (await this.#file.write(bytes, written, bytes.length - written, this.#length + written))
          .bytesWritten;
      }
      await this.#file.sync();
    } catch (error) {
      // What is left of it where this fails too is no whole line, or is written over.
      await this.#file.truncate(this.#length).catch(() => undefined);
      throw error;
    }
    this.#length += bytes.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
