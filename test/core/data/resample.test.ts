import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawResizedCrop } from '#core/data/augmentation.ts';
import { CenteredView, sizeBeforeCrop } from '#core/data/centered-view.ts';
import type { SideLengths } from '#core/data/report/dataset-report.ts';
import { type Box, type ByteImage, Resampler } from '#core/data/resample.ts';

interface StoredImage extends Omit<ByteImage, 'pixels'> {
  readonly pixels: string;
}

function fixture<Case>(name: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`../../fixtures/crops/${name}.json`, import.meta.url), 'utf8'));
}

const decoded = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const imageOf = (image: StoredImage): ByteImage => ({ ...image, pixels: decoded(image.pixels) });

function farthest(one: Uint8Array, other: Uint8Array): number {
  expect(one).toHaveLength(other.length);
  return one.reduce((most, value, place) => Math.max(most, Math.abs(value - other[place])), 0);
}

describe('a random resized crop', () => {
  const drawn = fixture<
    Box & {
      readonly image: SideLengths;
      readonly scale: number;
      readonly place: readonly [number, number, number];
      readonly flipped: boolean;
    }
  >('draws');

  it.each(drawn)('is that of torchvision for the same draws: %j', ({ image, scale, place, flipped, ...box }) => {
    const [seed, round, number] = place;
    expect(drawResizedCrop(image, scale, { seed, round, image: number })).toEqual({ box, flipped });
  });
});

describe('a part of an image that is resized', () => {
  const cases = fixture<{
    readonly image: StoredImage;
    readonly box: Box;
    readonly to: SideLengths;
    readonly made: string;
    readonly rowsFirst: string;
  }>('resized');

  it.each(cases.map((one) => [one.box, one.to, one] as const))("%j to %j has Pillow's bytes", (box, to, one) => {
    const pixels = new Resampler(to).resize(imageOf(one.image), box);
    expect(pixels).toEqual(decoded(one.rowsFirst));
    expect(farthest(pixels, decoded(one.made))).toBeLessThanOrEqual(1);
  });

  it('is the same whatever was resized before', () => {
    const [first, second] = cases;
    const resampler = new Resampler(second.to);
    const alone = new Resampler(second.to).resize(imageOf(second.image), second.box).slice();
    resampler.resize(imageOf(first.image), first.box);
    expect(resampler.resize(imageOf(second.image), second.box)).toEqual(alone);
  });
});

describe('what is read where nothing is drawn', () => {
  const cases = fixture<{ readonly image: StoredImage; readonly side: number; readonly made: string }>('centered');

  it.each(cases.map((one) => [one.image.width, one.image.height, one.side, one] as const))(
    "%i x %i to %i is torchvision's resized and cropped image",
    (width, height, side, { image, made }) => {
      const view = new CenteredView({ height, width }, { height: side, width: side });
      expect(farthest(view.of(imageOf(image)), decoded(made))).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    [{ height: 256, width: 256 }, 224, { height: 256, width: 256 }],
    [{ height: 240, width: 320 }, 224, { height: 240, width: 320 }],
    [{ height: 512, width: 768 }, 224, { height: 256, width: 384 }],
    [{ height: 28, width: 28 }, 32, { height: 32, width: 32 }],
    [{ height: 375, width: 500 }, 96, { height: 110, width: 146 }],
  ])('resizes %j for %i to %j', (stored, side, resized) => {
    expect(sizeBeforeCrop(stored, { height: side, width: side })).toEqual(resized);
  });
});
