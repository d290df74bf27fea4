import { AppError } from '../../errors.ts';
import { EMNIST } from './emnist.ts';
import type { KnownDataset } from './known-dataset.ts';
import { MEDMNIST } from './medmnist.ts';
import { FASHION_MNIST, KMNIST, MNIST } from './mnist.ts';

const CIFAR_HOMES = ['https://www.cs.toronto.edu/~kriz', 'https://cave.cs.toronto.edu/kriz'];
const CIFAR = {
  licence: 'none stated; the authors ask to cite their report',
  homepage: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  unpacking: null,
};
const CIFAR_IMAGES = { training: 50_000, validation: 0, test: 10_000, height: 32, width: 32, channels: 3 };

/**
 * The data sets that can be had by name, one row each, in the order in which they are listed. The addresses and sizes are
 * those of the sources that each checksum names.
 */
export const KNOWN_DATASETS: readonly KnownDataset[] = [
  FASHION_MNIST,
  MNIST,
  KMNIST,
  {
    ...CIFAR,
    name: 'cifar10',
    title: 'CIFAR-10',
    images: { ...CIFAR_IMAGES, classes: 10 },
    folder: 'cifar10',
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        bytes: 170_052_171,
        addresses: CIFAR_HOMES.map((home) => `${home}/cifar-10-binary.tar.gz`),
        checksums: [
          { algorithm: 'md5', value: 'c32a1d4ab5d03f1284b67883e8d87530', publishedIn: "the authors' page" },
          {
            algorithm: 'sha256',
            value: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
            publishedIn: "TensorFlow Datasets' url_checksums/cifar10.txt",
          },
        ],
      },
    ],
    options: { kind: 'cifar10' },
    path: 'cifar-10-binary.tar.gz',
  },
  {
    ...CIFAR,
    name: 'cifar100',
    title: 'CIFAR-100',
    images: { ...CIFAR_IMAGES, classes: 100 },
    folder: 'cifar100',
    files: [
      {
        name: 'cifar-100-binary.tar.gz',
        bytes: 168_513_733,
        addresses: CIFAR_HOMES.map((home) => `${home}/cifar-100-binary.tar.gz`),
        checksums: [
          { algorithm: 'md5', value: '03b5dce01913d631647c71ecec9e9cb8', publishedIn: "the authors' page" },
          {
            algorithm: 'sha256',
            value: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
            publishedIn: "TensorFlow Datasets' url_checksums/cifar100.txt",
          },
        ],
      },
    ],
    options: { kind: 'cifar100' },
    path: 'cifar-100-binary.tar.gz',
  },
  {
    name: 'stl10',
    title: 'STL-10',
    images: { training: 5_000, validation: 0, test: 8_000, height: 96, width: 96, channels: 3, classes: 10 },
    licence: 'none stated; the images are from ImageNet',
    homepage: 'https://cs.stanford.edu/~acoates/stl10/',
    folder: 'stl10',
    files: [
      {
        name: 'stl10_binary.tar.gz',
        bytes: 2_640_397_119,
        addresses: [
          'https://cs.stanford.edu/~acoates/stl10/stl10_binary.tar.gz',
          'https://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz',
        ],
        checksums: [
          {
            algorithm: 'md5',
            value: '91f7769df0f17e558f3565bffb0c7dfb',
            publishedIn: "torchvision's datasets/stl10.py",
          },
          {
            algorithm: 'sha256',
            value: 'f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866',
            publishedIn: "TensorFlow Datasets' url_checksums/stl10.txt",
          },
        ],
      },
    ],
    // The 100,000 images without labels stay in the archive, which is not kept.
    unpacking: {
      format: 'tar.gz',
      members: /^(?:\.\/)?stl10_binary\/((?:train|test)_[Xy]\.bin|class_names\.txt)$/,
      to: '$1',
      files: 5,
      bytes: 359_437_100,
    },
    options: { kind: 'stl10' },
    path: '',
  },
  {
    name: 'imagenette',
    title: 'Imagenette, 160 px',
    images: { training: 9_469, validation: 0, test: 3_925, height: 160, width: 160, channels: 3, classes: 10 },
    licence: "Apache 2.0 for the collection; the images are ImageNet's",
    homepage: 'https://github.com/fastai/imagenette',
    folder: 'imagenette',
    files: [
      {
        name: 'imagenette2-160.tgz',
        bytes: 99_003_388,
        addresses: ['https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz'],
        checksums: [
          {
            algorithm: 'md5',
            value: 'e793b78cc4c9e9a4ccc0c1155377a412',
            publishedIn: "torchvision's datasets/imagenette.py",
          },
        ],
      },
    ],
    unpacking: {
      format: 'tar.gz',
      members: /^(?:\.\/)?imagenette2-160\/((?:train|val)\/[^/.][^/]*\/[^/.][^/]*\.JPEG)$/,
      to: '$1',
      files: 13_394,
      bytes: 130_000_000,
    },
    options: { kind: 'image-folder', size: 160 },
    path: '',
  },
  {
    name: 'tiny-imagenet',
    title: 'Tiny-ImageNet',
    images: { training: 100_000, validation: 0, test: 10_000, height: 64, width: 64, channels: 3, classes: 200 },
    licence: 'none stated; the images are from ImageNet',
    homepage: 'https://cs231n.stanford.edu',
    folder: 'tiny-imagenet',
    files: [
      {
        name: 'tiny-imagenet-200.zip',
        bytes: 248_100_043,
        addresses: ['https://cs231n.stanford.edu/tiny-imagenet-200.zip'],
        checksums: [
          {
            algorithm: 'md5',
            value: '90528d7ca1a48142e341f4ef8d21d0de',
            publishedIn: "Avalanche's tiny_imagenet.py; the authors publish none",
          },
        ],
      },
    ],
    // The 10,000 test images have no labels: the validation images are tested on.
    unpacking: {
      format: 'zip',
      members: /^tiny-imagenet-200\/((?:train|val)\/(?:[^/.][^/]*\/)*[^/.][^/]*|words\.txt|wnids\.txt)$/,
      to: '$1',
      files: 110_203,
      bytes: 500_000_000,
    },
    options: { kind: 'image-folder' },
    path: '',
  },
  ...EMNIST,
  ...MEDMNIST,
];

/** Well-known data sets that cannot be had, and why. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  [
    'chestmnist',
    'chestmnist gives an image any number of 14 labels, and runs learn one label an image: it is left out.',
  ],
]);

/** The row of that name; undefined where there is none. */
export function findKnownDataset(name: string): KnownDataset | undefined {
  return KNOWN_DATASETS.find((known) => known.name === name);
}

/** The row that a person means. Throws 'not-found' with the names that it may be about. */
export function knownDatasetNamed(name: string): KnownDataset {
  const typed = spelling(name);
  const known = KNOWN_DATASETS.find((candidate) => spelling(candidate.name) === typed);
  if (known !== undefined) return known;
  const names = KNOWN_DATASETS.map((candidate) => candidate.name);
  const alike = names.filter((candidate) => spelling(candidate).startsWith(typed) && typed !== '');
  const choices = alike.length > 0 ? `choose ${alike.join(', ')}.` : 'see `lab datasets get` without a name.';
  throw new AppError('not-found', LEFT_OUT.get(typed) ?? `There is no address for a data set "${name}": ${choices}`);
}

/** Names as people write them: "CIFAR-10", "cifar_10" and "cifar10" are one. */
function spelling(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
