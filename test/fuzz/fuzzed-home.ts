import { join } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import { openHost } from '../../src-main/host.ts';
import { connectToOwner } from '../../src-main/socket/client.ts';
import { DATABASE_NAME } from '../../src-main/sqlite/database.ts';
import { fillDatabase } from '../support/full-home.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

/** Names in the home that `fillDatabase` makes. */
export const NAMES = ['study-1', 'mine', 'waiting', 'gone', 'run-0-1', 'run-1-2', 'shapes', 'study', 'baseline'];

/** The run whose measurements no request may change. */
const MEASURED = 'run-1-1' as never;

/** A home with rows, whose owner listens and trains nothing, and a client of its socket. */
export async function openFuzzedHome(home: string) {
  fillDatabase(join(home, DATABASE_NAME));
  const createTrainers = () => scriptedTrainers(() => finishing(0.1, 10));
  const host = await openHost({ home, serve: true, createTrainers });
  const connection = await connectToOwner(home);
  if (connection === null) throw new Error('The owner does not listen.');
  // The questions do not know its name, so nothing unlocks it, and its study cannot be deleted with it.
  await connection.client.runs.update({ runs: [MEASURED], locked: true });
  return {
    client: connection.client,
    close: async () => {
      connection.close();
      await host.close('The test is over.');
    },
  };
}

/** What no request may change: the measurements of a run. */
export async function measured(client: LabClient): Promise<string> {
  const { epochs, freezes, checkpoints, layers } = await client.runs.show({ run: MEASURED });
  return JSON.stringify([epochs, freezes, checkpoints, layers]);
}
