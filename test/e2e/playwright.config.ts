import { defineConfig } from '@playwright/test';

/** Windows that train, or are packaged: they keep both cores busy. */
const TRAINING = [
  ...['find', 'fine-tune', 'form-curve', 'form-measure', 'frame-training', 'journey-*', 'main-thread'],
  ...['packaged', 'queue', 'queue-panel', 'run-live', 'shell-*', 'train-elsewhere'],
].map((name) => `**/${name}.spec.ts`);

/**
 * The real Electron, the built page, the real trainer: `npx playwright test --config test/e2e/playwright.config.ts`. `npm test` runs the
 * two projects at a time, each on a screen of its own: one window trains, and another waits for its page.
 */
export default defineConfig({
  testDir: 'desktop',
  workers: 1,
  projects: [
    { name: 'training', testMatch: TRAINING, outputDir: '../../test-results/training' },
    { name: 'looking', testMatch: '**/*.spec.ts', testIgnore: TRAINING, outputDir: '../../test-results/looking' },
  ],
  // They end a test that hangs, and no other: a machine of two cores may train, or test, next to the window.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
});
