import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { byteAmount } from '#core/byte-amount.ts';
import type { DiskSpeed } from '#core/training/prefix/costs.ts';
import { DISK_PROBE_BYTES } from '#core/training/prefix/costs.ts';
import { removeLeftover } from '../files/leftovers.ts';

/** Share of the free memory: the rest is for the network and other programs. */
const MEMORY_SHARE = 1 / 4;
const DISK_SHARE = 1 / 2;

/** Bytes of memory for the cache: `FREEZEOUT_LAB_CACHE_MEMORY` ("2G", 0), else a quarter of what is free. Throws a bad request. */
export function cacheMemory(setting = process.env.FREEZEOUT_LAB_CACHE_MEMORY): number {
  return byteAmount('FREEZEOUT_LAB_CACHE_MEMORY', setting) ?? Math.floor(process.availableMemory() * MEMORY_SHARE);
}

/** Removes what a killed trainer left of its cache; where that stays, the run's log tells. */
export function removeRecords(folder: string): void {
  const leftover = removeLeftover(folder);
  if (leftover !== null) console.error(leftover);
}

export interface DiskRoom {
  readonly bytes: number;
  /** Null where the speed could not be measured: then the disk is not used. */
  readonly speed: DiskSpeed | null;
}

/**
 * Finds how much of the folder's disk the cache may take, and measures how fast it is by writing a little through to it. Reading
 * counts as equally slow: it cannot be measured, since what has just been written would come from the system's memory.
 */
export async function measureDisk(folder: string, now: () => number): Promise<DiskRoom> {
  const path = join(folder, 'prefix-cache-probe');
  try {
    const { bavail, bsize } = await statfs(folder);
    const bytes = Math.floor(bavail * bsize * DISK_SHARE);
    if (bytes < DISK_PROBE_BYTES) return { bytes: 0, speed: null };
    const msPerByte = (await timeWriting(path, now)) / DISK_PROBE_BYTES;
    return { bytes, speed: { readMsPerByte: msPerByte, writeMsPerByte: msPerByte } };
  } catch {
    return { bytes: 0, speed: null };
  } finally {
    await rm(path, { force: true });
  }
}

async function timeWriting(path: string, now: () => number): Promise<number> {
  const probe = Buffer.alloc(DISK_PROBE_BYTES, 1);
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
