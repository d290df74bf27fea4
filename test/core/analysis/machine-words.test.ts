import { expect, it } from 'vitest';
import { conditionsText, machineText } from '#core/analysis/machine-words.ts';
import { ENVIRONMENT } from '../../support/store-fixtures.ts';

it('names what is known of a machine', () => {
  expect(machineText({ ...ENVIRONMENT, processor: 'AMD EPYC' })).toBe('AMD EPYC, 2 cores, 4.0 GiB');
  expect(machineText({ ...ENVIRONMENT, processor: 'unknown', cores: null, memoryBytes: null })).toBe('unknown');
});

it('names what held a run back only where something did, and nothing where nothing is known', () => {
  const quiet = { otherLoad: 0.04, throttledSeconds: 0, thermalThrottles: 0, frequencyMHz: 2600.4 };
  expect(conditionsText(quiet)).toBe('0.0 cores busy with other work, 2600 MHz');
  expect(conditionsText({ otherLoad: null, throttledSeconds: 2.46, thermalThrottles: 3, frequencyMHz: null })).toBe(
    'held back 2.5 s by a quota, slowed down 3 times by heat',
  );
  expect(
    conditionsText({ otherLoad: null, throttledSeconds: 0, thermalThrottles: null, frequencyMHz: null }),
  ).toBeNull();
});
