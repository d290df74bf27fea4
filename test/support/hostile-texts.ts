import { safetensorsOf } from './hostile-bytes.ts';
import {
  data,
  file,
  type HostileFile,
  imports,
  inFolder,
  MEBIBYTE,
  PIPE,
  run,
  SPEC,
  small,
  study,
  type Thing,
  type Things,
  text,
  weights,
  ZEROS,
} from './hostile-thing.ts';

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

export const specials: readonly HostileFile[] = READERS.flatMap(([reader, place, words, others = () => ({})]) =>
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

const wrongKeys = (count: number) => Array.from({ length: count }, (_, key) => `"k${key}":"x"`).join();

/** A line of a run that begins as an event does. */
const ofEvents = (members: string) => members.replace('{', '{"seq":1,"runId":"a","at":1,"type":"run.started",');

export const specs: readonly HostileFile[] = [
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
  file(
    'an import of layers of empty objects',
    () => ofEvents(`{"layers":[${text(MEBIBYTE, '{},')}1]}`),
    imports('l.ndjson'),
  ),
  file(
    'an import of metrics of wrong values',
    () => ofEvents(`{"type":"step.sampled","metrics":{${wrongKeys(200_000)}}}`),
    imports('l.ndjson'),
  ),
  file(
    'an import of a study of 100,000 arms',
    () => `{"type":"study.exported","study":{"arms":[${text(300_000, '{},')}1]}}`,
    imports('l.ndjson'),
  ),
  file('an import of a number', () => '1\n2\n', imports('l.ndjson')),
];

const tensor = (shape: readonly number[], from: number, to: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
});

export const ofWeights: readonly HostileFile[] = [
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
  file(
    'weights with metadata of wrong values',
    () => safetensorsOf(`{"__metadata__":{${wrongKeys(120_000).replaceAll('"x"', '1')}}}`),
    weights('w.safetensors'),
  ),
  file('sparse weights of 10 GB', () => ({ sparse: 10 ** 10 }), weights('w.safetensors')),
  file('weights that are a pickle', () => Buffer.from('\x80\x02}q\0.', 'latin1'), weights('w.safetensors')),
];
