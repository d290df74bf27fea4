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
  /** The names in its files. */
  readonly classNames?: readonly string[] | undefined;
}

/** The class names of well-known data sets whose files do not give them, by the name of the data set. */
const KNOWN_CLASS_NAMES: ReadonlyMap<string, readonly string[]> = new Map([['fashion-mnist', FASHION_MNIST]]);

/** One name per class: from the files, from its kind, from its well-known name, or else the label itself. */
export function classNamesOf({ name, location, classes, classNames }: NamedDataset): readonly string[] {
  const known = datasetKindOf(location).classNames ?? KNOWN_CLASS_NAMES.get(name.toLowerCase());
  if (classNames !== undefined) return classNames;
  return known?.length === classes ? known : Array.from({ length: classes }, (_, label) => String(label));
}
