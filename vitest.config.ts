import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // TensorFlow and child processes do not survive worker threads; processes also match how the app runs.
    pool: 'forks',
    maxWorkers: 2,
  },
});
