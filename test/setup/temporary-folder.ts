import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';

const folders: string[] = [];

/** A folder of this test's own, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'setup-test-'));
  folders.push(folder);
  return folder;
}

/** The set-up's cache for this test. */
export function temporaryCache(): string {
  const folder = temporaryFolder();
  vi.stubEnv('FREEZEOUT_LAB_CACHE', folder);
  return folder;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
