import type { LabClient } from '../../../src-main/contract/client.ts';
import type { RunDetail } from '../../../src-main/core/records.ts';
import type { OwnerConnection } from '../../../src-main/socket/client.ts';
import { connectToOwner } from '../../../src-main/socket/client.ts';
import { expect } from './app-fixture.ts';

/** The smallest run that freezes layers and ends by itself. */
export const SHORT_RUN = {
  dataset: { kind: 'synthetic', classes: 4, height: 8, width: 8, train: 200, test: 40 },
  train: 160,
  validation: 40,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  epochs: 3,
  batchSize: 8,
} as const;

/** One that is still training whenever a test looks. */
export const LONG_RUN = { ...SHORT_RUN, epochs: 5000 };

/** What another program of the home sees of its owner, through the socket. Waits until it is served. */
export async function ownerOf(home: string): Promise<OwnerConnection> {
  let found: OwnerConnection | null = null;
  await expect
    .poll(
      async () => {
        found = await connectToOwner(home);
        return found !== null;
      },
      { timeout: 20_000, intervals: [50] },
    )
    .toBe(true);
  return found as unknown as OwnerConnection;
}

export async function startRun(client: LabClient, spec: object): Promise<string> {
  const { runId } = await client.runs.start({ spec: spec as never });
  return runId;
}

export function untilRun(client: LabClient, run: string, matches: (run: RunDetail) => boolean): Promise<void> {
  return expect(async () => {
    expect(matches(await client.runs.show({ run }))).toBe(true);
  }).toPass({ timeout: 40_000, intervals: [100] });
}
