import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { buildNetwork } from '#core/network/network.ts';
import { policyName } from '#core/policy/policy.ts';
import { PRESET_NAMES, presetStudy } from '#core/presets.ts';

describe('presets', () => {
  it.each(PRESET_NAMES)('%s is a study whose network reads the images of Fashion-MNIST', (name) => {
    const { base } = presetStudy(name);
    expect(buildNetwork(base.model, { height: 28, width: 28, channels: 1 }, 10).layers.length).toBeGreaterThan(5);
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
      new AppError('bad-request', 'There is no preset "slow": choose one of quick.'),
    );
  });
});
