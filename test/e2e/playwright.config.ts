import { defineConfig } from '@playwright/test';

/** The real Electron, the built page, the real trainer: `npx playwright test --config test/e2e/playwright.config.ts`. */
export default defineConfig({
  testDir: 'desktop',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/desktop',
  // Windows and trainers share two cores: side by side they would only disturb each other.
  workers: 1,
  timeout: 60_000,
  // A machine of two cores may train beside the window.
  expect: { timeout: 15_000 },
  reporter: [['list']],
});
