import { gzipSync } from 'node:zlib';
import { idxStart, lyingTar, lyingZip, npyStart, type ZipPart } from './hostile-bytes.ts';
import { data, file, type HostileFile, MEBIBYTE, type Thing, type Things, text } from './hostile-thing.ts';

const CIFAR_NAMES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);

const npz = (parts: readonly ZipPart[]) => lyingZip(parts.map((part) => ({ ...part, name: `${part.name}.npy` })));
const array = (name: string, type: string, shape: readonly number[], bytes: Uint8Array): ZipPart => ({
  name,
  bytes: Buffer.concat([npyStart(type, shape), bytes]),
});
const images = (count: number, side: number): readonly ZipPart[] => [
  array('x_train', '|u1', [count, side, side], Buffer.alloc(count * side * side)),
  array('x_test', '|u1', [2, side, side], Buffer.alloc(2 * side * side)),
  array('y_test', '|u1', [2], Buffer.of(0, 1)),
];
const ofNpz = (name: string, bytes: () => Thing, mayPass = false) =>
  file(`an npz file: ${name}`, bytes, data('npz', 'd.npz'), mayPass);

export const archives: readonly HostileFile[] = [
  ofNpz('words of 100 million letters', () =>
    npz([...images(2, 4), array('y_train', '<U50000000', [2], Buffer.alloc(4 * 10 ** 8))]),
  ),
  ofNpz('a quadrillion words without a letter', () =>
    npz([...images(2, 4), array('y_train', '<U0', [10 ** 15], Buffer.alloc(0))]),
  ),
  ofNpz('a quadrillion labels', () => npz([...images(2, 4), array('y_train', '|u1', [10 ** 15], Buffer.alloc(10))])),
  ofNpz('labels in a hundred million columns', () =>
    npz([...images(2, 4), array('y_train', '|u1', [2, 10 ** 8], Buffer.alloc(2 * 10 ** 8))]),
  ),
  ofNpz('256 million black images', () =>
    npz([
      array('x_train', '|u1', [2 ** 28, 1, 1], Buffer.alloc(2 ** 28)),
      ...images(2, 1).slice(1),
      array('y_train', '|u1', [2 ** 28], Buffer.alloc(2 ** 28)),
    ]),
  ),
  ofNpz('images that unpack a thousandfold', () =>
    npz([...images(256, 1024), array('y_train', '|u1', [256], Buffer.alloc(256, Buffer.of(0, 1)))]),
  ),
  ofNpz('floats that unpack a thousandfold', () =>
    npz([
      array('x_train', '<f4', [64, 1024, 1024], Buffer.alloc(2 ** 28)),
      ...images(2, 4).slice(1),
      array('y_train', '|u1', [64], Buffer.alloc(64, Buffer.of(0, 1))),
    ]),
  ),
  ofNpz('one image of 300 million pixels', () =>
    npz([
      array('x_train', '|u1', [2, 1, 15 * 10 ** 7], Buffer.alloc(3 * 10 ** 8)),
      ...images(2, 4).slice(1),
      array('y_train', '|u1', [2], Buffer.of(0, 1)),
    ]),
  ),
  ofNpz('a header that claims 3 GB', () =>
    npz([
      { name: 'x_train', bytes: npyStart('|u1', [3 * 10 ** 9, 1, 1]), claims: 3 * 10 ** 9 },
      ...images(2, 4).slice(1),
      array('y_train', '|u1', [2], Buffer.of(0, 1)),
    ]),
  ),
  ofNpz('20,000 sizes in a shape', () =>
    npz([
      ...images(2, 4).slice(1),
      array(
        'x_train',
        '|u1',
        Array.from({ length: 20_000 }, () => 1),
        Buffer.alloc(1),
      ),
      array('y_train', '|u1', [2], Buffer.of(0, 1)),
    ]),
  ),
  ofNpz('60,000 arrays', () =>
    npz(Array.from({ length: 60_000 }, (_, index) => ({ name: `a${index}`, bytes: Buffer.of(0) }))),
  ),
  ofNpz('a name of 60,000 letters', () => npz([{ name: text(60_000, '\u001b[2J\n'), bytes: Buffer.of(0) }])),
  ofNpz('an archive in an archive', () =>
    npz([
      { name: 'x_train', bytes: npz(images(2, 4)) },
      ...images(2, 4).slice(1),
      array('y_train', '|u1', [2], Buffer.of(0, 1)),
    ]),
  ),
  ofNpz('an end without archive', () => lyingZip([]).subarray(0, 20)),
  ofNpz('a sparse one of 10 GB', () => ({ sparse: 10 ** 10 })),
  ofNpz('Python objects', () => npz([...images(2, 4), array('y_train', '|O', [2], Buffer.alloc(100, '}'))])),
];

const idxFiles = (files: Things): Things =>
  Object.fromEntries(Object.entries(files).map(([name, thing]) => [`i/${name}`, thing]));
const small28 = (count: number) => Buffer.concat([idxStart([count, 28, 28]), Buffer.alloc(count * 784)]);
const labelsOf = (count: number) => Buffer.concat([idxStart([count]), Buffer.alloc(count, Buffer.of(0, 1))]);
const IDX_REST = () => ({ 't10k-images-idx3-ubyte': small28(2), 't10k-labels-idx1-ubyte': labelsOf(2) });
const idx = (name: string, files: () => Things): HostileFile => ({
  name: `IDX files: ${name}`,
  things: () => idxFiles({ ...IDX_REST(), ...files() }),
  words: data('idx', 'i'),
});

const cifar = (name: string, bytes: () => Thing) =>
  file(`a CIFAR archive: ${name}`, bytes, data('cifar10', 'c.tar.gz'));
const cifarFolder = (name: string, files: () => Things): HostileFile => ({
  name: `a CIFAR folder: ${name}`,
  things: () => Object.fromEntries(Object.entries(files()).map(([file, thing]) => [`c/${file}`, thing])),
  words: data('cifar10', 'c'),
});

export const others: readonly HostileFile[] = [
  idx('a gigabyte of packed labels', () => ({
    'train-images-idx3-ubyte': small28(2),
    'train-labels-idx1-ubyte.gz': gzipSync(Buffer.concat([idxStart([10 ** 9]), Buffer.alloc(10 ** 8)]), { level: 6 }),
  })),
  idx('images that unpack a thousandfold', () => ({
    'train-images-idx3-ubyte.gz': gzipSync(Buffer.concat([idxStart([2 ** 18, 32, 32]), Buffer.alloc(2 ** 28)]), {
      level: 1,
    }),
    'train-labels-idx1-ubyte': labelsOf(2 ** 18),
  })),
  idx('a header of four billion images', () => ({
    'train-images-idx3-ubyte': idxStart([2 ** 32 - 1, 2 ** 16, 2 ** 16]),
    'train-labels-idx1-ubyte': labelsOf(2),
  })),
  idx('an image of 60,000 x 60,000', () => ({
    'train-images-idx3-ubyte.gz': gzipSync(idxStart([1, 60_000, 60_000])),
    'train-labels-idx1-ubyte': labelsOf(1),
  })),
  idx('more behind the images', () => ({
    'train-images-idx3-ubyte.gz': gzipSync(Buffer.concat([small28(2), Buffer.alloc(2 ** 28)]), { level: 6 }),
    'train-labels-idx1-ubyte': labelsOf(2),
  })),
  idx('no gzip', () => ({
    'train-images-idx3-ubyte.gz': Buffer.alloc(1000, 7),
    'train-labels-idx1-ubyte': labelsOf(2),
  })),
  cifar('a gigabyte of skipped zeros', () => lyingTar([{ name: 'x', bytes: Buffer.alloc(10 ** 9) }])),
  cifar('a file of 400 MB', () => lyingTar([{ name: 'data_batch_1.bin', bytes: Buffer.alloc(3073 * 130_000) }])),
  cifar('six files of 30 MB of zeros', () =>
    lyingTar([...CIFAR_NAMES, 'test_batch.bin'].map((name) => ({ name, bytes: Buffer.alloc(30_730_000) }))),
  ),
  cifar('a file that claims 8 GB', () => lyingTar([{ name: 'data_batch_1.bin', claims: 8 * 10 ** 9 }])),
  cifar('100,000 entries', () => lyingTar(Array.from({ length: 100_000 }, (_, index) => ({ name: `n${index}` })))),
  cifar('a header of names of 300 MB', () =>
    lyingTar([{ name: 'x', type: 'x', bytes: Buffer.alloc(3 * 10 ** 8, '1') }]),
  ),
  cifar('names that lead out', () =>
    lyingTar([{ name: '../../../../tmp/escaped' }, { name: '/etc/passwd' }, { name: 'data_batch_1.bin', type: '2' }]),
  ),
  cifar('half a file', () =>
    lyingTar([{ name: 'data_batch_1.bin', bytes: Buffer.alloc(3073 * 100) }]).subarray(0, 300),
  ),
  cifarFolder('a pickle of dictionaries', () => ({ data_batch_1: Buffer.alloc(10 * MEBIBYTE, '}'), test_batch: '' })),
  cifarFolder('a pickle of lists', () => ({ data_batch_1: Buffer.alloc(10 * MEBIBYTE, ']'), test_batch: '' })),
  cifarFolder('a pickle of kept values', () => ({
    data_batch_1: Buffer.alloc(10 * MEBIBYTE, Buffer.of(0x4e, 0x94)),
    test_batch: '',
  })),
  cifarFolder('10 MB of names', () => ({
    'batches.meta.txt': text(10 * MEBIBYTE, '\n'),
    ...Object.fromEntries([...CIFAR_NAMES, 'test_batch.bin'].map((name) => [name, Buffer.alloc(3073)])),
  })),
  cifarFolder('a file of 10 GB', () => ({
    'data_batch_1.bin': { sparse: 10 ** 10 },
    'test_batch.bin': Buffer.alloc(3073),
  })),
  file(
    'an STL-10 archive of zeros',
    () => lyingTar([{ name: 'train_X.bin', bytes: Buffer.alloc(27_648 * 10_000) }]),
    data('stl10', 's.tar.gz'),
  ),
];
