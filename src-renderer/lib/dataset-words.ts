import { enumerated } from '#core/analysis/name-list.ts';
import { type DatasetLocation, datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import type { DatasetRecord, DatasetSamples } from '#core/records.ts';
import { count } from './format.ts';

/** "28 × 28, grey", "32 × 32, RGB" */
export function imageShape({ height, width, channels }: Pick<DatasetRecord, 'height' | 'width' | 'channels'>): string {
  return `${height} × ${width}, ${channels === 1 ? 'grey' : 'RGB'}`;
}

/** "1 000 training, 100 validation, 200 test"; no validation where the data bring none. */
export function partSizes({
  training,
  validation,
  test,
}: Pick<DatasetRecord, 'training' | 'validation' | 'test'>): string {
  const heldOut = validation === 0 ? [] : [`${count(validation)} validation`];
  return [`${count(training)} training`, ...heldOut, `${count(test)} test`].join(', ');
}

/** Where the images are: a path, or how they are made. */
export function locationDetail(location: DatasetLocation): string {
  return datasetKindOf(location).placeOf?.(location) ?? pathOf(location) ?? '';
}

/** The set-up places it, and it cannot be removed from the list. */
export function comesWithSetup({ name }: Pick<DatasetRecord, 'name'>): boolean {
  return name === 'fashion-mnist';
}

type Counts = DatasetSamples['counts'];

/** The parts that the data bring, with the images of each class. */
export function countedParts({ training, validation, test }: Counts) {
  return [
    { part: 'training', images: training } as const,
    ...(validation === null ? [] : [{ part: 'validation', images: validation } as const]),
    { part: 'test', images: test } as const,
  ];
}

/** "6 000 training and 1 000 test images of each class", or how far the classes differ. */
export function balance(counts: Counts): string {
  const of = (values: readonly number[]) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? count(least) : `${count(least)} to ${count(most)}`;
  };
  return `${enumerated(countedParts(counts).map(({ part, images }) => `${of(images)} ${part}`))} images of each class`;
}
