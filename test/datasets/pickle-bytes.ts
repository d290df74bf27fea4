// Pickles as Python 2 wrote the files of CIFAR's version for Python: protocol 2, texts as bytes, every value remembered.

type Plain = number | string | readonly Plain[] | { readonly [key: string]: Plain | PlainArray };

export interface PlainArray {
  readonly shape: readonly [number, number];
  readonly bytes: Uint8Array;
}

const latin = (text: string) => Buffer.from(text, 'latin1');
const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer);

function pickledNumber(value: number): Buffer {
  if (value >= 0 && value < 256) return Buffer.of(0x4b, value);
  return Buffer.concat([latin('J'), word(value)]);
}

function pickledBytes(bytes: Uint8Array): Buffer {
  const start = bytes.length < 256 ? Buffer.of(0x55, bytes.length) : Buffer.concat([latin('T'), word(bytes.length)]);
  return Buffer.concat([start, bytes]);
}

/** As cPickle writes numpy.ndarray.__reduce__ of an array of bytes. */
function pickledArray({ shape, bytes }: PlainArray): Buffer {
  const size = Buffer.concat([...shape.map(pickledNumber), latin('\x86')]);
  return Buffer.concat([
    latin(
      'cnumpy.core.multiarray\n_reconstruct\nq\x20cnumpy\nndarray\nq\x21K\0\x85q\x22U\x01bq\x23\x87q\x24Rq\x25(K\x01',
    ),
    size,
    latin('q\x26cnumpy\ndtype\nq\x27U\x02u1q\x28K\0K\x01\x87q\x29Rq\x2a(K\x03U\x01|q\x2bNNN'),
    latin('J\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tq\x2cb\x89'),
    pickledBytes(bytes),
    latin('q\x2dtq\x2eb'),
  ]);
}

function pickled(value: Plain | PlainArray): Buffer {
  if (typeof value === 'number') return pickledNumber(value);
  if (typeof value === 'string') return pickledBytes(Buffer.from(value));
  if (Array.isArray(value)) return Buffer.concat([latin(']q\x01('), ...value.map(pickled), latin('e')]);
  if ('bytes' in value) return pickledArray(value as PlainArray);
  const items = Object.entries(value).flatMap(([key, item]) => [pickled(key), pickled(item)]);
  return Buffer.concat([latin('}q\x02('), ...items, latin('u')]);
}

export function pickleBytes(value: { readonly [key: string]: Plain | PlainArray }): Buffer {
  return Buffer.concat([latin('\x80\x02'), pickled(value), latin('.')]);
}
