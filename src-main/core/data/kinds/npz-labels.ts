import { badRequest, corrupt } from '../../errors.ts';
import { allocateLabels, checkImageCount } from '../image-memory.ts';
import type { NpyArray } from './npy-arrays.ts';
import { numberReader, type ReadValue, typeKind, valueRange, valueRuns } from './npy-values.ts';
import { type StoredWords, wordsOf } from './npz-words.ts';

const MAX_CLASSES = 65_536;

/** Labels of one part as its array has them: a number an image, or a word. */
interface StoredLabels {
  readonly path: string;
  readonly values: StoredWords | Int32Array;
  /** The classes that the array has columns for, where it has one for each class; else 0. */
  readonly columns: number;
}

/** Labels from 0 on, in shared memory, and what the classes are. */
export interface NpzLabels {
  readonly labels: readonly Int32Array[];
  readonly classes: number;
  readonly classNames?: readonly string[];
}

/** Reads the labels of all parts: words are classes by their order, numbers are classes as they are. */
export async function npzLabels(arrays: readonly NpyArray[]): Promise<NpzLabels> {
  const parts: StoredLabels[] = [];
  for (const array of arrays) parts.push(await storedLabels(array));
  const texts = parts.flatMap(({ values }) => (values instanceof Int32Array ? [] : [values]));
  if (texts.length > 0 && texts.length < parts.length) {
    throw badRequest(`${parts[0].path} and ${parts[1].path} must both be words or both be numbers.`);
  }
  const found = texts.length > 0 ? wordLabels(texts) : numberLabels(parts);
  if (new Set(found.labels.flatMap((labels) => [...new Set(labels)])).size < 2) {
    throw badRequest(
      `${parts[0].path} and the arrays that go with it name one class only, ${found.classNames?.[0] ?? found.labels[0][0]}: at least two are needed to train on.`,
    );
  }
  return found;
}

/** Classes in the order of NumPy's np.unique: by the numbers of their letters. */
function wordLabels(texts: readonly StoredWords[]): NpzLabels {
  const classNames = [...new Set(texts.flatMap(({ words }) => words))].sort(byCodePoints);
  const numbers = new Map(classNames.map((name, label) => [name, label]));
  const labels = texts.map(({ words, places }) => {
    const part = allocateLabels(places.length);
    const classes = words.map((word) => numbers.get(word) ?? 0);
    for (let index = 0; index < places.length; index++) part[index] = classes[places[index]];
    return part;
  });
  return { labels, classes: Math.max(2, classNames.length), classNames };
}

function byCodePoints(one: string, other: string): number {
  const [first, second] = [Array.from(one), Array.from(other)];
  const place = first.findIndex((letter, index) => letter !== second[index]);
  if (place === -1) return first.length - second.length;
  return (first[place].codePointAt(0) ?? 0) - (second[place]?.codePointAt(0) ?? -1);
}

/** One class more than the largest label, or one for each column. */
function numberLabels(parts: readonly StoredLabels[]): NpzLabels {
  const labels = parts.map(({ values }) => {
    if (!(values instanceof Int32Array)) return allocateLabels(0);
    const part = allocateLabels(values.length);
    part.set(values);
    return part;
  });
  const largest = labels.reduce((most, part) => part.reduce((more, label) => Math.max(more, label), most), 1);
  return { labels, classes: Math.max(largest + 1, ...parts.map(({ columns }) => columns)) };
}

function checkedLabel(path: string, index: number, label: number): number {
  if (label >= 0 && label < MAX_CLASSES) return label;
  throw corrupt(path, `gives image ${index} the label ${label}, but labels are 0 to ${MAX_CLASSES - 1}`);
}

async function storedLabels(array: NpyArray): Promise<StoredLabels> {
  const { path, type, shape } = array;
  const [count = 0, columns = 1] = shape;
  if (shape.length === 0 || shape.length > 2 || columns === 0) {
    throw badRequest(`${path} has the shape ${shape.join(' x ')}: labels are one number per image.`);
  }
  checkImageCount(count);
  const isText = typeKind(type) === 'U' || typeKind(type) === 'S';
  if (columns === 1 && isText) return { path, values: await wordsOf(array, count), columns: 0 };
  const read = numberReader(type);
  if (read === undefined) throw badRequest(`${path} has values of type ${type}, but ${typeAdvice(type)}.`);
  if (columns > 1) return { path, values: await hotColumns(array, read), columns };
  if (typeKind(type) === 'f') throw await fractions(array);
  const values = new Int32Array(count);
  let image = 0;
  for await (const run of valueRuns(array, Number(type.slice(2)))) {
    for (let index = 0; index < run.count; index++, image++)
      values[image] = checkedLabel(path, image, read(run.view, index));
  }
  return { path, values, columns: 0 };
}

function typeAdvice(type: string): string {
  const wanted = 'labels are whole numbers or words';
  if (typeKind(type) !== 'O') return `${wanted}: save y.astype(np.int64) if they are numbers`;
  return `${wanted}, and Python objects are not read: save y.astype(str) if they are words, y.astype(np.int64) if they are numbers`;
}

async function fractions(array: NpyArray): Promise<Error> {
  const range = await valueRange(array);
  const advice = range?.areWhole
    ? 'save y.astype(np.int64), which keeps them all'
    : 'these have fractions, so they are not classes';
  return badRequest(`${array.path} has values of type ${array.type}, but labels are whole numbers: ${advice}.`);
}

/** The column of the single 1 in each row of 0s. */
async function hotColumns(array: NpyArray, read: ReadValue): Promise<Int32Array> {
  const { path, type, shape, isFortranOrder } = array;
  const [count, columns] = shape;
  if (columns > MAX_CLASSES)
    throw badRequest(`${path} has ${columns} columns: there are at most ${MAX_CLASSES} classes.`);
  const [hot, ones, others] = [new Int32Array(count), new Int32Array(count), new Uint8Array(count)];
  const mark = (place: number, value: number): void => {
    const row = isFortranOrder ? place % count : Math.floor(place / columns);
    if (value !== 1) others[row] = 1;
    else if (ones[row]++ === 0) hot[row] = isFortranOrder ? Math.floor(place / count) : place % columns;
  };
  let place = 0;
  for await (const run of valueRuns(array, Number(type.slice(2)))) {
    for (let index = 0; index < run.count; index++, place++) {
      const value = read(run.view, index);
      if (value !== 0) mark(place, value);
    }
  }
  const wrong = ones.findIndex((found, row) => found !== 1 || others[row] === 1);
  if (wrong === -1) return hot;
  const found =
    others[wrong] === 0
      ? `gives image ${wrong} ${ones[wrong]} classes`
      : `has other values than 0 and 1 for image ${wrong}`;
  const advice =
    count === 1 ? 'save y.ravel() if this is one label an image' : 'or a row of 0s with a single 1 for the class';
  throw badRequest(
    `${path} has the shape ${shape.join(' x ')} and ${found}: labels are one number per image, ${advice}.`,
  );
}
