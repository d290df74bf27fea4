import { expect, it } from 'vitest';
import type { MachineReading } from '#core/training/conditions.ts';
import { ConditionsMeter } from '#core/training/conditions.ts';
import { NO_GPU } from '#core/training/machine-use.ts';
import { scriptedMachine, UNKNOWN_CONDITIONS } from '../../support/conditions.ts';

const BEGUN: MachineReading = { at: 100, busy: 5000, own: 40, throttled: 2, thermalThrottles: 7, joules: 1000 };

function conditionsAfter(later: Partial<MachineReading>, frequencyMHz: number | null = 2600) {
  const meter = new ConditionsMeter(scriptedMachine([{}, BEGUN, { ...BEGUN, ...later }], frequencyMHz), NO_GPU);
  meter.begin();
  return meter.read();
}

it('takes what this process used from what all cores did, over the time that passed', () => {
  // In 10 s all cores were busy for 17 s, 14 of them here: 0.3 cores did something else.
  expect(conditionsAfter({ at: 110, busy: 5017, own: 54, throttled: 2.5, thermalThrottles: 9 })).toEqual({
    otherLoad: 0.3,
    throttledSeconds: 0.5,
    thermalThrottles: 2,
    frequencyMHz: 2600,
  });
});

it('is never negative where the two clocks of processor time differ by a tick', () => {
  expect(conditionsAfter({ at: 110, busy: 5013.99, own: 54 }).otherLoad).toBe(0);
  expect(conditionsAfter({ at: 110, throttled: 1.99 }).throttledSeconds).toBe(0);
});

it('says null for what the system does not tell, and for a load over a time too short to tell', () => {
  const unknown = { busy: null, throttled: null, thermalThrottles: null };
  expect(conditionsAfter({ at: 110, ...unknown }, null)).toEqual(UNKNOWN_CONDITIONS);
  expect(conditionsAfter({ at: 100.4, busy: 5001 }).otherLoad).toBeNull();
});
