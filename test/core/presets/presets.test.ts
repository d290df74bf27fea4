import { describe, expect, it } from 'vitest';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { AppError } from '#core/errors.ts';
import { policyName } from '#core/policy/policy.ts';
import { PRESET_NAMES, presetStudies, presetStudy, presets } from '#core/presets/presets.ts';
import type { StudySpec } from '#core/study.ts';
import { runSpecOf } from '#core/study.ts';
import { planRun } from '#core/training/run-planning.ts';

const colour = { training: 50_000, test: 10_000, validation: 0, height: 32, width: 32, channels: 3 };

const IMAGES: Readonly<Record<string, DatasetInfo>> = {
  'fashion-mnist': { training: 60_000, test: 10_000, validation: 0, height: 28, width: 28, channels: 1, classes: 10 },
  cifar10: { ...colour, classes: 10 },
  cifar100: { ...colour, classes: 100 },
};

describe('presets', () => {
  it.each(PRESET_NAMES)('%s has studies whose networks read its images, and whose policies plan for them', (name) => {
    for (const { base, arms } of presetStudies(name)) {
      const images = IMAGES[String(base.dataset)];
      const plans = arms.map((policy) => planRun(runSpecOf(base, { policy }, { seed: 1, steps: null }), images));
      expect(plans.every(({ layers }) => layers.length > 5)).toBe(true);
    }
  });

  it('has each question of the paper at full size and in mini', () => {
    const questions = ['speed-vs-accuracy', 'which-variant', 'skip-connections', 'authors-release'];
    expect(PRESET_NAMES).toEqual(expect.arrayContaining(questions.flatMap((name) => [name, `${name}-mini`])));
    for (const name of questions) expect(presets[name].question).toBe(presets[`${name}-mini`].question);
  });

  it.each(PRESET_NAMES)('%s names its studies after itself, at least 3 seeds each but for quick', (name) => {
    for (const study of presetStudies(name)) {
      expect(study.name === name || study.name.startsWith(`${name}, `)).toBe(true);
      expect(study.seeds.length).toBeGreaterThanOrEqual(name === 'quick' ? 1 : 3);
    }
  });

  it('takes the two networks with and without skips at equal size', () => {
    const [withSkips, without] = presetStudies('skip-connections');
    expect({ ...without.base.model, skip: true }).toEqual(withSkips.base.model);
  });

  // 45,000 images in batches of 50 are 900 steps an epoch, of the 1,000 that the released code counts.
  it('runs the released schedule over nine tenths of itself, and that of VGG not at all', () => {
    const [first, vgg] = presetStudies('authors-release');
    const plan = (study: StudySpec, arm: number) =>
      planRun(runSpecOf(study.base, { policy: study.arms[arm] }, { seed: 1, steps: null }), IMAGES.cifar100);
    const frozen = ({ layers }: ReturnType<typeof plan>) =>
      layers.filter(({ freezeStep }) => freezeStep !== null).length;
    expect([plan(first, 0).steps, frozen(plan(first, 0)), frozen(plan(first, 1))]).toEqual([90_000, 39, 33]);
    expect([frozen(plan(vgg, 0)), frozen(plan(vgg, 1))]).toEqual([13, 0]);
  });

  it('quick trains on at least 10,000 images under the three policies, each with its equal-time baseline', () => {
    const { base, arms, seeds, equalTimeBaseline } = presetStudy('quick');
    expect(base.dataset).toBe('fashion-mnist');
    expect(base.train).toBeGreaterThanOrEqual(10_000);
    expect(arms.map(policyName)).toEqual(['cubic scaled 0.5', 'cubic scaled 0.8', 'linear plain 0.5']);
    expect({ seeds, equalTimeBaseline }).toEqual({ seeds: [1], equalTimeBaseline: true });
  });

  it('names the presets where one is asked for that is not there', () => {
    expect(() => presetStudy('slow')).toThrow(
      new AppError(
        'bad-request',
        `There is no preset "slow": choose one of ${PRESET_NAMES.join(', ')}, how-many-layers.`,
      ),
    );
  });
});
