import type { BlockMemory, Blocks } from './block-memory.ts';
import type { Home } from './costs.ts';

/** The first values of a record. */
export interface RecordPart {
  readonly record: number;
  /** The number of values. */
  readonly length: number;
}

/** Records of one size in slow storage, served in the order of the calls by a thread of its own. */
export interface RecordFile {
  /**
   * Reads the parts one after another; valid until the call after the next. Rejects where the storage has failed, now
   * or before.
   */
  read(parts: readonly RecordPart[]): Promise<Float32Array>;
  /** Writes one row of values to each of the records; copies them first. The next `read` reports a failure. */
  write(records: readonly number[], rows: readonly Float32Array[]): void;
  /** Discards all records. */
  close(): Promise<void>;
}

/** Records which values are kept of which image, and where. An image has at most one entry. */
export class KeptValues {
  readonly #memory: BlockMemory;
  /** The boundary of each image's entry; 0: no entry. */
  readonly #boundaries: Uint16Array;
  readonly #blocks: (Blocks | undefined)[] = [];
  readonly #records = new Map<number, number>();
  readonly #freeRecords: number[] = [];
  #recordCount = 0;

  constructor(count: number, memory: BlockMemory) {
    this.#boundaries = new Uint16Array(count);
    this.#memory = memory;
  }

  /** The boundary at which the values of the image are kept; 0 where none are kept. */
  boundaryOf(image: number): number {
    return this.#boundaries[image];
  }

  homeOf(image: number): Home | null {
    if (this.#boundaries[image] === 0) return null;
    return this.#blocks[image] === undefined ? 'disk' : 'memory';
  }

  /** The number of an image's record on disk. */
  recordOf(image: number): number {
    return this.#records.get(image) ?? -1;
  }

  /** Copies out the values of an image with an entry in memory. */
  read(image: number, target: Float32Array): void {
    const blocks = this.#blocks[image];
    if (blocks !== undefined) this.#memory.read(blocks, target);
  }

  /** Replaces the entry. If memory has no room, the image has no entry any more. */
  keepInMemory(image: number, boundary: number, values: Float32Array): void {
    this.forget(image);
    const blocks = this.#memory.store(values);
    if (blocks === null) return;
    this.#blocks[image] = blocks;
    this.#boundaries[image] = boundary;
  }

  /** Replaces the entry; returns the record to which the caller writes the values. */
  keepOnDisk(image: number, boundary: number): number {
    const known = this.#records.get(image);
    if (known === undefined) this.forget(image);
    const record = known ?? this.#freeRecords.pop() ?? this.#recordCount++;
    this.#records.set(image, record);
    this.#boundaries[image] = boundary;
    return record;
  }

  forget(image: number): void {
    const [blocks, record] = [this.#blocks[image], this.#records.get(image)];
    if (blocks !== undefined) this.#memory.free(blocks);
    this.#blocks[image] = undefined;
    if (record !== undefined) this.#freeRecords.push(record);
    this.#records.delete(image);
    this.#boundaries[image] = 0;
  }

  /** Removes all entries behind the boundary. */
  forgetBehind(boundary: number): void {
    for (const [image, at] of this.#boundaries.entries()) if (at > boundary) this.forget(image);
  }

  /** Removes all entries on disk. */
  forgetDisk(): void {
    for (const image of [...this.#records.keys()]) this.forget(image);
  }

  clear(): void {
    this.#boundaries.fill(0);
    this.#blocks.length = 0;
    this.#records.clear();
    this.#memory.clear();
  }
}
