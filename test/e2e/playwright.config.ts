import { defineConfig } from '@playwright/test';

/** The real Electron, the built page, the real trainer: `npx playwright test --config test/e2e/playwright.config.ts`. */
export default defineConfig({
  testDir: 'desktop',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/desktop',
  // Windows and trainers share two cores: side by side they would only disturb each other.
  workers: 1,
  // They end a test that hangs, and no other: a machine of two cores may train, or test, next to the window.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
});
