import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Transformer } from '@napi-rs/image';
import {
  blackPng,
  idxStart,
  lyingTar,
  lyingZip,
  npyStart,
  plainGif,
  pngPart,
  safetensorsOf,
  type ZipPart,
} from './hostile-bytes.ts';

/** What lies at a path: bytes, or something that is no ordinary file. */
type Thing = Uint8Array | string | { readonly link: string } | { readonly is: 'pipe' } | { readonly sparse: number };
type Things = Readonly<Record<string, Thing>>;

/** A file or folder that may hang, fill the memory or lead elsewhere, and the words of `lab` that read it. */
export interface HostileFile {
  readonly name: string;
  readonly things: () => Things;
  /** `folder` is the place of the things. */
  readonly words: (folder: string) => readonly string[];
  /** Whether the data may as well be taken: they are odd, but can be read. */
  readonly mayPass?: boolean;
}

const MEBIBYTE = 2 ** 20;
const PIPE = { is: 'pipe' } as const;
const ZEROS = { link: '/dev/zero' } as const;

/** Puts the things into a folder. */
export function writeThings(folder: string, things: Things): void {
  for (const [name, thing] of Object.entries(things)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof thing === 'string' || thing instanceof Uint8Array) writeFileSync(path, thing);
    else if ('link' in thing) symlinkSync(thing.link, path);
    else if ('is' in thing) execFileSync('mkfifo', [path]);
    else {
      writeFileSync(path, '');
      truncateSync(path, thing.sparse);
    }
  }
}

const SPEC = {
  dataset: { kind: 'synthetic', height: 8, width: 8, channels: 1, train: 200, test: 20 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  epochs: 1,
  batchSize: 20,
};

const run = (name: string) => (folder: string) => ['run', join(folder, name)];
const study = (name: string) => (folder: string) => ['study', join(folder, name)];
const imports = (name: string) => (folder: string) => ['runs', 'import', join(folder, name)];
const weights = (name: string) => (folder: string) => ['weights', 'add', 'w', '--path', join(folder, name)];
const data =
  (kind: string, name: string, ...more: readonly string[]) =>
  (folder: string) => ['datasets', 'add', 'd', '--kind', kind, '--path', join(folder, name), ...more];

function file(name: string, bytes: () => Thing, words: HostileFile['words'], mayPass = false): HostileFile {
  const [thing] = words('')
    .slice(-1)
    .map((path) => path.replace(/^\//, ''));
  return { name, things: () => ({ [thing]: bytes() }), words, mayPass };
}

const CIFAR_NAMES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);

/** Readers, and where each looks for its file. */
const READERS: readonly (readonly [name: string, place: string, words: HostileFile['words'], others?: () => Things])[] =
  [
    ['a run spec', 'spec.json', run('spec.json')],
    ['a study spec', 'spec.json', study('spec.json')],
    ['event lines', 'lines.ndjson', imports('lines.ndjson')],
    ['weights', 'w.safetensors', weights('w.safetensors')],
    [
      'initial weights of a run',
      'w.safetensors',
      run('spec.json'),
      () => ({ 'spec.json': JSON.stringify({ ...SPEC, weights: { path: 'w.safetensors' } }) }),
    ],
    ['an npz file', 'd.npz', data('npz', 'd.npz')],
    ['a CIFAR archive', 'cifar.tar.gz', data('cifar10', 'cifar.tar.gz')],
    ['an STL-10 archive', 'stl.tar.gz', data('stl10', 'stl.tar.gz')],
    ['a file of a CIFAR folder', 'c/data_batch_1.bin', data('cifar10', 'c')],
    ['the images of IDX files', 'i/train-images-idx3-ubyte', data('idx', 'i')],
    ['an image', 'f/train/a/bad.png', data('image-folder', 'f'), () => inFolder({}, 'f/')],
    [
      'annotations',
      'f/val/val_annotations.txt',
      data('image-folder', 'f'),
      () => ({ ...inFolder({}, 'f/'), 'f/val/images/a.png': small(5) }),
    ],
  ];

function small(shade: number): Buffer {
  return Transformer.fromRgbaPixels(Buffer.alloc(4 * 16 * 16, shade), 16, 16).pngSync();
}

/** A folder of images in two classes, and more. */
function inFolder(more: Things, root = 'f/'): Things {
  const parts = ['train/a', 'train/b', 'test/a', 'test/b'];
  const images = parts.map((part, index) => [`${root}${part}/${index}.png`, small(40 * index + 40)] as const);
  const others = Object.entries(more).map(([name, thing]) => [`${root}${name}`, thing] as const);
  return Object.fromEntries<Thing>([...images, ...others]);
}

function image(name: string, bytes: () => Thing, ending = 'png', mayPass = false): HostileFile {
  return {
    name: `an image: ${name}`,
    things: () => inFolder({ [`train/a/bad.${ending}`]: bytes() }),
    words: data('image-folder', 'f', '--size', '32'),
    mayPass,
  };
}

function folderOf(name: string, more: () => Things, mayPass = false): HostileFile {
  return {
    name: `a folder: ${name}`,
    things: () => inFolder(more()),
    words: data('image-folder', 'f', '--size', '32'),
    mayPass,
  };
}

const specials: readonly HostileFile[] = READERS.flatMap(([reader, place, words, others = () => ({})]) =>
  [
    ['a named pipe', PIPE],
    ['a link to a device', ZEROS],
  ].map(([what, thing]) => ({
    name: `${what} as ${reader}`,
    things: () => ({ ...others(), [place]: thing as Thing }),
    words,
    // What is no image is left out of a folder, and said.
    mayPass: reader === 'an image' || reader === 'annotations',
  })),
);

const text = (length: number, what: string): string => what.repeat(Math.ceil(length / what.length)).slice(0, length);

const specs: readonly HostileFile[] = [
  file('a spec of 10 MB of brackets', () => text(10 * MEBIBYTE, '['), run('s.json')),
  file('a spec of 1 MB of brackets', () => text(MEBIBYTE, '['), run('s.json')),
  file('a spec of nested objects', () => `${text(MEBIBYTE - 300_000, '{"a":')}1${text(150_000, '}')}`, run('s.json')),
  file('a spec of a million empty objects', () => `[${text(MEBIBYTE - 3, '{},')}1]`.slice(0, MEBIBYTE), run('s.json')),
  file(
    'a spec of unknown keys',
    () => `{${Array.from({ length: 80_000 }, (_, key) => `"k${key}":1`).join()}}`,
    run('s.json'),
  ),
  file('a spec of one long name', () => JSON.stringify({ ...SPEC, dataset: text(900_000, 'x\u0007') }), run('s.json')),
  file('a spec of no UTF-8', () => Buffer.alloc(1000, 0xff), run('s.json')),
  file('an empty spec', () => '', run('s.json')),
  file(
    'a spec of numbers without end',
    () => JSON.stringify({ ...SPEC, epochs: 'E' }).replace('"E"', '1e999'),
    run('s.json'),
  ),
  file(
    'a spec with a path of a device',
    () => JSON.stringify({ ...SPEC, dataset: { kind: 'npz', path: '/dev/zero' } }),
    run('s.json'),
  ),
  file(
    'a spec with a zero in a path',
    () => JSON.stringify({ ...SPEC, dataset: { kind: 'npz', path: 'a\0b' } }),
    run('s.json'),
  ),
  file(
    'a spec with a file of the system',
    () => JSON.stringify({ ...SPEC, dataset: { kind: 'npz', path: '/proc/self/mem' } }),
    run('s.json'),
  ),
  file('a sparse spec of 10 GB', () => ({ sparse: 10 ** 10 }), run('s.json')),
  file('an import of one long line', () => text(10 * MEBIBYTE, '['), imports('l.ndjson')),
  file('an import of zeros', () => Buffer.alloc(10 * MEBIBYTE), imports('l.ndjson')),
  file('an import of a number', () => '1\n2\n', imports('l.ndjson')),
];

const tensor = (shape: readonly number[], from: number, to: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
});

const ofWeights: readonly HostileFile[] = [
  file('weights that are empty', () => '', weights('w.safetensors')),
  file('weights of three bytes', () => 'abc', weights('w.safetensors')),
  file('weights with a header without end', () => safetensorsOf('{}', 0, 2n ** 63n), weights('w.safetensors')),
  file('weights with a header beyond the file', () => safetensorsOf('{}', 0, 100n), weights('w.safetensors')),
  file(
    'weights with a header of 10 MB of brackets',
    () => safetensorsOf(`{"a":${text(10 * MEBIBYTE, '[')}`),
    weights('w.safetensors'),
  ),
  file(
    'weights with a header of 10 MB of objects',
    () => safetensorsOf(`{"a":[${text(10 * MEBIBYTE, '{},')}1]}`),
    weights('w.safetensors'),
  ),
  file(
    'weights with 2 MB of objects',
    () => safetensorsOf(`{"a":[${text(2_090_000, '{},')}1]}`),
    weights('w.safetensors'),
  ),
  file(
    'weights with 30,000 tensors',
    () =>
      safetensorsOf(
        JSON.stringify(
          Object.fromEntries(
            Array.from({ length: 30_000 }, (_, index) => [`t${index}`, tensor([1], 4 * index, 4 * index + 4)]),
          ),
        ),
        120_000,
      ),
    weights('w.safetensors'),
    true,
  ),
  file(
    'weights that overlap',
    () => safetensorsOf(JSON.stringify({ a: tensor([2], 0, 8), b: tensor([2], 4, 12) }), 12),
    weights('w.safetensors'),
  ),
  file(
    'weights of a shape without end',
    () => safetensorsOf(JSON.stringify({ a: tensor([2 ** 40, 2 ** 40], 0, 8) }), 8),
    weights('w.safetensors'),
  ),
  file(
    'weights with negative offsets',
    () => safetensorsOf(JSON.stringify({ a: tensor([2], -8, 0) }), 8),
    weights('w.safetensors'),
  ),
  file(
    'weights named __proto__',
    () => safetensorsOf('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
    weights('w.safetensors'),
    true,
  ),
  file(
    'weights named by control characters',
    () => safetensorsOf(JSON.stringify({ '\u001b[2J\n': { dtype: 'X' } })),
    weights('w.safetensors'),
  ),
  file('sparse weights of 10 GB', () => ({ sparse: 10 ** 10 }), weights('w.safetensors')),
  file('weights that are a pickle', () => Buffer.from('\x80\x02}q\0.', 'latin1'), weights('w.safetensors')),
];

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

const archives: readonly HostileFile[] = [
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

const others: readonly HostileFile[] = [
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

const black = (side: number) => Transformer.fromRgbaPixels(Buffer.alloc(4 * side * side, 255), side, side);
const sized = (bytes: Buffer, at: number, word: number, isLittle = true): Buffer => {
  const changed = Buffer.from(bytes);
  if (isLittle) changed.writeUInt32LE(word, at);
  else changed.writeUInt32BE(word, at);
  return changed;
};

/** A JPEG file of many scans: each goes over all blocks, but has only a few bytes. */
function manyScans(): Buffer {
  const whole = Buffer.from(black(64).jpegSync());
  const scan = whole.subarray(whole.indexOf(Buffer.from([0xff, 0xda])), whole.length - 2);
  return Buffer.concat([
    whole.subarray(0, -2),
    ...Array.from({ length: 20_000 }, () => scan),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** What a JPEG file says of its size, at its start of frame. */
function jpegOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(black(64).jpegSync());
  const frame = bytes.findIndex((byte, place) => byte === 0xff && [0xc0, 0xc2].includes(bytes[place + 1]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

const profile = (bytes: Uint8Array) =>
  pngPart('zTXt', Buffer.concat([Buffer.from('Raw profile type exif\0\0', 'latin1'), bytes]));

const pictures: readonly HostileFile[] = [
  image('24,000 x 24,000 in a header', () => blackPng({ width: 24_000, height: 24_000, type: 2, isWhole: false })),
  image('12,000 x 12,000 of grey', () => blackPng({ width: 12_000, height: 12_000, type: 0 })),
  image('8,000 x 8,000 of colour', () => blackPng({ width: 8000, height: 8000, type: 2 })),
  image('as many colours as are read', () => blackPng({ width: 3790, height: 3790, type: 2 }), 'png', true),
  image('as much transparency as is read', () => blackPng({ width: 2870, height: 2870, type: 6 }), 'png', true),
  image(
    'as many deep colours as are read',
    () => blackPng({ width: 2490, height: 2490, type: 6, depth: 16 }),
    'png',
    true,
  ),
  image('four billion pixels a side', () =>
    blackPng({ width: 2 ** 32 - 1, height: 2 ** 32 - 1, type: 0, isWhole: false }),
  ),
  image('no pixel', () => blackPng({ width: 0, height: 0, type: 0, isWhole: false })),
  image('two headers', () =>
    blackPng({
      width: 16,
      height: 16,
      type: 0,
      chunks: [pngPart('IHDR', Buffer.from([0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff, 8, 6, 0, 0, 0]))],
    }),
  ),
  image(
    'thousands of packed profiles',
    () =>
      blackPng({
        width: 16,
        height: 16,
        type: 0,
        chunks: Array.from({ length: 8000 }, () => profile(gzipSync(Buffer.alloc(MEBIBYTE - 1)).subarray(10))),
      }),
    'png',
    true,
  ),
  image(
    'a million empty chunks',
    () =>
      blackPng({
        width: 16,
        height: 16,
        type: 0,
        chunks: Array.from({ length: 800_000 }, () => pngPart('tEXt', Buffer.alloc(0))),
      }),
    'png',
    true,
  ),
  image('10 MB of zeros', () => Buffer.alloc(10 * MEBIBYTE)),
  image('a sparse one of 10 GB', () => ({ sparse: 10 ** 10 })),
  image('JPEG of 65,000 x 65,000', () => jpegOf(65_000, 65_000), 'jpg'),
  image('JPEG of 30,000 lines more than it has', () => jpegOf(64, 30_000), 'jpg', true),
  image('JPEG as large as is read', () => Buffer.from(black(3790).jpegSync()), 'jpg', true),
  image('JPEG of 20,000 scans', manyScans, 'jpg'),
  image(
    'JPEG of markers alone',
    () =>
      Buffer.concat([
        Buffer.from([0xff, 0xd8]),
        Buffer.alloc(10 * MEBIBYTE, Buffer.from([0xff, 0xe1, 0, 2])),
        Buffer.from([0xff, 0xd9]),
      ]),
    'jpg',
  ),
  image('WebP as large as is read', () => Buffer.from(black(2870).webpLosslessSync()), 'webp', true),
  image(
    'WebP of 16,000 x 16,000',
    () => Buffer.from(sized(Buffer.from(black(16).webpLosslessSync()), 21, 0x0fff_fffe)),
    'webp',
  ),
  image('BMP of 40,000 x 40,000', () => sized(sized(Buffer.from(black(16).bmpSync()), 18, 40_000), 22, 40_000), 'bmp'),
  image(
    'BMP of negative sides',
    () => sized(sized(Buffer.from(black(16).bmpSync()), 18, 0x8000_0000), 22, 0x8000_0000),
    'bmp',
  ),
  image(
    'TIFF of 10 MB of directory',
    () => Buffer.concat([Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 0xff, 0xff]), Buffer.alloc(10 * MEBIBYTE, 1)]),
    'tif',
  ),
  image('TIFF as large as is read', () => Buffer.from(black(2490).tiffSync()), 'tif', true),
  image('GIF of 65,535 x 65,535', () => Buffer.from(plainGif(16, 16)).fill(0xff, 6, 10), 'gif'),
  image('GIF as large as is read', () => plainGif(2600, 2600), 'gif', true),
  image('GIF in blocks of one byte', () => plainGif(2000, 2000, 1), 'gif', true),
  image(
    'GIF of extensions alone',
    () =>
      Buffer.concat([
        plainGif(16, 16).subarray(0, 19),
        Buffer.alloc(10 * MEBIBYTE, Buffer.from([0x21, 0xfe, 1, 0, 0])),
      ]),
    'gif',
  ),
  image('PPM of a billion pixels a side', () => 'P6 1000000000 1000000000 255\n', 'ppm'),
  image('PPM of text', () => `P3 3000 3000 255\n${text(10 * MEBIBYTE, '0 ')}`, 'ppm', true),
];

const many = (count: number, name: (index: number) => string): Things =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), 'x']));

const folders: readonly HostileFile[] = [
  folderOf(
    'a link to itself',
    () => ({ 'train/a/again': { link: '.' }, 'train/a/up': { link: '..' }, loop: { link: '.' } }),
    true,
  ),
  folderOf('a class that is a link to another', () => ({ 'train/c': { link: 'a' }, val: { link: 'train' } }), true),
  folderOf('a link to the root of the disk', () => ({ 'train/a/root': { link: '/' } }), true),
  folderOf(
    'images of another folder',
    () => ({ '../elsewhere/train/x/1.png': small(9), 'train/x': { link: '../../elsewhere/train/x' } }),
    true,
  ),
  folderOf('annotations that lead out', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': '../../../elsewhere/1.png\ta\n',
  })),
  folderOf('annotations with an absolute path', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': '/etc/hostname\ta\n',
  })),
  folderOf('10 MB of annotations of one image', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': text(10 * MEBIBYTE, 'a.png\ta\n'),
  })),
  folderOf('10 MB of empty annotations', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': text(10 * MEBIBYTE, '\n'),
  })),
  folderOf('annotations of one long line', () => ({
    'val/images/a.png': small(7),
    'val/val_annotations.txt': `${text(10 * MEBIBYTE, 'x')}\ta`,
  })),
  folderOf('names of control characters', () => ({
    'train/\u001b[2J\n\u202e/1.png': small(8),
    'train/a/\u0007.png': 'no image',
  })),
  folderOf('30,000 files that are no images', () => many(30_000, (index) => `train/a/n${index}.txt`), true),
  folderOf('folders in folders', () => ({ [`train/a/${'d/'.repeat(500)}1.png`]: small(8) }), true),
];

/** All hostile files, most of less than 10 MB. */
export const HOSTILE_FILES: readonly HostileFile[] = [
  ...[...specials, ...specs, ...ofWeights, ...archives],
  ...[...others, ...pictures, ...folders],
];
