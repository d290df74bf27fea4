import { expect, it } from 'vitest';
import { recordedText, runDataOf } from '#core/data/run-data.ts';

const [PLAIN, WHOLE] = ['a', 'b'].map((letter) => letter.repeat(64));

it('counts a validation split that the data bring only where a run is validated on it', () => {
  const brought = { sha256: PLAIN, withValidation: WHOLE };
  expect(runDataOf(brought, 'given').sha256).toBe(WHOLE);
  expect(runDataOf(brought, 'in-order').sha256).toBe(PLAIN);
  expect(runDataOf(brought, 'by-class').sha256).toBe(PLAIN);
  expect(runDataOf({ sha256: PLAIN, withValidation: null }, 'by-class').sha256).toBe(PLAIN);
});

it('says what was not recorded', () => {
  expect([recordedText(null), recordedText({ sha256: PLAIN })]).toEqual(['not recorded', 'SHA-256 aaaaaaaaaaaa']);
});
