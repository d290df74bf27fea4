import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StrayRuns } from '#core/stray-runs.ts';
import { DATABASE_NAME } from './database.ts';
import { readOrNull } from './read-or-null.ts';

/** The folders of runs that the database does not have; null where there are none, and where it cannot be read: then nobody knows. */
export function strayRunsIn(home: string): StrayRuns | null {
  const folder = join(home, 'runs');
  const names = foldersIn(folder);
  if (names.length === 0) return null;
  const known = readOrNull(join(home, DATABASE_NAME), (database) =>
    database.prepare<[], string>('SELECT public_id FROM runs').pluck().all(),
  );
  if (known === null) return null;
  const ids = new Set(known);
  const runs = names.filter((name) => !ids.has(name)).sort();
  return runs.length === 0 ? null : { folder, runs, bytes: bytesIn(runs.map((run) => join(folder, run))) };
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    // There is no folder before the first run has trained; one that cannot be read shows nothing.
    return [];
  }
}

/** Of their files; what is removed meanwhile counts nothing. */
function bytesIn(folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
  );
  return files.reduce(
    (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
