import { defineConfig } from '@playwright/test';

/** Windows that train, or are packaged: they keep both cores busy. */
const TRAINING = [
  ...['find', 'fine-tune', 'form-curve', 'form-measure', 'frame-training', 'journey-*', 'main-thread'],
  ...['packaged', 'run-live', 'shell-*'],
].map((name) => `**/${name}.spec.ts`);

/**
 * The real Electron, the built page, the real trainer: `npx playwright test --config test/e2e/playwright.config.ts`. On two cores one
 * window trains, and another waits for its page.
 */
export default defineConfig({
  testDir: 'desktop',
  outputDir: '../../test-results/desktop',
  workers: 2,
  projects: [
    { name: 'training', testMatch: TRAINING, workers: 1 },
    { name: 'looking', testMatch: '**/*.spec.ts', testIgnore: TRAINING, workers: 1 },
  ],
  // They end a test that hangs, and no other: a machine of two cores may train, or test, next to the window.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
});
