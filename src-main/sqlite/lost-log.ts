import Database from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import type { HomeState, Reached } from './home-state.ts';
import { withoutTrace } from './without-trace.ts';

/**
 * The error for a database whose last changes are lost with its log, which somebody removed after an owner was killed; null where nothing shows
 * that. SQLite itself finds such a database sound. `state` says what that owner had stored.
 */
export function lostLog(path: string, state: HomeState): AppError | null {
  const missing = state.hasLostLog() ? '' : missingRows(path, state.reachedBefore);
  if (missing === null) return null;
  const problem = `The last changes in ${path} are lost, since its log ${path}-wal is missing${missing}`;
  const advice = 'put the log back, or go on without them with `lab backups salvage`';
  return new AppError('corrupt', `${problem}: ${advice}; nothing was changed.`);
}

/** What is missing of what had been stored, in brackets; null where nothing is. */
function missingRows(path: string, reached: Reached | null): string | null {
  if (reached === null) return null;
  const { run, seq } = reached;
  const found = withoutTrace(path, () => lastSeqOf(path, run));
  if (found === undefined) return ` (run ${run} is not in it)`;
  return found < seq ? ` (run ${run} had reported ${seq} events, and ${found} are in it)` : null;
}

/** Undefined where the database does not have the run. */
function lastSeqOf(path: string, run: string): number | undefined {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[string], number>('SELECT last_seq FROM runs WHERE public_id = ?').pluck().get(run);
  } finally {
    database.close();
  }
}
