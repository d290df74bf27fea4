import { expect, test } from 'vitest';
import { stepsFor } from '../../src-main/setup/plan.mjs';

test('each extent includes the one before, packages first', () => {
  const [reading, training, everything] = [stepsFor('reading'), stepsFor('training'), stepsFor('everything')];
  expect(training.slice(0, reading.length)).toEqual(reading);
  expect(everything.slice(0, training.length)).toEqual(training);
  expect(everything[0]?.name).toBe('packages');
});

test('training needs no Electron, reading no TensorFlow', () => {
  expect(stepsFor('training').map((step) => step.name)).not.toContain('Electron');
  expect(stepsFor('reading').map((step) => step.name)).not.toContain('TensorFlow');
});
