import { globSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

// Threads and child processes that tests start would strip the types of every module again.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** TensorFlow and child processes do not survive worker threads; processes also match how the app runs. */
const pool = 'forks';
/**
 * Ends a test that hangs, and no other: many start processes, threads or TensorFlow, and a machine of two cores that also
 * does something else takes ten times as long for them as an idle one.
 */
const LIMIT_MS = 180_000;
const shared = { testTimeout: LIMIT_MS, hookTimeout: LIMIT_MS, pool } as const;

/** Files that train first, so that no single long one is left for the end, where the other worker has nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const trains = ({ moduleId }: TestSpecification) => /\/test\/(e2e|tensorflow|trainer)\//.test(moduleId);
    return [...sorted.filter(trains), ...sorted.filter((file) => !trains(file))];
  }
}

const PAGE = 'test/renderer/**/*.test.ts';
/** Of code that keeps nothing outside of what a test makes: one process runs many of these files, which all load the same modules. */
const PLAIN = ['architecture', 'checkpoints', 'cli', 'contract', 'core', 'export', 'figure', 'files', 'support'].map(
  (name) => `test/${name}/**/*.test.ts`,
);
/** Where a file replaces modules, no other may have loaded them. */
const REPLACING = globSync('test/**/*.test.ts', { cwd: folder('.') })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => readFileSync(folder(path), 'utf8').includes('vi.mock('));

const page = {
  plugins: [svelte({ configFile: false })],
  resolve: {
    alias: { '#core': folder('src-main/core'), '#contract': folder('src-main/contract') },
    conditions: [...defaultClientConditions],
  },
};
const pageTests = {
  environment: './test/support/page-environment.ts',
  // Node itself would load Svelte's other half, the one for servers.
  server: { deps: { inline: [/svelte/] } },
  ...shared,
};
const isOfPage = (path: string) => path.startsWith('test/renderer/');

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: [...PLAIN, PAGE, ...REPLACING],
          ...shared,
        },
      },
      { test: { name: 'plain', include: PLAIN, exclude: REPLACING, isolate: false, ...shared } },
      { test: { name: 'replacing', include: REPLACING.filter((path) => !isOfPage(path)), ...shared } },
      { ...page, test: { name: 'page', include: [PAGE], exclude: REPLACING, isolate: false, ...pageTests } },
      { ...page, test: { name: 'page-replacing', include: REPLACING.filter(isOfPage), ...pageTests } },
    ],
  },
});
