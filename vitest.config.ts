import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** TensorFlow and child processes do not survive worker threads; processes also match how the app runs. */
const pool = 'forks';
/**
 * Ends a test that hangs, and no other: many start processes, threads or TensorFlow, and a machine of two cores that also
 * does something else takes ten times as long for them as an idle one.
 */
const LIMIT_MS = 180_000;
const shared = { testTimeout: LIMIT_MS, hookTimeout: LIMIT_MS, pool } as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'main', include: ['test/**/*.test.ts'], exclude: ['test/renderer/**'], ...shared } },
      {
        plugins: [svelte({ configFile: false })],
        resolve: {
          alias: { '#core': folder('src-main/core'), '#contract': folder('src-main/contract') },
          conditions: [...defaultClientConditions],
        },
        test: {
          name: 'page',
          include: ['test/renderer/**/*.test.ts'],
          environment: './test/support/page-environment.ts',
          // Node itself would load Svelte's other half, the one for servers.
          server: { deps: { inline: [/svelte/] } },
          ...shared,
        },
      },
    ],
  },
});
