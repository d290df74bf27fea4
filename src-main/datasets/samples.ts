import { countClasses } from '#core/data/balanced-order.ts';
import { classNamesOf } from '#core/data/class-names.ts';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import type { SamplesQuery } from '#core/data/dataset-ports.ts';
import type { DataSource, ImageSet } from '#core/data/image-set.ts';
import { imageSize } from '#core/data/image-set.ts';
import { permutation, randomStream } from '#core/random.ts';
import type { DatasetSamples } from '#core/records.ts';
import { openDataSource } from './open-data-source.ts';

export interface SamplesRequest {
  readonly dataset: { readonly name: string; readonly location: DatasetLocation };
  readonly query: SamplesQuery;
}

/** Reads the whole data set, so it runs in a thread of its own. */
export async function drawSamples({ dataset, query }: SamplesRequest): Promise<DatasetSamples> {
  const source = await openDataSource(dataset.location);
  const { height, width, channels, classes } = source.training;
  return {
    height,
    width,
    channels,
    classNames: classNamesOf({ ...dataset, classes, classNames: source.classNames }),
    counts: countsOf(source),
    images: imagesOf(source, query),
  };
}

function countsOf({ training, test, validation }: DataSource): DatasetSamples['counts'] {
  const of = ({ labels, classes }: ImageSet) => countClasses(labels, classes);
  return { training: of(training), test: of(test), validation: validation === undefined ? null : of(validation) };
}

/** None of a validation split that the data do not bring. */
function imagesOf(source: DataSource, query: SamplesQuery): DatasetSamples['images'] {
  const set = source[query.split];
  return set === undefined ? [] : drawImages(set, query);
}

/** Draws images without repetition; one seed always gives the same images. */
function drawImages(set: ImageSet, { count, seed }: SamplesQuery): DatasetSamples['images'] {
  const order = permutation(set.count, randomStream(seed, 'shuffle', 0));
  const size = imageSize(set);
  return [...order.subarray(0, count)].map((index) => ({
    label: set.labels[index],
    pixels: Buffer.from(set.pixels.read(index * size, (index + 1) * size)).toString('base64'),
  }));
}
