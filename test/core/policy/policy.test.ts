import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/policy/policy.ts';
import { policyLabels, policyName, policySchema } from '#core/policy/policy.ts';
import { parse } from '#core/validation.ts';

function parsed(policy: unknown): Policy {
  return parse(policySchema, policy, 'the policy');
}

describe('policySchema', () => {
  it('writes the defaults in', () => {
    expect(parsed({ kind: 'none' })).toEqual({ kind: 'none' });
    expect(parsed({ kind: 'freezeout', shape: 'linear' })).toEqual({
      kind: 'freezeout',
      shape: 'linear',
      t0: 0.8,
      scaled: true,
    });
    const points = [
      [0, 0.5],
      [1, 1],
    ];
    expect(parsed({ kind: 'freezeout', shape: 'curve', points })).toEqual({
      kind: 'freezeout',
      shape: 'curve',
      points,
      scaled: true,
    });
  });

  it.each([0.000001, 1])('takes t0 = %d', (t0) => {
    expect(parsed({ kind: 'freezeout', shape: 'cubic', t0 })).toMatchObject({ t0 });
  });

  it.each([
    [{ shape: 'cubic', t0: 0 }, '"t0" is not valid: must be above 0 and at most 1'],
    [{ shape: 'cubic', t0: 1.5 }, '"t0" is not valid: must be above 0 and at most 1'],
    [{ shape: 'cubic', t0: -0.5 }, '"t0" is not valid: must be above 0 and at most 1'],
    [{ shape: 'cubic', t0: Number.NaN }, '"t0" is not valid'],
    [{ shape: 'cubic', t_0: 0.5 }, 'the key "t_0" is not known'],
    [{ shape: 'cubic', scheduleSteps: 0 }, '"scheduleSteps" is not valid'],
    [{ shape: 'quartic' }, '"shape" is not valid: invalid discriminator value, expected \'linear\''],
    [{}, `"shape" is missing: give 'linear'`],
    [
      {
        shape: 'cubic',
        points: [
          [0, 0.5],
          [1, 1],
        ],
      },
      'the key "points" is not known',
    ],
    [
      {
        shape: 'curve',
        t0: 0.5,
        points: [
          [0, 0.5],
          [1, 1],
        ],
      },
      'the key "t0" is not known',
    ],
    [{ shape: 'curve' }, '"points" is missing: give a list'],
    [{ shape: 'curve', points: [[1, 1]] }, 'needs at least two points'],
    [
      {
        shape: 'curve',
        points: [
          [0.1, 0.5],
          [1, 1],
        ],
      },
      'must begin at x = 0',
    ],
    [
      {
        shape: 'curve',
        points: [
          [0, 0.5],
          [1, 0.9],
        ],
      },
      'must end at [1, 1]',
    ],
    [
      {
        shape: 'curve',
        points: [
          [0, 0.5],
          [0.9, 1],
        ],
      },
      'must end at [1, 1]',
    ],
    [
      {
        shape: 'curve',
        points: [
          [0, 0.5],
          [0.5, 0.4],
          [1, 1],
        ],
      },
      'never fall in r',
    ],
    [
      {
        shape: 'curve',
        points: [
          [0, 0.5],
          [0.5, 0.6],
          [0.5, 0.7],
          [1, 1],
        ],
      },
      'must rise in x',
    ],
    [
      {
        shape: 'curve',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
      '"points.0.1" is not valid',
    ],
  ])('refuses %j', (policy, reason) => {
    expect(() => parsed({ kind: 'freezeout', ...policy })).toThrowError(
      expect.objectContaining({ code: 'bad-request', message: expect.stringContaining(reason) }),
    );
  });
});

describe('the other kinds', () => {
  it('write their defaults in', () => {
    expect(parsed({ kind: 'stepwise' })).toEqual({ kind: 'stepwise', start: 0.5, level: 1 });
    expect(parsed({ kind: 'gradient-norm' })).toEqual({ kind: 'gradient-norm', interval: 0.05, percentile: 50 });
    expect(parsed({ kind: 'random-times' })).toEqual({ kind: 'random-times', draw: 1, earliest: 0.5, scaled: false });
  });

  it.each([
    [{ kind: 'stepwise', start: 1 }, '"start" is not valid: must be at least 0 and below 1'],
    [{ kind: 'stepwise', level: 0 }, '"level" is not valid: must be above 0 and at most 1'],
    [{ kind: 'stepwise', t0: 0.5 }, 'the key "t0" is not known'],
    [{ kind: 'gradient-norm', interval: 0.6 }, '"interval" is not valid: must be from 0.001 to 0.5'],
    [{ kind: 'gradient-norm', percentile: 101 }, '"percentile" is not valid'],
    [{ kind: 'random-times', earliest: 0 }, '"earliest" is not valid: must be above 0 and below 1'],
    [{ kind: 'freezeout', shape: 'cubic', warmupEpochs: 0 }, '"warmupEpochs" is not valid'],
    [{ kind: 'unheard-of' }, '"kind" is not valid'],
  ])('refuse %j', (policy, reason) => {
    expect(() => parsed(policy)).toThrowError(
      expect.objectContaining({ code: 'bad-request', message: expect.stringContaining(reason) }),
    );
  });
});

describe('policyName', () => {
  it.each([
    [{ kind: 'stepwise' }, 'stepwise 0.5 to 1'],
    [{ kind: 'gradient-norm' }, 'gradient norm 50 every 0.05'],
    [{ kind: 'random-times' }, 'random 1 plain from 0.5'],
    [{ kind: 'freezeout', shape: 'cubic', warmupEpochs: 5 }, 'cubic scaled 0.8 after 5 of warm-up'],
    [{ kind: 'freezeout', shape: 'cubic', scheduleSteps: Number.MAX_SAFE_INTEGER }, 'cubic scaled 0.8 standing still'],
    [{ kind: 'none' }, 'baseline'],
    [{ kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true }, 'cubic scaled 0.5'],
    [{ kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false }, 'linear plain 0.5'],
    [
      { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true, scheduleSteps: 100_000 },
      'cubic scaled 0.8 over 100000 steps',
    ],
    [
      {
        kind: 'freezeout',
        shape: 'curve',
        points: [
          [0, 0.2],
          [1, 1],
        ],
        scaled: true,
      },
      'curve scaled from 0.2 (8m8v41)',
    ],
    [
      {
        kind: 'freezeout',
        shape: 'curve',
        points: [
          [0, 0.2],
          [1, 1],
        ],
        name: 'late start',
      },
      'late start',
    ],
  ] as const)('of %j is %j', (policy, name) => {
    expect(policyName(policySchema.parse(policy))).toBe(name);
  });
});

describe('policyLabels', () => {
  it.each([
    [
      { kind: 'freezeout', shape: 'cubic' },
      { variant: 'cubic scaled', t0: 't0 = 0.8' },
    ],
    [
      { kind: 'freezeout', shape: 'linear', scaled: false },
      { variant: 'linear plain', t0: 't0 = 0.8' },
    ],
    [{ kind: 'gradient-norm' }, { variant: 'gradient norm', t0: 'gradient norm' }],
    [{ kind: 'none' }, { variant: 'baseline', t0: 'baseline' }],
  ])('of %j are %j', (policy, labels) => {
    expect(policyLabels(parsed(policy))).toEqual(labels);
  });
});
