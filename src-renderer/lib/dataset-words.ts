import { type DatasetLocation, datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import type { DatasetRecord } from '#core/records.ts';
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

/** "6 000 training and 1 000 test images of each class", or how far the classes differ. */
export function balance(counts: { readonly training: readonly number[]; readonly test: readonly number[] }): string {
  const of = (values: readonly number[]) => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? count(least) : `${count(least)} to ${count(most)}`;
  };
  return `${of(counts.training)} training and ${of(counts.test)} test images of each class`;
}
