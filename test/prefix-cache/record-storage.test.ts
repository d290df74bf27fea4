import * as nodeFiles from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordFiles } from '../../src-main/prefix-cache/record-storage.ts';
import { RecordStorage } from '../../src-main/prefix-cache/record-storage.ts';
import { openRecords } from '../../src-main/prefix-cache/record-thread.ts';
import { cacheMemory, measureDisk } from '../../src-main/prefix-cache/storage-room.ts';

const RECORD_FLOATS = 6;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
  path = join(folder, 'prefix-cache', 'values');
});

afterEach(() => rmSync(folder, { recursive: true }));

function storageOn(files: Partial<RecordFiles> = {}): RecordStorage {
  return new RecordStorage({ path, recordBytes: RECORD_FLOATS * 4 }, { ...nodeFiles, ...files });
}

/** Writes few bytes at a time, and none beyond the end. */
function fullAfter(bytes: number): Partial<RecordFiles> {
  let left = bytes;
  return {
    writeSync: (descriptor, buffer, offset, length, position) => {
      if (left <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      const written = nodeFiles.writeSync(descriptor, buffer, offset, Math.min(7, left, length), position);
      left -= written;
      return written;
    },
  };
}

describe('RecordStorage', () => {
  it('reads what a map of records would hold', () => {
    const writes = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: RECORD_FLOATS })), { minLength: 1 });
    fc.assert(
      fc.property(writes, (all) => {
        const [storage, model] = [storageOn(fullAfter(1e9)), new Map<number, Float32Array>()];
        for (const [index, [record, length]] of all.entries()) {
          const row = Float32Array.from({ length }, (_, place) => index + place / 8);
          storage.write([record], row);
          model.set(record, row);
        }
        const parts = Array.from(model, ([record, { length }]) => ({ record, length }));
        const target = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
        storage.read(parts, target);
        expect([...target]).toEqual([...model.values()].flatMap((row) => [...row]));
        storage.close();
      }),
      { numRuns: 20 },
    );
  });

  it('writes a row to each of several records', () => {
    const storage = storageOn();
    storage.write([5, 2], Float32Array.of(1, 2, 3, 4));
    const target = new Float32Array(3);
    storage.read(
      [
        { record: 2, length: 2 },
        { record: 5, length: 1 },
      ],
      target,
    );
    expect([...target]).toEqual([3, 4, 1]);
  });

  it('fails for good once the disk is full: what was to be written then is not there', () => {
    const storage = storageOn(fullAfter(30));
    storage.write([0], new Float32Array(RECORD_FLOATS));
    const full = expect.objectContaining({
      code: 'no-space',
      message: expect.stringContaining('could not be written'),
    });
    expect(() => storage.write([1], new Float32Array(RECORD_FLOATS))).toThrow(full);
    expect(() => storage.read([{ record: 0, length: 1 }], new Float32Array(1))).toThrow(full);
    storage.close();
    expect(nodeFiles.existsSync(path)).toBe(false);
  });

  it('fails where a record was never written', () => {
    const storage = storageOn();
    expect(() => storage.read([{ record: 3, length: 1 }], new Float32Array(1))).toThrow('could not be read');
  });
});

describe('the thread of the records', () => {
  const recordBytes = RECORD_FLOATS * 4;

  it('serves reads and writes in the order of the calls, and leaves nothing behind', async () => {
    const records = openRecords({ path, recordBytes });
    records.write([0, 1], [Float32Array.of(1, 2), Float32Array.of(3, 4)]);
    const first = records.read([{ record: 1, length: 2 }]);
    records.write([1], [Float32Array.of(5, 6)]);
    const second = records.read([
      { record: 1, length: 2 },
      { record: 0, length: 1 },
    ]);
    expect([...(await first)]).toEqual([3, 4]);
    expect([...(await second)]).toEqual([5, 6, 1]);
    await records.close();
    expect(nodeFiles.existsSync(path)).toBe(false);
    await expect(records.read([{ record: 0, length: 1 }])).rejects.toThrow('has ended');
  });

  it('says at the next reading what went wrong', async () => {
    nodeFiles.writeFileSync(join(folder, 'prefix-cache'), 'a file where the folder should be');
    const records = openRecords({ path, recordBytes });
    records.write([0], [Float32Array.of(1)]);
    await expect(records.read([{ record: 0, length: 1 }])).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('could not be written'),
    });
    nodeFiles.rmSync(join(folder, 'prefix-cache'));
    await records.close();
  });
});

describe('room', () => {
  it('for memory is a quarter of what is free, or what the setting says', () => {
    expect(cacheMemory('')).toBeGreaterThan(1e6);
    expect(cacheMemory('2G')).toBe(2 ** 31);
    expect(cacheMemory('0')).toBe(0);
    expect(() => cacheMemory('much')).toThrow('FREEZEOUT_LAB_CACHE_MEMORY is "much"');
  });

  it('on disk is half of what is free, at the speed of writing it', async () => {
    const { bytes, speed } = await measureDisk(folder, () => performance.now());
    expect(bytes).toBeGreaterThan(0);
    expect(speed?.writeMsPerByte).toBeGreaterThan(0);
    expect(nodeFiles.readdirSync(folder)).toEqual([]);
    expect(await measureDisk(join(folder, 'absent'), () => 0)).toEqual({ bytes: 0, speed: null });
  });
});
