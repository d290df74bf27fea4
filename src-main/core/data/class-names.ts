import type { DatasetLocation } from './dataset-location.ts';

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

/** Krizhevsky, "Learning multiple layers of features from tiny images", 2009; batches.meta.txt. */
const CIFAR_10 = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'] as const;

export interface NamedDataset {
  readonly name: string;
  readonly location: DatasetLocation;
  readonly classes: number;
  /** As its files give them. */
  readonly classNames?: readonly string[] | undefined;
}

/** One name a class: as the files say, as the data set is known for, or else the label itself. */
export function classNamesOf({ name, location, classes, classNames }: NamedDataset): readonly string[] {
  if (classNames !== undefined) return classNames;
  if (location.kind === 'cifar10') return CIFAR_10;
  if (name.toLowerCase() === 'fashion-mnist' && classes === FASHION_MNIST.length) return FASHION_MNIST;
  return Array.from({ length: classes }, (_, label) => String(label));
}
