/** Floats in a block, 8 KiB: few next to an image's values, but enough that the fixed cost of a copy does not matter. */
const BLOCK_FLOATS = 2048;
const BLOCK_BYTES = BLOCK_FLOATS * Float32Array.BYTES_PER_ELEMENT;
const BLOCKS_IN_SLAB = 4096;

/** The blocks of a record's values, in their order. */
export type Blocks = Uint32Array;

/**
 * Memory for records of different sizes within a fixed budget. Its blocks have one size, so that the blocks of a removed record
 * can be used for any other. The memory is taken from the system in slabs of 32 MiB when it is first needed.
 */
export class BlockMemory {
  readonly #capacity: number;
  readonly #slabs: Float32Array[] = [];
  readonly #free: number[] = [];
  #used = 0;

  constructor(budgetBytes: number) {
    this.#capacity = Math.floor(budgetBytes / BLOCK_BYTES);
  }

  get bytesUsed(): number {
    return (this.#used - this.#free.length) * BLOCK_BYTES;
  }

  /** Bytes that a record takes, which are whole blocks. */
  static bytesFor(valueBytes: number): number {
    return Math.ceil(valueBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }

  /** Stores the values; null where the budget or the system has no room. */
  store(values: Float32Array): Blocks | null {
    const count = Math.ceil(values.length / BLOCK_FLOATS);
    if (!this.#hasRoomFor(count)) return null;
    const blocks = Uint32Array.from({ length: count }, () => this.#free.pop() ?? this.#used++);
    for (let index = 0; index < count; index++) {
      this.#at(blocks[index]).set(values.subarray(index * BLOCK_FLOATS, (index + 1) * BLOCK_FLOATS));
    }
    return blocks;
  }

  /** Fills the target, which has the record's length. */
  read(blocks: Blocks, target: Float32Array): void {
    for (let index = 0; index < blocks.length; index++) {
      const start = index * BLOCK_FLOATS;
      const length = Math.min(BLOCK_FLOATS, target.length - start);
      target.set(this.#at(blocks[index]).subarray(0, length), start);
    }
  }

  free(blocks: Blocks): void {
    for (const block of blocks) this.#free.push(block);
  }

  clear(): void {
    this.#slabs.length = 0;
    this.#free.length = 0;
    this.#used = 0;
  }

  #hasRoomFor(count: number): boolean {
    const missing = count - this.#free.length;
    if (this.#used + missing > this.#capacity) return false;
    while (this.#slabs.length * BLOCKS_IN_SLAB < this.#used + missing) {
      const blocks = Math.min(BLOCKS_IN_SLAB, this.#capacity - this.#slabs.length * BLOCKS_IN_SLAB);
      try {
        this.#slabs.push(new Float32Array(blocks * BLOCK_FLOATS));
      } catch {
        // The system gives less than it promised: continue with the memory that is there.
        return false;
      }
    }
    return true;
  }

  #at(block: number): Float32Array {
    const start = (block % BLOCKS_IN_SLAB) * BLOCK_FLOATS;
    return this.#slabs[Math.floor(block / BLOCKS_IN_SLAB)].subarray(start, start + BLOCK_FLOATS);
  }
}
