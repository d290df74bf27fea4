import { describe, expect, it } from 'vitest';
import type { FirstEpoch } from '#core/analysis/verification.ts';
import { compareFirstEpochs, firstEpochOf } from '#core/analysis/verification.ts';
import { verificationText } from '#core/analysis/verification-text.ts';
import { areBitExact, changedIn } from '#core/environment.ts';
import type { Environment, RunEventBody } from '#core/run-event.ts';
import { ENVIRONMENT, epochFinished, numbered, started, stepSampled } from '../../support/store-fixtures.ts';

const TRAINED = { trainLoss: 2, validationLoss: Number.NaN, validationError: null };

function epoch(losses: readonly number[], environment: Partial<Environment> = {}, end = TRAINED): FirstEpoch {
  const bodies: RunEventBody[] = [
    { ...started, environment: { ...ENVIRONMENT, ...environment } },
    ...losses.map((loss, index) => stepSampled(5 * index, { loss })),
    epochFinished(1, end),
  ];
  const found = firstEpochOf(numbered('run-1', bodies));
  if (found === null) throw new Error('There is no epoch.');
  return found;
}

describe('a first epoch', () => {
  it('is what was reported of it last, without later epochs', () => {
    const events = numbered('run-1', [
      started,
      stepSampled(0, { loss: 9 }),
      started,
      stepSampled(0, { loss: 3 }),
      stepSampled(19, { loss: 2 }),
      epochFinished(1),
      stepSampled(20, { loss: 1 }),
      epochFinished(2),
    ]);
    const kept = events.filter(({ seq }) => seq !== 2);
    expect(firstEpochOf(kept)?.samples.map(({ step, loss }) => [step, loss])).toEqual([
      [0, 3],
      [19, 2],
    ]);
    expect(firstEpochOf(kept)?.end?.trainLoss).toBe(2);
    expect(firstEpochOf([])).toBeNull();
  });

  it('is the same only bit for bit, NaN included', () => {
    expect(compareFirstEpochs(epoch([3, 2.5]), epoch([3, 2.5]))).toMatchObject({
      same: true,
      outcome: 'same',
      compared: { steps: 2, epoch: true },
      firstDifference: null,
    });
    const finite = compareFirstEpochs(epoch([3]), epoch([3], {}, { ...TRAINED, validationLoss: 1 }));
    expect(finite.firstDifference).toEqual({ what: 'validationLoss', step: null, stored: Number.NaN, now: 1 });
    expect(compareFirstEpochs(epoch([3, 2.5]), epoch([3])).firstDifference).toEqual({
      ...{ what: 'loss', step: 5, stored: 2.5, now: null },
    });
  });

  it('may differ by rounding in another environment, and in the same one not at all', () => {
    const outcome = (losses: readonly number[], environment: Partial<Environment>, end = TRAINED) =>
      compareFirstEpochs(epoch([3, 2.5]), epoch(losses, environment, end)).outcome;
    const other = { tensorflowVersion: '2.21.0' };
    expect(outcome([3.0001, 2.4], other)).toBe('rounding');
    expect(outcome([3.0001, 2.4], { threads: { intraOp: 1, interOp: 1 } })).toBe('rounding');
    expect(outcome([3.0001, 2.4], {})).toBe('different');
    expect(outcome([3.0001, 2.4], { host: 'other', appVersion: '9' })).toBe('different');
    expect(outcome([3.001, 2.4], other)).toBe('different');
    expect(outcome([3.0001, 2.4], other, { ...TRAINED, trainLoss: 2.2 })).toBe('different');
  });

  it('is not of the same images where their statistics differ', () => {
    const now = epoch([3]);
    const images = { ...now, started: { ...now.started, normalization: { mean: [0.5], std: [0.26] } } };
    expect(compareFirstEpochs(epoch([3]), images).firstDifference).toEqual({
      ...{ what: 'normalization', step: null, stored: 0.25, now: 0.26 },
    });
  });
});

it('what is unknown has not changed', () => {
  const old = { ...ENVIRONMENT, processor: 'unknown', cores: null, threads: null };
  expect(changedIn(old, { ...ENVIRONMENT, host: 'other' })).toEqual(['host']);
  expect(areBitExact(old, { ...ENVIRONMENT, host: 'other' })).toBe(true);
  expect(areBitExact(ENVIRONMENT, { ...ENVIRONMENT, device: 'other' })).toBe(false);
});

it('a verification says what differs first, by how much, and what has changed', () => {
  expect(verificationText(compareFirstEpochs(epoch([3]), epoch([3])))).toBe(
    'Run run-1 still gives its numbers, bit for bit: 1 sampled loss and the numbers of the epoch. The environment is the same.',
  );
  const other = epoch([3.0001], { threads: { intraOp: 1, interOp: 1 } });
  expect(verificationText(compareFirstEpochs(epoch([3]), other))).toBe(
    'Run run-1 differs by no more than rounding in another environment explains: first, the loss of step 0 was 3 and is 3.0001 (1.0e-4). ' +
      'Changed since: threads was 2 within an operation and 1 between, is 1 within an operation and 1 between.',
  );
  expect(verificationText(compareFirstEpochs(epoch([3]), epoch([4])))).toContain('no longer gives the numbers');
});
