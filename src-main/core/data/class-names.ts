import { type DatasetLocation, datasetKindOf } from './dataset-location.ts';

/** Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017, table 2. */
const FASHION_MNIST = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

export interface NamedDataset {
  readonly name: string;
  readonly location: DatasetLocation;
  readonly classes: number;
  /** As its files give them. */
  readonly classNames?: readonly string[] | undefined;
}

/** What the classes of data sets are called that are known by name, where the files do not say so. */
const KNOWN_CLASS_NAMES: ReadonlyMap<string, readonly string[]> = new Map([['fashion-mnist', FASHION_MNIST]]);

/** One name a class: as the files say, as its kind or its name is known for, or else the label itself. */
export function classNamesOf({ name, location, classes, classNames }: NamedDataset): readonly string[] {
  const known = datasetKindOf(location).classNames ?? KNOWN_CLASS_NAMES.get(name.toLowerCase());
  if (classNames !== undefined) return classNames;
  return known?.length === classes ? known : Array.from({ length: classes }, (_, label) => String(label));
}
