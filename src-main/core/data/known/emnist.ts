import { EMNIST_SETS } from '../kinds/emnist.ts';
import type { KnownDataset } from './known-dataset.ts';

type Row = readonly [
  split: 'balanced' | 'byclass' | 'bymerge' | 'digits' | 'letters' | 'mnist',
  training: number,
  test: number,
];

/** Six ways to divide the same characters, all in one archive. Cohen et al. 2017, table II, and the files' headers. */
const SPLITS: readonly Row[] = [
  ['balanced', 112_800, 18_800],
  ['byclass', 697_932, 116_323],
  ['bymerge', 697_932, 116_323],
  ['letters', 124_800, 20_800],
  ['digits', 240_000, 40_000],
  ['mnist', 60_000, 10_000],
];

function emnist([split, training, test]: Row): KnownDataset {
  const classNames = EMNIST_SETS[split];
  const classes = classNames.length;
  return {
    name: `emnist-${split}`,
    title: `EMNIST, ${split}`,
    images: { training, validation: 0, test, height: 28, width: 28, channels: 1, classes },
    licence: 'none stated; from NIST Special Database 19',
    homepage: 'https://www.nist.gov/itl/products-and-services/emnist-dataset',
    folder: 'emnist',
    files: [
      {
        name: 'gzip.zip',
        bytes: 561_753_746,
        addresses: [
          'https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip',
          'https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip',
        ],
        checksums: [
          {
            algorithm: 'md5',
            value: '58c8d27c78d21e728a6bc7b3cc06412e',
            publishedIn: "torchvision's datasets/mnist.py",
          },
          {
            algorithm: 'sha256',
            value: 'fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e',
            publishedIn: "TensorFlow Datasets' url_checksums/emnist.txt",
          },
        ],
      },
    ],
    unpacking: {
      format: 'zip',
      members: /^(?:gzip\/)?(emnist-[a-z]+-(?:train|test)-(?:images|labels)-idx[13]-ubyte\.gz)$/,
      to: '$1',
      files: 24,
      bytes: 570_000_000,
    },
    options: { kind: 'idx', set: split, transpose: true },
    path: '',
    classNames,
  };
}

export const EMNIST: readonly KnownDataset[] = SPLITS.map(emnist);
