import type { BlockMemory, Blocks } from './block-memory.ts';
import type { Home } from './costs.ts';

/** The first values of a record. */
export interface RecordPart {
  readonly record: number;
  /** Values. */
  readonly length: number;
}

/** Records of one size in slow storage, served in the order of the calls by a thread of its own. */
export interface RecordFile {
  /** Gives the parts one after another; valid until the call after the next one. Rejects where storage failed, now or before. */
  read(parts: readonly RecordPart[]): Promise<Float32Array>;
  /** Takes a copy: one row of values for each of the records. A failure shows at the next `read`. */
  write(records: readonly number[], rows: readonly Float32Array[]): void;
  /** Discards all records. */
  close(): Promise<void>;
}

/** Which values are kept of which image, and where: an image has one entry at most. */
export class KeptValues {
  readonly #memory: BlockMemory;
  /** 0: no entry. */
  readonly #phases: Uint16Array;
  readonly #blocks: (Blocks | undefined)[] = [];
  readonly #records = new Map<number, number>();
  readonly #freeRecords: number[] = [];
  #recordCount = 0;

  constructor(count: number, memory: BlockMemory) {
    this.#phases = new Uint16Array(count);
    this.#memory = memory;
  }

  /** The phase at whose boundary the values are; 0 where none are kept. */
  phaseOf(image: number): number {
    return this.#phases[image];
  }

  homeOf(image: number): Home | null {
    if (this.#phases[image] === 0) return null;
    return this.#blocks[image] === undefined ? 'disk' : 'memory';
  }

  /** The number of an image's record on disk. */
  recordOf(image: number): number {
    return this.#records.get(image) ?? -1;
  }

  /** Of an image with an entry in memory. */
  read(image: number, target: Float32Array): void {
    const blocks = this.#blocks[image];
    if (blocks !== undefined) this.#memory.read(blocks, target);
  }

  /** Replaces the entry. Where memory has no room the image has none from then on. */
  keepInMemory(image: number, phase: number, values: Float32Array): void {
    this.forget(image);
    const blocks = this.#memory.store(values);
    if (blocks === null) return;
    this.#blocks[image] = blocks;
    this.#phases[image] = phase;
  }

  /** Replaces the entry; gives the record that the caller writes the values to. */
  keepOnDisk(image: number, phase: number): number {
    const known = this.#records.get(image);
    if (known === undefined) this.forget(image);
    const record = known ?? this.#freeRecords.pop() ?? this.#recordCount++;
    this.#records.set(image, record);
    this.#phases[image] = phase;
    return record;
  }

  forget(image: number): void {
    const [blocks, record] = [this.#blocks[image], this.#records.get(image)];
    if (blocks !== undefined) this.#memory.free(blocks);
    this.#blocks[image] = undefined;
    if (record !== undefined) this.#freeRecords.push(record);
    this.#records.delete(image);
    this.#phases[image] = 0;
  }

  /** What was on disk is gone. */
  forgetDisk(): void {
    for (const image of [...this.#records.keys()]) this.forget(image);
  }

  clear(): void {
    this.#phases.fill(0);
    this.#blocks.length = 0;
    this.#records.clear();
    this.#memory.clear();
  }
}
