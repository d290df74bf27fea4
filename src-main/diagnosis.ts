import type { FullDiagnosis } from './cli/command-tools.ts';
import { deviceName } from './setup/device-name.mjs';

/** Looks at files only: TensorFlow is not loaded. */
export async function diagnose(): Promise<FullDiagnosis> {
  const { electron, examine, tensorflowAtHand } = await import('./setup/installed.mjs');
  const installed = tensorflowAtHand();
  return {
    backend: installed === null ? 'none' : `tensorflow-${installed.variant}`,
    tensorflowVersion: installed?.version ?? null,
    device: deviceName(installed?.variant ?? 'cpu'),
    node: process.versions.node,
    electron: process.versions.electron ?? electron()?.version ?? null,
    sqliteVersion: await sqliteVersion(),
    ...examine(),
  };
}

/** SQLite's version; null where the package or its addon is missing; `examine` then says how to install it. */
async function sqliteVersion(): Promise<string | null> {
  try {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(':memory:');
    const version: unknown = database.prepare('SELECT sqlite_version()').pluck().get();
    database.close();
    return String(version);
  } catch {
    return null;
  }
}
