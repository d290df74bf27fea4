import { corrupt, messageOf } from '../../errors.ts';
import type { NamedBytes } from '../data-files.ts';
import { type CifarFormat, PIXELS } from './cifar-records.ts';
import { type Pickled, type PickledArray, pickledText, readPickle } from './python-pickle.ts';

// The authors' version for Python: pickled dictionaries with an array `data` of images, the red plane first, and lists of labels.
// Their records become those of the binary version, so that everything behind is the same.

/** A file for Python as a file of the binary version: records, or the names of the classes, one in a line. */
export function binaryVersion(format: CifarFormat, binaryName: string, { path, bytes }: NamedBytes): NamedBytes {
  const dictionary = dictionaryOf(path, bytes);
  const isNames = binaryName === format.classNamesFile;
  return { path, bytes: isNames ? namesIn(dictionary, { path, format }) : recordsIn(dictionary, { path, format }) };
}

interface Origin {
  readonly path: string;
  readonly format: CifarFormat;
}

function dictionaryOf(path: string, bytes: Uint8Array): ReadonlyMap<string, Pickled> {
  try {
    const value = readPickle(bytes);
    if (value instanceof Map) return value;
  } catch (error) {
    throw corrupt(path, `is not a readable pickle (${messageOf(error)})`, error);
  }
  throw corrupt(path, 'is a pickle without a dictionary');
}

function namesIn(dictionary: ReadonlyMap<string, Pickled>, { path, format }: Origin): Uint8Array {
  const list = dictionary.get(format.python.namesList);
  const names = Array.isArray(list) ? list.map(pickledText) : [];
  if (names.length === 0) throw corrupt(path, `has no list ${format.python.namesList}`);
  return new TextEncoder().encode(names.join('\n'));
}

function recordsIn(dictionary: ReadonlyMap<string, Pickled>, origin: Origin): Uint8Array {
  const { path, format } = origin;
  const images = imagesIn(dictionary, path);
  const [count] = images.shape;
  const labels = format.python.labelLists.map((name) => labelsIn(dictionary.get(name), { ...origin, name, count }));
  const recordBytes = labels.length + PIXELS;
  const records = new Uint8Array(count * recordBytes);
  for (let record = 0; record < count; record++) {
    for (const [place, list] of labels.entries()) records[record * recordBytes + place] = list[record];
    const pixels = images.bytes.subarray(record * PIXELS, (record + 1) * PIXELS);
    records.set(pixels, record * recordBytes + labels.length);
  }
  return records;
}

function imagesIn(dictionary: ReadonlyMap<string, Pickled>, path: string): PickledArray {
  const data = dictionary.get('data');
  const isArray = data !== null && typeof data === 'object' && 'is' in data && data.is === 'array';
  if (!isArray) throw corrupt(path, 'has no array data');
  const [count, values] = data.shape;
  const fits = data.shape.length === 2 && values === PIXELS && data.bytes.length === count * PIXELS;
  if (data.type === 'u1' && fits && !data.isFortranOrder) return data;
  throw corrupt(path, `has ${data.shape.join(' x ')} values of type ${data.type}, not images of ${PIXELS} bytes`);
}

interface ListPlace extends Origin {
  readonly name: string;
  readonly count: number;
}

function labelsIn(list: Pickled | undefined, { path, name, count }: ListPlace): readonly number[] {
  const labels = Array.isArray(list) ? list.filter((label) => typeof label === 'number') : [];
  if (Array.isArray(list) && labels.length === list.length && labels.length === count) {
    const wrong = labels.findIndex((label) => label < 0 || label > 255);
    if (wrong === -1) return labels;
    throw corrupt(path, `gives image ${wrong} the label ${labels[wrong]}`);
  }
  throw corrupt(path, `has ${labels.length} numbers in ${name}, but ${count} images`);
}
