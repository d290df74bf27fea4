import type { DatasetLocation } from '#core/data/dataset-location.ts';
import type { DataSource, DatasetInfo } from '#core/data/image-set.ts';
import type { Say } from '../threads/answer-once.ts';
import { describeCifar, openCifar } from './cifar.ts';
import { cifar10, cifar100 } from './cifar-format.ts';
import { describeIdx, openIdx } from './idx.ts';
import { describeImageFolder, openImageFolder } from './image-folder.ts';
import { describeNpz, openNpz } from './npz.ts';
import { sayOnStandardError } from './prepared.ts';
import { describeSynthetic, drawSynthetic } from './synthetic.ts';

/**
 * Reads or makes a data set. What is missing, malformed or out of range is one AppError that names the file. `say` hears how
 * far a long preparation is.
 */
export async function openDataSource(location: DatasetLocation, say: Say = sayOnStandardError): Promise<DataSource> {
  switch (location.kind) {
    case 'idx':
      return openIdx(location.path, location.classes);
    case 'cifar10':
      return openCifar(cifar10, location.path);
    case 'cifar100':
      return openCifar(cifar100, location.path);
    case 'image-folder':
      return openImageFolder(location, say);
    case 'npz':
      return openNpz(location.path);
    case 'synthetic':
      return drawSynthetic(location);
  }
}

/** The sizes of a data set without its images, where its files allow that. Throws as `openDataSource` does. */
export async function describeDataSource(
  location: DatasetLocation,
  say: Say = sayOnStandardError,
): Promise<DatasetInfo> {
  switch (location.kind) {
    case 'idx':
      return describeIdx(location.path, location.classes);
    case 'cifar10':
      return describeCifar(cifar10, location.path);
    case 'cifar100':
      return describeCifar(cifar100, location.path);
    case 'image-folder':
      return describeImageFolder(location, say);
    case 'npz':
      return describeNpz(location.path);
    case 'synthetic':
      return describeSynthetic(location);
  }
}
