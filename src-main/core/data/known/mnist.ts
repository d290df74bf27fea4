import type { KnownDataset, KnownFile, PublishedChecksum } from './known-dataset.ts';

/** MNIST's four files, in the order of the rows below. */
const FILES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];

type FileRow = readonly [bytes: number, md5: string, sha256: string];

interface MnistRow extends Pick<KnownDataset, 'name' | 'title' | 'licence' | 'homepage' | 'classNames'> {
  /** The folders of the web in which the files lie. */
  readonly homes: readonly string[];
  readonly md5In: string;
  readonly sha256In: string;
  readonly files: readonly FileRow[];
}

function mnistLike({ homes, md5In, sha256In, files, ...row }: MnistRow): KnownDataset {
  return {
    ...row,
    images: { training: 60_000, validation: 0, test: 10_000, height: 28, width: 28, channels: 1, classes: 10 },
    folder: row.name,
    files: files.map(([bytes, md5, sha256], index): KnownFile => {
      const name = `${FILES[index]}.gz`;
      const checksums: readonly PublishedChecksum[] = [
        { algorithm: 'md5', value: md5, publishedIn: md5In },
        { algorithm: 'sha256', value: sha256, publishedIn: sha256In },
      ];
      return { name, bytes, addresses: homes.map((home) => `${home}/${name}`), checksums };
    }),
    unpacking: null,
    options: { kind: 'idx', classes: 10 },
    path: '',
  };
}

const TORCHVISION = "torchvision's datasets/mnist.py";

export const FASHION_MNIST = mnistLike({
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  licence: 'MIT',
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  homes: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion',
    'https://fashion-mnist.s3.eu-central-1.amazonaws.com',
  ],
  md5In: "the authors' page",
  sha256In: "TensorFlow Datasets' url_checksums/fashion_mnist.txt",
  files: [
    [
      26_421_880,
      '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
      '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    ],
    [29_515, '25c81989df183df01b3e8a0aad5dffbe', 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
    [4_422_102, 'bef4ecab320f06d8554ea6380940ec79', '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
    [5_148, 'bb300cfdad3c16e7a12a480ee83cd310', '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
  ],
  /** Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017, table 2. */
  classNames: [
    ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
    ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  ],
});

export const MNIST = mnistLike({
  name: 'mnist',
  title: 'MNIST',
  licence: 'CC BY-SA 3.0',
  homepage: 'http://yann.lecun.com/exdb/mnist',
  homes: ['https://ossci-datasets.s3.amazonaws.com/mnist', 'https://storage.googleapis.com/cvdf-datasets/mnist'],
  md5In: TORCHVISION,
  sha256In: "TensorFlow Datasets' url_checksums/mnist.txt",
  files: [
    [9_912_422, 'f68b3c2dcbeaaa9fbdd348bbdeb94873', '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
    [28_881, 'd53e105ee54ea40749a09fcbcd1e9432', '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
    [1_648_877, '9fb629c4189551a2d022fa330f9573f3', '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
    [4_542, 'ec29112dd5afa0611ce80d1b7f02629c', 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
  ],
});

export const KMNIST = mnistLike({
  name: 'kmnist',
  title: 'Kuzushiji-MNIST',
  licence: 'CC BY-SA 4.0',
  homepage: 'https://github.com/rois-codh/kmnist',
  homes: ['https://codh.rois.ac.jp/kmnist/dataset/kmnist'],
  md5In: TORCHVISION,
  sha256In: "TensorFlow Datasets' url_checksums/kmnist.txt",
  files: [
    [
      18_165_135,
      'bdb82020997e1d708af4cf47b453dcf7',
      '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
    ],
    [29_497, 'e144d726b3acfaa3e44228e80efcd344', 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'],
    [3_041_136, '5c965bf0a639b31b8f53240b1b52f4d7', 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'],
    [5_120, '7320c461ea6c1c855c0b718fb2a4b134', '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'],
  ],
  classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
});
