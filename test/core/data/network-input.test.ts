import { describe, expect, it } from 'vitest';
import type { InputSettings } from '#core/data/input-settings.ts';
import { networkInput } from '#core/data/network-input.ts';

const GREY = { height: 28, width: 28, channels: 1 };
const COLOUR = { height: 256, width: 200, channels: 3 };

type Asked = Partial<InputSettings>;

function inputOf(settings: Asked, stored: typeof GREY) {
  return networkInput({ augment: 'none', ...settings }, stored);
}

describe('the shape that a network is built for', () => {
  it.each([
    ['is that of the images where nothing is said', {}, COLOUR, COLOUR],
    ['is a square of the size', { input: { size: 224 } }, COLOUR, { height: 224, width: 224, channels: 3 }],
    ['has grey repeated', { input: { channels: 3 } }, GREY, { ...GREY, channels: 3 }],
    ['has both', { input: { size: 32, channels: 3 } }, GREY, { height: 32, width: 32, channels: 3 }],
    ['takes the channels that are there', { input: { channels: 3 } }, COLOUR, COLOUR],
    ['is repeated for ImageNet', { input: { channels: 3 }, normalization: 'imagenet' }, GREY, { ...GREY, channels: 3 }],
  ] as const)('%s', (_, settings, stored, input) => {
    expect(inputOf(settings, stored)).toEqual(input);
  });

  it.each<[Asked, typeof GREY, string]>([
    [{ input: { channels: 1 } }, COLOUR, 'only grey images can be repeated into 3; leave it out.'],
    [{ normalization: 'imagenet' }, GREY, 'the network reads 1: set "input": {"channels": 3}, or leave'],
    [
      { normalization: { mean: [0.5], std: [0.5] } },
      COLOUR,
      'as the network reads channels, 3, but has 1 for the mean',
    ],
    [{ normalization: { mean: [0.5], std: [0.5, 0.5] } }, GREY, '2 for the deviation'],
    [{ input: { size: 224 } }, { height: 1, width: 8_000_000, channels: 1 }, 'or cut the images so that they are less'],
    [{ cropScale: 0.5 }, COLOUR, 'set "augment" to "random-resized-crop"'],
    [{ cropScale: 0.5, augment: 'crop-flip' }, COLOUR, 'leave it out'],
  ])('%j is refused in one sentence', (settings, stored, sentence) => {
    const refused = () => inputOf(settings, stored);
    expect(refused).toThrowError(expect.objectContaining({ code: 'bad-request' }));
    expect(refused).toThrowError(sentence);
  });
});
