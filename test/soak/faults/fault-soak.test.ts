import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FaultSoak } from './fault-soak.ts';
import { faultyStudies } from './faulty-studies.ts';

/** Some twenty programs, one after the other: on a machine that does much else they take minutes. */
const LIMIT_MS = 900_000;

it(
  'a home that is used under faults refuses in sentences, and afterwards has the bits of one that met none',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'freezeout-faults-'));
    const effort = { tries: 2, meddling: 1, exports: 1, longestWaitMs: 500, isInterrupted: false };
    const soak = new FaultSoak({ folder, seed: 3, studies: faultyStudies(), effort });
    await soak.round(1);
    expect(soak.record.findings).toEqual([]);
    expect(soak.record.faults.length).toBeGreaterThan(3);
    rmSync(folder, { recursive: true });
  },
  LIMIT_MS,
);
