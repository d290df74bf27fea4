import { describe, expect, it } from 'vitest';
import { acrossStudies } from '#core/analysis/across-studies.ts';
import { answerStudies } from '#core/analysis/answer/answer-studies.ts';
import { contrastPart } from '#core/analysis/answer/contrast-part.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import { releaseTopic, variantTopic } from '#core/analysis/contrast-topics.ts';
import { contrastsOf } from '#core/analysis/contrasts.ts';
import type { Policy } from '#core/policy/policy.ts';
import { armsOf } from '#core/study.ts';
import { studyFixture } from '../../../support/study-fixture.ts';

const SEEDS = [1, 2, 3, 4];
const SCALED: Policy = { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true };
const PLAIN: Policy = { ...SCALED, scaled: false };
const RELEASED: Policy = { ...SCALED, scheduleSteps: 3_000 };

/** What a policy costs in points and saves in percent, seed by seed, against a baseline of 10 % in 100 s. */
interface Effect {
  readonly policy: Policy;
  readonly points: readonly number[];
  readonly percent: readonly number[];
}

function answered(id: string, effects: readonly Effect[], seeds = SEEDS) {
  const arms = armsOf(
    effects.map(({ policy }) => policy),
    false,
  ).map((arm, index) => ({
    arm,
    runs: seeds.map((seed, place) => {
      const { points, percent } =
        index === 0 ? { points: seeds.map(() => 0), percent: seeds.map(() => 0) } : effects[index - 1];
      return { seed, testError: 0.1 + points[place] / 100, trainingSeconds: 100 - percent[place] };
    }),
  }));
  const study = { ...studyFixture(arms, seeds), id, name: id };
  return { study, comparison: compareStudy(study) };
}

const CHEAP: Effect = { policy: SCALED, points: [0.1, 0, 0.1, 0], percent: [20, 21, 19, 20] };
const DEAR: Effect = { policy: PLAIN, points: [1.1, 1, 1.2, 1], percent: [20, 20, 20.5, 19.5] };

describe('contrastsOf', () => {
  it('is the first minus the second, paired by seed', () => {
    const [{ arms, error, time }] = contrastsOf(answered('one', [CHEAP, DEAR]).comparison);
    expect(arms).toEqual(['cubic scaled 0.8', 'cubic plain 0.8']);
    // -1, -1, -1.1, -1: mean -1.025, s = 0.05, t(0.975, 3) = 3.182446305283710 (SciPy 1.17.1); four counts of 10,000 images.
    expect(error?.mean).toBeCloseTo(-1.025, 9);
    expect(error?.ci?.[0]).toBeCloseTo(-1.025 - 3.18244630528371 * Math.sqrt(0.05 ** 2 / 4 + (4 / 12) * 0.01 ** 2), 9);
    expect(error?.pairs).toBe(4);
    // 0, 0.01, -0.015, 0.005: mean 0
    expect(time?.mean).toBeCloseTo(0, 9);
    expect(time?.holm).toBeCloseTo(1, 9);
  });

  it('adjusts over all pairs', () => {
    const third: Effect = { policy: RELEASED, points: [0.3, 0.1, 0, 0.2], percent: [10, 11, 12, 10] };
    const contrasts = contrastsOf(answered('one', [CHEAP, DEAR, third]).comparison);
    expect(contrasts).toHaveLength(3);
    const smallest = contrasts.map(({ error }) => error).sort((a, b) => Number(a?.p) - Number(b?.p))[0];
    expect(smallest?.holm).toBeCloseTo(3 * Number(smallest?.p), 12);
  });

  it('uses only the seeds that both have', () => {
    const { comparison } = answered('one', [CHEAP, DEAR]);
    const [baseline, first, second] = comparison.arms;
    const arms = [baseline, { ...first, points: first.points.slice(1) }, second];
    expect(contrastsOf({ arms })[0].error?.pairs).toBe(3);
    expect(contrastsOf({ arms: [baseline, { ...first, points: [] }, second] })[0].error).toBeNull();
  });
});

describe('acrossStudies', () => {
  it('compares what the same policy costs against its own baseline', () => {
    const one = answered('one', [CHEAP, DEAR]);
    const other = answered('other', [{ ...CHEAP, points: [0.6, 0.5, 0.7, 0.5] }]);
    const [across, ...none] = acrossStudies([one.comparison, other.comparison]);
    expect(none).toEqual([]);
    expect(across).toMatchObject({ studies: ['one', 'other'], arm: 'cubic scaled 0.8' });
    // -0.5, -0.5, -0.6, -0.5 points; both baselines err by 10 %
    expect(across.errorDelta?.mean).toBeCloseTo(-0.525, 9);
    expect(across.relativeErrorIncrease?.mean).toBeCloseTo(-0.0525, 9);
  });
});

describe('contrastPart', () => {
  const linear: Policy = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true };

  it('sets scaled against plain rates, and cubic against linear, whatever their t0', () => {
    const effects = [linear, PLAIN, SCALED].map((policy, index) => ({
      policy,
      points: [index + 0.1, index, index + 0.2, index],
      percent: [20, 21, 19, 20],
    }));
    const { findings, undecided } = contrastPart(answered('one', effects), variantTopic);
    expect(findings.map(({ topic, text }) => `${topic}: ${text.split(':')[0]}`)).toEqual([
      'The shape: cubic scaled 0.8 against linear scaled 0.5',
      'Scaling the rates: cubic scaled 0.8 against cubic plain 0.8',
    ]);
    expect(findings[1].text).toContain('error +1.00 points (95 % interval +0.98 to +1.02');
    expect(findings[1].text).toContain('cubic scaled 0.8 has the higher error; their times are not shown to differ.');
    expect(undecided.every(({ text }) => text.includes('differ in training time'))).toBe(true);
  });

  it('sets the released schedule against the same as it is written', () => {
    const effects = [SCALED, RELEASED, linear].map((policy) => ({ ...CHEAP, policy }));
    const { findings } = contrastPart(answered('one', effects), releaseTopic);
    expect(findings.map(({ text }) => text.split(':')[0])).toEqual([
      'cubic scaled 0.8 over 3000 steps against cubic scaled 0.8',
    ]);
  });
});

describe('answerStudies', () => {
  it('names the largest saving that is shown to be worth it', () => {
    const { findings, preset } = answerStudies([answered('mine', [CHEAP, DEAR])]);
    expect(preset).toBeNull();
    const saving = findings.find(({ topic }) => topic === 'Time saved within the margin');
    expect(saving?.status).toBe('shown');
    expect(saving?.text).toMatch(
      /^Of the policies shown to take less time than the baseline and cost less than 0\.5 points, cubic scaled 0\.8 saves most on the front: 20\.0 % of the training time \(95 % interval 18\.7 % to 21\.3 %\), error \+0\.05 points/,
    );
    expect(saving?.text).not.toContain('cubic plain');
  });

  it.each([
    { seeds: [1], few: 'one seed cannot show anything; add at least two' },
    { seeds: [1, 2], few: 'two seeds cannot show anything; add at least one' },
  ])('claims nothing from seeds $seeds, and says so', ({ seeds, few }) => {
    const effect = { policy: SCALED, points: seeds.map(() => 0.1), percent: seeds.map(() => 20) };
    const other = { ...effect, policy: PLAIN, percent: seeds.map(() => 30) };
    const { findings, undecided } = answerStudies([answered('mine', [effect, other], seeds)]);
    expect(findings.filter(({ status }) => status === 'shown')).toEqual([]);
    expect(undecided.map(({ text }) => text)).toContain(
      `whether cubic scaled 0.8 takes less time than the baseline: ${few}`,
    );
  });

  it('tells how many seeds would settle what is open', () => {
    const noisy: Effect = { policy: SCALED, points: [0.4, -0.2, 0.6, 0.1], percent: [20, 21, 19, 20] };
    const { undecided } = answerStudies([answered('mine', [noisy])]);
    const open = undecided.find(({ text }) => text.startsWith('whether cubic scaled 0.8 costs accuracy'));
    expect(open?.seedsNeeded).toBeGreaterThan(4);
    expect(open?.text).toMatch(new RegExp(`: about ${open?.seedsNeeded} seeds would settle a difference like this$`));
  });

  it('says where a mean points against the margin', () => {
    const { undecided, findings } = answerStudies([answered('mine', [{ ...DEAR, points: [1.1, 0.2, 1.2, 0.6] }])]);
    const open = undecided.find(({ text }) => text.startsWith('whether cubic plain 0.8 costs less than 0.5 points'));
    expect(open?.text).toMatch(/: the mean of \+0\.78 points contradicts it; about \d+ seeds would settle/);
    expect(findings[0]).toMatchObject({
      status: 'not-shown',
      text: 'No policy is shown to take less time than the baseline and cost less than 0.5 points.',
    });
  });

  it('says that every policy is shown to cost more, where that is so', () => {
    const { undecided, findings } = answerStudies([answered('mine', [{ ...DEAR, points: [1.1, 1, 1.2, 1.1] }])]);
    expect(undecided).toEqual([]);
    expect(findings[0]).toMatchObject({
      status: 'shown',
      text: 'Every policy is shown to take more time than the baseline or to cost more than the margin.',
    });
  });

  it('sets studies side by side by their networks', () => {
    const skip = answered('with', [CHEAP]);
    const plain = answered('without', [{ ...CHEAP, points: [1.1, 1, 1.1, 0.96] }]);
    const named = (one: typeof skip, model: object) => ({
      ...one,
      study: { ...one.study, base: { ...one.study.base, model } },
    });
    const { findings } = answerStudies([
      named(skip, { kind: 'wide-resnet', depth: 16, width: 2, skip: true }),
      named(plain, { kind: 'wide-resnet', depth: 16, width: 2, skip: false }),
    ] as (typeof skip)[]);
    const across = findings.find(({ topic }) => topic === 'The cost of freezing, across studies');
    expect(across).toMatchObject({ status: 'shown', studies: ['with', 'without'] });
    expect(across?.text).toContain('error +0.05 points in Wide ResNet 16-2, +1.04 in “Wide ResNet 16-2, no skips”');
    expect(across?.text).toContain(
      "Freezing costs less in points and less relative to the baseline's error in Wide ResNet 16-2 than in “Wide ResNet 16-2, no skips”.",
    );
  });
});

it('compares no studies of one data set, or of weights of one name, that had others, and says so', () => {
  const [cubicArm] = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true }], false).slice(1);
  const runs = [1, 2].map((seed) => ({ seed, testError: 0.1, trainingSeconds: 10 }));
  const [baselineArm] = armsOf([], false);
  const on = (id: string, letter: string, file: string | null = null) => {
    const made = studyFixture(
      [baselineArm, cubicArm].map((arm) => ({ arm, runs })),
      [1, 2],
    );
    const data = { sha256: letter.repeat(64), location: null };
    const weights = file === null ? null : { sha256: file.repeat(64) };
    const base = file === null ? made.base : { ...made.base, weights: { name: 'resnet18', head: 'new' as const } };
    const study = { ...made, base, id, name: id, runs: made.runs.map((run) => ({ ...run, data, weights })) };
    return { study, comparison: compareStudy(study) };
  };
  const answer = answerStudies([on('one', 'a'), on('two', 'b'), on('three', 'a')]);
  expect(answer.acrossStudies.map(({ studies }) => studies)).toEqual([['one', 'three']]);
  expect(answer.findings.map(({ text }) => text)).toContain(
    'two is not compared with the other studies: it trained on other images of the data set that they name too.',
  );
  const tuned = answerStudies([on('one', 'a', 'c'), on('two', 'a', 'd'), on('three', 'a', 'c'), on('drawn', 'a')]);
  expect(tuned.acrossStudies.map(({ studies }) => studies)).toEqual([
    ['one', 'three'],
    ['one', 'drawn'],
    ['three', 'drawn'],
  ]);
  expect(tuned.findings.map(({ text }) => text)).toContain(
    'two is not compared with the other studies: it began with other weights than those that they have under the same name.',
  );
});
