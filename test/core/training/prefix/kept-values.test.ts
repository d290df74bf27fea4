import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockMemory } from '#core/training/prefix/block-memory.ts';
import { KeptValues } from '#core/training/prefix/kept-values.ts';

const BLOCK = 8192;
const IMAGES = 12;

function valuesOf(image: number, boundary: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => image + boundary / 16 + index / 65_536);
}

describe('BlockMemory', () => {
  it('keeps values of any length, in whole blocks, and uses again what is given back', () => {
    const memory = new BlockMemory(4 * BLOCK);
    const [first, second] = [valuesOf(1, 0, 2048), valuesOf(2, 0, 4097)];
    const [blocks, more] = [memory.store(first), memory.store(second)];
    if (blocks === null || more === null) throw new Error('There is room.');
    expect(memory.bytesUsed).toBe(4 * BLOCK);
    expect(memory.store(first)).toBeNull();
    memory.free(blocks);
    expect(memory.bytesUsed).toBe(3 * BLOCK);
    expect(memory.store(valuesOf(3, 0, 1))).not.toBeNull();
    const target = new Float32Array(4097);
    memory.read(more, target);
    expect(target).toEqual(second);
  });

  it('takes memory from the system only when it needs it', () => {
    expect(new BlockMemory(1e15).store(new Float32Array(1))).not.toBeNull();
  });
});

/** What is known of an image's entry. */
interface Entry {
  readonly boundary: number;
  readonly values: Float32Array;
  readonly home: 'memory' | 'disk';
}

describe('KeptValues', () => {
  const operations = fc.array(
    fc.record({
      kind: fc.constantFrom('memory', 'memory', 'disk', 'forget', 'forgetBehind', 'forgetDisk'),
      image: fc.nat(IMAGES - 1),
      boundary: fc.integer({ min: 1, max: 6 }),
      blocks: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 80 },
  );

  it('holds what a map of entries would hold, within its budget, whatever is done', () => {
    fc.assert(
      fc.property(operations, fc.integer({ min: 0, max: 20 }), (all, budget) => {
        const memory = new BlockMemory(budget * BLOCK);
        const kept = new KeptValues(IMAGES, memory);
        const model = new Model(budget);
        for (const operation of all) {
          const values = valuesOf(operation.image, operation.boundary, operation.blocks * 2048 - 5);
          apply(kept, model, { ...operation, values });
          expect(memory.bytesUsed).toBeLessThanOrEqual(budget * BLOCK);
          check(kept, model);
        }
      }),
      { numRuns: 200 },
    );
  });
});

interface Operation {
  readonly kind: string;
  readonly image: number;
  readonly boundary: number;
  readonly values: Float32Array;
}

class Model {
  readonly entries = new Map<number, Entry>();
  /** What was written to the disk, by record. */
  readonly records = new Map<number, Float32Array>();
  readonly #blocks: number;

  constructor(blocks: number) {
    this.#blocks = blocks;
  }

  keepInMemory(image: number, entry: Entry): void {
    this.entries.delete(image);
    const others = [...this.entries.values()].filter(({ home }) => home === 'memory');
    const used = [...others, entry].reduce((sum, { values }) => sum + Math.ceil(values.length / 2048), 0);
    if (used <= this.#blocks) this.entries.set(image, entry);
  }

  forgetBehind(boundary: number): void {
    for (const [image, entry] of [...this.entries]) if (entry.boundary > boundary) this.entries.delete(image);
  }

  forgetDisk(): void {
    for (const [image, { home }] of [...this.entries]) if (home === 'disk') this.entries.delete(image);
  }
}

function apply(kept: KeptValues, model: Model, { kind, image, boundary, values }: Operation): void {
  switch (kind) {
    case 'memory':
      kept.keepInMemory(image, boundary, values);
      model.keepInMemory(image, { boundary, values, home: 'memory' });
      break;
    case 'disk':
      model.records.set(kept.keepOnDisk(image, boundary), values);
      model.entries.set(image, { boundary, values, home: 'disk' });
      break;
    case 'forget':
      kept.forget(image);
      model.entries.delete(image);
      break;
    case 'forgetBehind':
      kept.forgetBehind(boundary);
      model.forgetBehind(boundary);
      break;
    default:
      kept.forgetDisk();
      model.forgetDisk();
  }
}

function check(kept: KeptValues, { entries, records }: Model): void {
  for (let image = 0; image < IMAGES; image++) {
    const entry = entries.get(image);
    expect([kept.boundaryOf(image), kept.homeOf(image)]).toEqual([entry?.boundary ?? 0, entry?.home ?? null]);
    if (entry?.home === 'memory') {
      const target = new Float32Array(entry.values.length);
      kept.read(image, target);
      expect(target).toEqual(entry.values);
    }
    if (entry?.home === 'disk') expect(records.get(kept.recordOf(image))).toBe(entry.values);
  }
}
