import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { byteAmount } from '#core/byte-amount.ts';
import type { DiskSpeed } from '#core/training/prefix/costs.ts';

/** Of what is free: the rest is the network's, and other programs'. */
const MEMORY_SHARE = 1 / 4;
const DISK_SHARE = 1 / 2;
const PROBE_BYTES = 32 * 2 ** 20;

/** Bytes; `FREEZEOUT_LAB_CACHE_MEMORY` (such as "2G", or 0) overrides a quarter of the free memory. Throws a bad request. */
export function cacheMemory(setting = process.env.FREEZEOUT_LAB_CACHE_MEMORY): number {
  return byteAmount('FREEZEOUT_LAB_CACHE_MEMORY', setting) ?? Math.floor(process.availableMemory() * MEMORY_SHARE);
}

export interface DiskRoom {
  readonly bytes: number;
  /** Null where it could not be measured: then there is no disk to use. */
  readonly speed: DiskSpeed | null;
}

/**
 * How much of the folder's disk the cache may take, and how fast that is: measured by writing a little through to the disk.
 * Reading is taken to be as slow as that, since what has just been written would be read from the system's memory.
 */
export async function measureDisk(folder: string, now: () => number): Promise<DiskRoom> {
  const path = join(folder, 'prefix-cache-probe');
  try {
    const { bavail, bsize } = await statfs(folder);
    const bytes = Math.floor(bavail * bsize * DISK_SHARE);
    if (bytes < PROBE_BYTES) return { bytes: 0, speed: null };
    const msPerByte = (await timeWriting(path, now)) / PROBE_BYTES;
    return { bytes, speed: { readMsPerByte: msPerByte, writeMsPerByte: msPerByte } };
  } catch {
    return { bytes: 0, speed: null };
  } finally {
    await rm(path, { force: true });
  }
}

async function timeWriting(path: string, now: () => number): Promise<number> {
  const probe = Buffer.alloc(PROBE_BYTES, 1);
  const file = await open(path, 'w');
  try {
    const start = now();
    await file.write(probe);
    await file.datasync();
    return now() - start;
  } finally {
    await file.close();
  }
}
