import type { DatasetLocation, FileKind } from '#core/data/dataset-location.ts';
import type { DatasetRecord } from '#core/records.ts';
import { count } from './format.ts';

interface KindWords {
  readonly title: string;
  /** What the folder or the file holds. */
  readonly files: string;
  readonly takes: readonly ('folder' | 'file')[];
}

export const ADDABLE_KINDS: Readonly<Record<FileKind, KindWords>> = {
  cifar10: {
    title: 'CIFAR-10',
    files:
      "The authors' binary version: cifar-10-binary.tar.gz as it was downloaded, or a folder with data_batch_1.bin to data_batch_5.bin and test_batch.bin.",
    takes: ['folder', 'file'],
  },
  cifar100: {
    title: 'CIFAR-100',
    files:
      "The authors' binary version: cifar-100-binary.tar.gz as it was downloaded, or a folder with train.bin and test.bin.",
    takes: ['folder', 'file'],
  },
  'image-folder': {
    title: 'Image folder',
    files:
      'A folder with train/<class>/ and test/<class>/ (or val/<class>/) of PNG and JPEG images, or Tiny-ImageNet as it is unpacked. They are decoded once, into the cache of this app.',
    takes: ['folder'],
  },
  npz: {
    title: 'NumPy arrays (.npz)',
    files:
      "A file with the arrays x_train, y_train, x_test and y_test, as Keras' mnist.npz: images of uint8 from 0 to 255, count × height × width or that × 3 channels, and whole-number labels.",
    takes: ['file'],
  },
  idx: {
    title: 'IDX (MNIST-style)',
    files:
      'A folder with the four files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each as it is or with .gz.',
    takes: ['folder'],
  },
};

/** "28 × 28, grey", "32 × 32, RGB" */
export function imageShape({ height, width, channels }: Pick<DatasetRecord, 'height' | 'width' | 'channels'>): string {
  return `${height} × ${width}, ${channels === 1 ? 'grey' : 'RGB'}`;
}

export function locationTitle(location: DatasetLocation): string {
  return location.kind === 'synthetic' ? 'synthetic' : ADDABLE_KINDS[location.kind].title;
}

/** Where the images are: a path, or how they are made. */
export function locationDetail(location: DatasetLocation): string {
  if (location.kind === 'image-folder' && location.size !== undefined) {
    return `${location.path}, resized and cropped to ${location.size} × ${location.size}`;
  }
  if (location.kind !== 'synthetic') return location.path;
  return `drawn from seed ${location.seed} when they are needed`;
}

/** Well-known data sets that are not here, and how one gets each. */
export function missingDatasets(datasets: readonly DatasetRecord[]): readonly string[] {
  const kinds = new Set(datasets.map(({ location }) => location.kind));
  const cifar = (number: number) =>
    `CIFAR-${number}: download the binary version, cifar-${number}-binary.tar.gz, from its authors' page (cs.toronto.edu/~kriz/cifar.html), and add the file as it is.`;
  return [
    datasets.some(comesWithSetup)
      ? null
      : 'Fashion-MNIST: run `node src-main/setup/setup.mjs --all`, or add a folder with its four IDX files.',
    kinds.has('cifar10') ? null : cifar(10),
    kinds.has('cifar100') ? null : cifar(100),
  ].filter((text) => text !== null);
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
