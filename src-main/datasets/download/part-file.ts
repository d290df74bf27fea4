import { type FileHandle, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { NOTE_LIMIT } from '../../files/limits.ts';
import { readOrdinary } from '../../files/ordinary-file.ts';

/** What tells whether the bytes at an address are still those that a part is of. */
export interface PartOrigin {
  readonly address: string;
  /** A strong ETag or a Last-Modified date, as `If-Range` takes it; null where the server gives neither. */
  readonly validator: string | null;
  /** The size of the whole file; null where the server does not say. */
  readonly total: number | null;
}

/** The bytes of a file that have arrived, with a note of where they came from next to them. They outlive the process. */
export class PartFile {
  readonly path: string;
  readonly #notePath: string;
  #size: number;
  #origin: PartOrigin | null;
  #file: FileHandle | null = null;

  private constructor(path: string, found: { readonly size: number; readonly origin: PartOrigin | null }) {
    this.path = path;
    this.#notePath = notePathOf(path);
    this.#size = found.size;
    this.#origin = found.origin;
  }

  /** The part that an earlier attempt has left at `path`, or an empty one. */
  static async find(path: string): Promise<PartFile> {
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    return new PartFile(path, { size, origin: await readOrigin(notePathOf(path)) });
  }

  get size(): number {
    return this.#size;
  }

  /** Null where nothing is known of it. */
  get origin(): PartOrigin | null {
    return this.#origin;
  }

  /** Empties the part: what follows comes from the start of this origin. */
  async begin(origin: PartOrigin): Promise<void> {
    await this.close();
    this.#file = await open(this.path, 'w');
    this.#size = 0;
    await this.#note(origin);
  }

  /** What follows comes behind what is there. */
  async goOn(origin: PartOrigin): Promise<void> {
    this.#file ??= await open(this.path, 'r+');
    await this.#note(origin);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#file === null) throw new Error('A part takes bytes once it has begun.');
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#size);
      written += bytesWritten;
      this.#size += bytesWritten;
    }
  }

  /** Brings the bytes to the disk. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    if (file === null) return;
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
    await rm(this.#notePath, { force: true });
    this.#size = 0;
    this.#origin = null;
  }

  /** Gives the whole file its name. */
  async finish(path: string): Promise<void> {
    await this.close();
    await rename(this.path, path);
    await rm(this.#notePath, { force: true });
  }

  async #note(origin: PartOrigin): Promise<void> {
    this.#origin = origin;
    const temporary = `${this.#notePath}.new`;
    await writeFile(temporary, JSON.stringify(origin));
    await rename(temporary, this.#notePath);
  }
}

function notePathOf(path: string): string {
  return `${path}.json`;
}

/** A note that a killed process has cut says nothing. */
async function readOrigin(path: string): Promise<PartOrigin | null> {
  try {
    const note: unknown = JSON.parse((await readOrdinary(path, NOTE_LIMIT)).toString());
    const { address, validator, total } = Object(note);
    if (typeof address !== 'string') return null;
    return {
      address,
      validator: typeof validator === 'string' ? validator : null,
      total: typeof total === 'number' ? total : null,
    };
  } catch {
    return null;
  }
}
