import { describe, expect, it } from 'vitest';
import { datasetName, networkFamily, networkName, shortened, skipName } from '#core/figure/labels.ts';
import { paletteOf } from '#core/figure/palette.ts';
import { seriesStyle } from '#core/figure/series-style.ts';
import { PAPER } from '../support/figure-fixture.ts';

describe('labels', () => {
  it('name networks as papers do', () => {
    const resnet = { kind: 'wide-resnet', depth: 40, width: 1, skip: true } as const;
    expect(networkFamily(resnet)).toBe('ResNet');
    expect(networkName({ ...resnet, skip: false })).toBe('ResNet 40, no skips');
    expect(networkFamily({ ...resnet, width: 4 })).toBe('Wide ResNet 4');
    expect(networkName({ ...resnet, width: 4 })).toBe('Wide ResNet 40-4');
    expect(networkName({ kind: 'densenet-bc', depth: 76, growth: 12 })).toBe('DenseNet-BC 76 (k = 12)');
    expect(networkName({ kind: 'vgg', depth: 16, dropout: 0.5 })).toBe('VGG 16');
    expect([resnet, { ...resnet, skip: false }].map(skipName)).toEqual(['skip connections', 'no skip connections']);
    expect(skipName({ kind: 'vgg', depth: 16, dropout: 0.5 })).toBe('no skip connections');
  });

  it('name data sets', () => {
    expect(datasetName('fashion-mnist')).toBe('fashion-mnist');
    expect(datasetName({ kind: 'cifar10', path: '/data/cifar-10-batches-bin/' })).toBe('cifar-10-batches-bin');
  });

  it('lose their middle where they are too long', () => {
    expect(shortened('cubic scaled 0.8')).toBe('cubic scaled 0.8');
    const long = shortened(`curve scaled ${'0.1:0.2 '.repeat(20)}1:1 over 1000 steps`);
    expect(long).toHaveLength(40);
    expect(long).toMatch(/^curve scaled .*…1000 steps$/);
  });
});

describe('seriesStyle', () => {
  it.each([false, true])(
    'gives up to 49 series looks of their own, and neighbours other markers and dashes (grey-safe: %s)',
    (greySafe) => {
      const palette = paletteOf({ ...PAPER, greySafe });
      const styles = Array.from({ length: 49 }, (_, place) => seriesStyle(place, palette));
      expect(new Set(styles.map((style) => JSON.stringify(style))).size).toBe(49);
      for (const first of [0, 7, 14]) {
        const round = styles.slice(first, first + 7);
        expect(new Set(round.map(({ marker }) => JSON.stringify(marker))).size).toBe(7);
        expect(new Set(round.map(({ dash }) => JSON.stringify(dash))).size).toBe(7);
      }
    },
  );
});
