import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/policy/policy.ts';
import { armsOf, checkStudySize, parseStudySpec, runSpecOf } from '#core/study.ts';

const CUBIC: Policy = { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true };
const LINEAR: Policy = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false };
const BASE = { dataset: 'fashion-mnist', model: { kind: 'vgg' }, epochs: 2 };
const CURVE = {
  ...{ kind: 'freezeout', shape: 'curve', scaled: true, name: 'late start' },
  points: [
    [0, 0.4],
    [1, 1],
  ],
};
const SPEC = { name: ' quick ', base: BASE, arms: [{ kind: 'freezeout', shape: 'cubic' }], seeds: [1, 2, 3] };

describe('parseStudySpec', () => {
  it('writes the defaults in, of base and policies too', () => {
    const study = parseStudySpec(SPEC);
    expect(study).toMatchObject({ name: 'quick', arms: [CUBIC], seeds: [1, 2, 3], equalTimeBaseline: true });
    expect(study.base).toMatchObject({ model: { kind: 'vgg', depth: 16, dropout: 0.5 }, batchSize: 50 });
  });

  it('refuses a name that no command could hold', () => {
    expect(() => parseStudySpec({ ...SPEC, name: 'a\0b' })).toThrow('"name" is not valid: holds the character 0');
  });

  it('takes a study of the baseline alone', () => {
    expect(parseStudySpec({ ...SPEC, arms: [] }).arms).toEqual([]);
  });

  it.each([
    [{ name: '  ' }, '"name" is not valid'],
    [{ seeds: [] }, 'needs at least one seed'],
    [{ seeds: [1, 1] }, 'names a seed twice'],
    [
      { seeds: Array.from({ length: 1001 }, (_, seed) => seed) },
      'has more than 1000 seeds: each is a run of every arm',
    ],
    [{ seeds: [-1] }, '"seeds.0" is not valid'],
    [{ arms: [{ kind: 'none' }] }, 'names the baseline, which always runs'],
    [{ arms: [CUBIC, { kind: 'freezeout', shape: 'cubic', t0: 0.8 }] }, 'names a policy twice'],
    [{ arms: [{ ...CURVE, name: 'baseline' }] }, 'as the baseline or another arm is called'],
    [{ arms: [CUBIC, { ...CURVE, name: 'cubic scaled 0.8, equal time' }] }, 'give it another name'],
    [{ arms: [CURVE, { ...CURVE, scaled: false }] }, 'names a policy twice'],
    [{ arms: [{ ...CURVE, name: ' ' }] }, '"arms.0.name" is not valid'],
    [{ arms: [{ ...CUBIC, t0: 2 }] }, '"arms.0.t0" is not valid'],
    [{ base: { ...BASE, seed: 1 } }, 'the key "seed" in "base" is not known'],
    [{ base: { ...BASE, policy: CUBIC } }, 'the key "policy" in "base" is not known'],
    [{ equalTime: true }, 'the key "equalTime" is not known'],
  ])('refuses %j', (change, reason) => {
    expect(() => parseStudySpec({ ...SPEC, ...change })).toThrowError(
      expect.objectContaining({ code: 'bad-request', message: expect.stringContaining(reason) }),
    );
  });
});

describe('checkStudySize', () => {
  it('takes as many runs as pages can read, and says so where there are more', () => {
    expect(() => checkStudySize(10, 1000)).not.toThrow();
    expect(() => checkStudySize(11, 1000)).toThrow(
      /would have 11000 runs .* at most 10000 runs, .*: leave some out\.$/,
    );
    expect(() => checkStudySize(2002, 1)).toThrow(/2002 arms/);
  });
});

describe('armsOf', () => {
  it('has the baseline first, then every policy followed by its equal-time baseline', () => {
    expect(armsOf([CUBIC, LINEAR], true).map(({ name, role, of, policy }) => [name, role, of, policy.kind])).toEqual([
      ['baseline', 'baseline', null, 'none'],
      ['cubic scaled 0.8', 'policy', null, 'freezeout'],
      ['cubic scaled 0.8, equal time', 'equal-time', 'cubic scaled 0.8', 'none'],
      ['linear plain 0.5', 'policy', null, 'freezeout'],
      ['linear plain 0.5, equal time', 'equal-time', 'linear plain 0.5', 'none'],
    ]);
  });

  it('leaves the equal-time baselines out where they are not wanted', () => {
    expect(armsOf([CUBIC], false).map((arm) => arm.role)).toEqual(['baseline', 'policy']);
  });
});

describe('runSpecOf', () => {
  it('differs from the base by policy, seed and, at equal time, by steps', () => {
    const { base } = parseStudySpec(SPEC);
    const [, policy, equalTime] = armsOf([CUBIC], true);
    expect(runSpecOf(base, policy, { seed: 3, steps: null })).toEqual({ ...base, policy: CUBIC, seed: 3 });
    expect(runSpecOf(base, equalTime, { seed: 3, steps: 766 })).toEqual({
      ...base,
      policy: { kind: 'none' },
      seed: 3,
      steps: 766,
    });
  });
});
