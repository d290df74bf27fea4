import { type DatasetLocation, datasetKindOf } from './dataset-location.ts';
import { findKnownDataset } from './known/known-datasets.ts';

export interface NamedDataset {
  readonly name: string;
  readonly location: DatasetLocation;
  readonly classes: number;
  /** The names in its files. */
  readonly classNames?: readonly string[] | undefined;
}

/** One name per class: from the files, from its kind, from its well-known name, or else the label itself. */
export function classNamesOf({ name, location, classes, classNames }: NamedDataset): readonly string[] {
  const known = datasetKindOf(location).classNames ?? findKnownDataset(name.toLowerCase())?.classNames;
  if (classNames !== undefined) return classNames;
  return known?.length === classes ? known : Array.from({ length: classes }, (_, label) => String(label));
}
