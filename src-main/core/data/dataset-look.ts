import type { DatasetKind, DatasetLook } from './dataset-kind.ts';
import { FILE_KINDS } from './dataset-location.ts';

/** The kind of data set that a folder or file is taken for; null where no kind knows it. */
export function datasetKindIn(look: DatasetLook): DatasetKind | null {
  return FILE_KINDS.find(({ files }) => files?.recognises?.(look)) ?? null;
}
