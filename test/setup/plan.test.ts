import { expect, test } from 'vitest';
import { extentOf, stepsFor } from '../../src-main/setup/plan.mjs';

test.each([
  ['', 'reading'],
  ['--help', 'reading'],
  ['doctor --json', 'reading'],
  ['schedule --model vgg --epochs 3', 'reading'],
  ['runs list', 'reading'],
  ['runs show study', 'reading'],
  ['study --help', 'reading'],
  ['study --preset quick', 'training'],
  ['study quick --seeds 4,5', 'training'],
  ['--json run spec.json', 'training'],
  ['--home /somewhere run spec.json', 'training'],
  ['--home run doctor', 'reading'],
  ['runs resume 3', 'training'],
  ['runs --json resume 3', 'training'],
  ['init spec.json weights.safetensors', 'training'],
])('lab %s sets up what %s needs', (line, extent) => {
  expect(extentOf(line.split(' ').filter((word) => word !== ''))).toBe(extent);
});

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
