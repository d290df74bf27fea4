/**
 * Loaded before the program itself (`--import`) in each of its processes and threads: faults then strike what they do with files, the
 * database, the socket and child processes. Without its variable in the environment nothing happens.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { threadId } from 'node:worker_threads';
import { strikeDatabase } from './database-faults.ts';
import type { FaultSettings } from './fault-draws.ts';
import { FaultDraws, SETTINGS_VARIABLE } from './fault-draws.ts';
import { strikeFiles } from './file-faults.ts';
import { strikeProcesses } from './process-faults.ts';
import { strikeSockets } from './socket-faults.ts';
import { replace } from './struck-calls.ts';

const text = process.env[SETTINGS_VARIABLE];
if (text !== undefined) await strike(JSON.parse(text) as FaultSettings);

async function strike(settings: FaultSettings): Promise<void> {
  const name = threadId === 0 ? settings.process : `${settings.process}/${threadId}`;
  const draws = new FaultDraws({ ...settings, process: name });
  await strikeFiles(draws);
  strikeDatabase(draws);
  strikeSockets(draws);
  strikeProcesses(draws);
  keepPriority();
  syncBuiltinESMExports();
}

/** A trainer gives other programs priority; on a machine that is busy with them a soak would never end. */
function keepPriority(): void {
  const system: typeof import('node:os') = createRequire(import.meta.url)('node:os');
  replace(system, 'setPriority', () => () => undefined);
}
