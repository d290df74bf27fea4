import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawCropFlip, drawResizedCrop } from '#core/data/augmentation.ts';
import { BatchAssembler } from '#core/data/batch.ts';
import { BatchSchedule, evaluationBatchPlan, trainingBatchPlan } from '#core/data/batch-schedule.ts';
import { type ImageSet, imageSize } from '#core/data/image-set.ts';
import { readingOf } from '#core/data/normalization.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { Resampler } from '#core/data/resample.ts';
import { randomStream } from '#core/random.ts';

/** Statistics under which pixels keep their values. */
function unscaled({ channels }: ImageSet) {
  return { mean: new Array<number>(channels).fill(0), std: new Array<number>(channels).fill(1 / 255) };
}

/** Images of random pixels. */
function randomSet(count: number, { channels = 2, width = 6 } = {}): ImageSet {
  const stream = randomStream(1, 'synthetic', 0);
  const images = Uint8Array.from({ length: count * 5 * width * channels }, () => 1 + (stream.nextUint32() % 255));
  const labels = Int32Array.from({ length: count }, (_, index) => index % 7);
  const pixels = new MemoryPixels(images);
  return { count, height: 5, width, channels, classes: 7, pixels, labels };
}

function assembled(set: ImageSet, assembler: BatchAssembler, round: number, indices: readonly number[]) {
  const target = { images: new Float32Array(indices.length * imageSize(set)), labels: new Int32Array(indices.length) };
  const count = assembler.assemble({ round, indices: Uint32Array.from(indices) }, target);
  return { count, ...target, set };
}

describe('drawCropFlip', () => {
  test('depends on seed, round and image, and reaches every offset and both directions equally often', () => {
    const draws = Array.from({ length: 18_000 }, (_, image) => drawCropFlip({ seed: 1, round: 1, image }));
    for (let offset = 0; offset <= 8; offset++) {
      // Expected 2000 each, standard deviation 42.
      expect(Math.abs(draws.filter(({ top }) => top === offset).length - 2000)).toBeLessThan(210);
      expect(Math.abs(draws.filter(({ left }) => left === offset).length - 2000)).toBeLessThan(210);
    }
    expect(Math.abs(draws.filter(({ flipped }) => flipped).length - 9000)).toBeLessThan(335);
    const inAnotherRound = draws.map((_, image) => drawCropFlip({ seed: 1, round: 2, image }));
    expect(inAnotherRound).not.toEqual(draws);
    expect(drawCropFlip({ seed: 1, round: 1, image: 5 })).toEqual(draws[5]);
  });
});

describe('BatchAssembler', () => {
  test('without augmentation writes normalised pixels and labels of the images in the given order', () => {
    const set = randomSet(4);
    const statistics = { mean: [0.5, 0.25], std: [0.5, 0.125] };
    const { count, images, labels } = assembled(
      set,
      new BatchAssembler(set, evaluationBatchPlan(3), { statistics }),
      1,
      [2, 0, 3],
    );
    expect(count).toBe(3);
    expect([...labels]).toEqual([2, 0, 3]);
    const expected = [2, 0, 3].flatMap((image) =>
      Array.from(set.pixels.read(image * 60, image * 60 + 60), (pixel, index) =>
        Math.fround((pixel / 255 - statistics.mean[index % 2]) / statistics.std[index % 2]),
      ),
    );
    expect([...images]).toEqual(expected);
  });

  test.each([
    { channels: 1, width: 6 },
    { channels: 2, width: 6 },
    { channels: 3, width: 6 },
    { channels: 3, width: 2 },
  ])(
    'crop-flip pads with black, crops and then flips, by the draw of (seed, epoch, image), $channels channels',
    (shape) => {
      const set = randomSet(20, shape);
      const plan = trainingBatchPlan({ batchSize: 1, seed: 9, shuffle: true, augment: 'crop-flip' });
      const assembler = new BatchAssembler(set, plan, { statistics: unscaled(set) });
      fc.assert(
        fc.property(fc.nat(19), fc.integer({ min: 1, max: 50 }), (image, epoch) => {
          const { images } = assembled(set, assembler, epoch, [image]);
          expect([...images].map(Math.round)).toEqual(croppedByHand(set, image, epoch));
        }),
      );
    },
  );

  test('with views, an image looks in every k-th epoch exactly as it did, and otherwise different', () => {
    const set = randomSet(6);
    const plan = trainingBatchPlan({ batchSize: 2, seed: 9, shuffle: false, augment: 'crop-flip', views: 3 });
    const [schedule, assembler] = [
      new BatchSchedule(plan, 6),
      new BatchAssembler(set, plan, { statistics: unscaled(set) }),
    ];
    const imagesOf = (step: number) => {
      const target = { images: new Float32Array(120), labels: new Int32Array(2) };
      assembler.assemble(schedule.selectionAt(step), target);
      return target.images;
    };
    for (let step = 0; step < 9; step++) {
      expect(imagesOf(step + 9)).toEqual(imagesOf(step));
      expect(imagesOf(step + 3)).not.toEqual(imagesOf(step));
    }
  });

  test('random resized crops are those of the draw, flipped and normalised, whatever was made before', () => {
    const set = randomSet(8, { channels: 3, width: 9 });
    const settings = {
      augment: 'random-resized-crop',
      cropScale: 0.3,
      input: { size: 4 },
      normalization: 'imagenet',
    } as const;
    const reading = readingOf(settings, set);
    expect(reading).toEqual({
      input: { height: 4, width: 4, channels: 3 },
      statistics: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    });
    const plan = trainingBatchPlan({ batchSize: 8, seed: 5, shuffle: false, ...settings });
    const target = { images: new Float32Array(8 * 48), labels: new Int32Array(8) };
    const inTurn = new BatchAssembler(set, plan, reading);
    for (const round of [1, 2]) inTurn.assemble({ round, indices: Uint32Array.from(Array(8).keys()) }, target);
    for (let image = 0; image < 8; image++) {
      const { box, flipped } = drawResizedCrop(set, 0.3, { seed: 5, round: 2, image });
      const pixels = new Resampler(reading.input).resize(
        { ...set, pixels: set.pixels.read(image * 135, (image + 1) * 135) },
        box,
      );
      const expected = Array.from({ length: 48 }, (_, place) => {
        const [row, column, channel] = [Math.floor(place / 12), Math.floor(place / 3) % 4, place % 3];
        const value = pixels[row * 12 + (flipped ? 3 - column : column) * 3 + channel];
        return Math.fround((value / 255 - reading.statistics.mean[channel]) / reading.statistics.std[channel]);
      });
      expect([...target.images.subarray(image * 48, (image + 1) * 48)]).toEqual(expected);
    }
  });

  test('grey images are repeated into three channels, with the mean and deviation of the grey ones', () => {
    const set = randomSet(3, { channels: 1, width: 5 });
    const settings = { augment: 'none', input: { channels: 3 } } as const;
    const grey = readingOf({ augment: 'none' }, set);
    const [plain, repeated] = [grey, readingOf(settings, set)].map((reading) => {
      const target = { images: new Float32Array(75 * reading.input.channels), labels: new Int32Array(3) };
      new BatchAssembler(set, evaluationBatchPlan(3), reading).assemble(
        { round: 0, indices: Uint32Array.of(0, 1, 2) },
        target,
      );
      return [...target.images];
    });
    expect(repeated).toEqual(plain.flatMap((value) => [value, value, value]));
  });

  test('padding is pixel value 0 before normalisation', () => {
    const set = { ...randomSet(1), pixels: new MemoryPixels(new Uint8Array(60).fill(255)) };
    const plan = trainingBatchPlan({ batchSize: 1, seed: 2, shuffle: false, augment: 'crop-flip' });
    const assembler = new BatchAssembler(set, plan, { statistics: { mean: [0.5, 0.5], std: [0.5, 0.5] } });
    const values = [1, 2, 3, 4].flatMap((epoch) => [...assembled(set, assembler, epoch, [0]).images]);
    expect(new Set(values)).toEqual(new Set([-1, 1]));
  });

  test('refuses statistics of another number of channels', () => {
    expect(
      () => new BatchAssembler(randomSet(1), evaluationBatchPlan(1), { statistics: { mean: [0], std: [1] } }),
    ).toThrow('1 channels');
  });
});

/** Builds the padded image as an array of rows, cuts the crop out and reverses the rows when flipped. */
function croppedByHand(set: ImageSet, image: number, epoch: number): number[] {
  const { height, width, channels } = set;
  const { top, left, flipped } = drawCropFlip({ seed: 9, round: epoch, image });
  const black = new Array<number>(channels).fill(0);
  const blackRow = Array.from({ length: width + 8 }, () => black);
  const margin = Array.from({ length: 4 }, () => blackRow);
  const side = Array.from({ length: 4 }, () => black);
  const rows = Array.from({ length: height }, (_, row) => {
    const start = image * imageSize(set) + row * width * channels;
    const pixels = Array.from({ length: width }, (_, column) => [
      ...set.pixels.read(start + channels * column, start + channels * (column + 1)),
    ]);
    return [...side, ...pixels, ...side];
  });
  const cropped = [...margin, ...rows, ...margin].slice(top, top + height).map((row) => row.slice(left, left + width));
  return cropped.flatMap((row) => (flipped ? row.toReversed() : row)).flat();
}
