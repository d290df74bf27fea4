import { existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { npyBytes, npzBytes, tinyArrays, zipBytes } from '../datasets/npz-bytes.ts';
import { pickleBytes } from '../datasets/pickle-bytes.ts';
import { cifarRecord, idxBytes, located, tarBytes, tinyCifar10Files, tinyIdxFiles } from '../datasets/tiny-files.ts';
import type { FuzzTarget } from './fuzz-target.ts';

const NPY_WORDS = [
  "'descr': '|O'",
  "'descr': '<f8'",
  "'descr': '<U9'",
  "'fortran_order': True",
  "'shape': (",
  '4294967296,',
  '0,',
];
const ZIP_WORDS = [
  'PK\x01\x02',
  'PK\x03\x04',
  'PK\x05\x06',
  'PK\x06\x06',
  '\xff\xff\xff\xff',
  '../x_train.npy',
  'y_test.npy',
];
const PICKLE_WORDS = [
  'cos\nsystem\n',
  '\x93',
  '(',
  't',
  'R',
  'b',
  '\x8a\xff',
  'X\xff\xff\xff\x7f',
  'I99999999999\n',
  '.',
];
const IMAGES = 'train-images-idx3-ubyte';
const LABELS = 'train-labels-idx1-ubyte';

async function open(json: { readonly kind: string; readonly path: string }): Promise<void> {
  const { training, test } = await openDataSource(located({ ...json }), () => undefined);
  for (const { pixels } of [training, test]) pixels.close();
}

/** One array of an archive whose others are sound. */
function arrayTarget(name: string, seeds: readonly Buffer[]): FuzzTarget {
  return {
    name: `npy-${name}`,
    seeds: async () => seeds,
    words: NPY_WORDS,
    read: (bytes, folder) => {
      const sound = Object.entries(tinyArrays()).map(([other, array]) => [`${other}.npy`, npyBytes(array)] as const);
      const path = join(folder, 'images.npz');
      writeFileSync(path, zipBytes({ ...Object.fromEntries(sound), [`${name}.npy`]: bytes }));
      return open({ kind: 'npz', path });
    },
  };
}

const { x_train, y_train } = tinyArrays();
const fixture = (name: string) => readFileSync(new URL(`../fixtures/npz/${name}.npz`, import.meta.url));

const npz: FuzzTarget = {
  name: 'npz',
  seeds: async () => [npzBytes(tinyArrays()), npzBytes(tinyArrays(), true), fixture('stored'), fixture('deflated')],
  words: ZIP_WORDS,
  read: (bytes, folder) => {
    const path = join(folder, 'images.npz');
    writeFileSync(path, bytes);
    return open({ kind: 'npz', path });
  },
};

/** One file of a folder whose others are sound. */
function idxTarget(name: string, file: string, packed: (bytes: Uint8Array) => Uint8Array): FuzzTarget {
  const original = file.replace('.gz', '');
  return {
    name,
    seeds: async () => [tinyIdxFiles()[original], idxBytes([3, 1, 1], [1, 2, 3]), idxBytes([3], [0, 1, 46])],
    words: [],
    read: (bytes, folder) => {
      for (const [other, sound] of Object.entries(tinyIdxFiles())) {
        if (other !== original) writeFileSync(join(folder, other), sound);
      }
      writeFileSync(join(folder, file), packed(bytes));
      return open({ kind: 'idx', path: folder });
    },
  };
}

const asItIs = (bytes: Uint8Array) => bytes;

const BATCHES = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}`).concat('test_batch', 'batches.meta');

/** Records and names of classes as Python pickles them. */
const pickle: FuzzTarget = {
  name: 'pickle',
  seeds: async () => [
    pickleBytes({ labels: [3], data: { shape: [1, 3072], bytes: cifarRecord([], 1, 2) } }),
    pickleBytes({
      batch_label: 'a',
      labels: [3],
      data: { shape: [1, 2], bytes: Buffer.of(1, 2) },
      filenames: ['x.png'],
    }),
    pickleBytes({ num_cases_per_batch: 10_000, label_names: ['cat', 'dog'], num_vis: 3072 }),
  ],
  words: PICKLE_WORDS,
  read: (bytes, folder) => {
    const batches = join(folder, 'cifar-10-batches-py');
    writeFileSync(join(folder, 'pickle'), bytes);
    // All files of the folder are this one, by other names.
    if (!existsSync(batches)) {
      mkdirSync(batches);
      for (const name of BATCHES) linkSync(join(folder, 'pickle'), join(batches, name));
    }
    return open({ kind: 'cifar10', path: batches });
  },
};

const TAR_BLOCK = 512;

/** Sets the checksum of each header that a change has made wrong: else all changes would end there. */
function withChecksums(bytes: Uint8Array): Buffer {
  const tar = Buffer.from(bytes);
  for (let at = 0; at + TAR_BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + TAR_BLOCK);
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    at += TAR_BLOCK + Math.ceil((size > 0 && size < tar.length ? size : 0) / TAR_BLOCK) * TAR_BLOCK;
  }
  return tar;
}

function tarTarget(name: string, packed: (bytes: Uint8Array) => Uint8Array): FuzzTarget {
  const { 'data_batch_1.bin': first, 'test_batch.bin': last } = tinyCifar10Files();
  return {
    name,
    seeds: async () => {
      const small = { 'batches.meta.txt': Buffer.from('cat\ndog\n'), 'data_batch_2.bin': Buffer.alloc(0) };
      return [
        await tarBytes(small, 'cifar-10-batches-bin/'),
        await tarBytes({ 'data_batch_1.bin': first, 'test_batch.bin': last }),
      ];
    },
    words: [
      'ustar\x0000',
      'data_batch_1.bin\0',
      'test_batch.bin\0',
      '77777777777\0',
      '\x80\0\0\0\x7f',
      './',
      'L',
      'x',
      '30 size=9999999999\n',
    ],
    read: (bytes, folder) => {
      const path = join(folder, 'cifar-10-binary.tar.gz');
      writeFileSync(path, packed(bytes));
      return open({ kind: 'cifar10', path });
    },
  };
}

/** Data sets whose files are arrays. */
export const ARRAY_TARGETS: readonly FuzzTarget[] = [
  npz,
  arrayTarget('x_train', [npyBytes(x_train), npyBytes({ ...x_train, isFortranOrder: true })]),
  arrayTarget('y_train', [
    npyBytes(y_train),
    npyBytes({ type: '<U3', shape: [2], values: Buffer.from('c\0\0\0a\0\0\0t\0\0\0d\0\0\0o\0\0\0g\0\0\0', 'latin1') }),
    npyBytes({ type: '<f4', shape: [2, 1], values: new Uint8Array(Float32Array.of(0, 1).buffer) }),
  ]),
  idxTarget('idx-images', IMAGES, asItIs),
  idxTarget('idx-labels', LABELS, asItIs),
  idxTarget('idx-packed', `${IMAGES}.gz`, (bytes) => gzipSync(bytes, { level: 1 })),
  pickle,
  tarTarget('tar', withChecksums),
  tarTarget('tar-packed', (bytes) => gzipSync(bytes, { level: 1 })),
];
