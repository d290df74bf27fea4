import { badRequest } from '../../errors.ts';
import type { NpyArray } from './npy-arrays.ts';
import { typeKind, valueRuns } from './npy-values.ts';

/** The different words of an array, and for each of its values the place of its word among them. */
export interface StoredWords {
  readonly words: readonly string[];
  readonly places: Int32Array;
}

const MOST_WORDS = 65_536;
/** Longer texts are no names of classes. */
const MOST_LETTERS = 1024;
/** Letters of all different words. */
const MOST_LETTERS_OF_ALL = 2 ** 22;

/** Words of a fixed length, filled up with zeros: four bytes a letter (U), or one (S). */
export async function wordsOf(array: NpyArray, count: number): Promise<StoredWords> {
  const { path, type } = array;
  const letters = Number(type.slice(2));
  if (letters === 0 || letters > MOST_LETTERS) {
    throw badRequest(`${path} has words of ${letters} letters: names of classes have 1 to ${MOST_LETTERS}.`);
  }
  const read = wordReader(type, letters);
  const known = new Map<string, number>();
  const places = new Int32Array(count);
  let [filled, total] = [0, 0];
  for await (const run of valueRuns(array, letters * letterBytes(type))) {
    for (let index = 0; index < run.count; index++) {
      const word = read(run.view, index);
      const place = known.get(word) ?? known.size;
      if (place === known.size) {
        known.set(word, place);
        total += word.length;
        if (known.size > MOST_WORDS || total > MOST_LETTERS_OF_ALL) throw tooMany(path);
      }
      places[filled++] = place;
    }
  }
  return { words: [...known.keys()], places };
}

function tooMany(path: string): Error {
  return badRequest(
    `${path} has too many different words: they are classes, of which there are at most ${MOST_WORDS}.`,
  );
}

function letterBytes(type: string): number {
  return typeKind(type) === 'U' ? 4 : 1;
}

type ReadWord = (view: DataView, index: number) => string;

function wordReader(type: string, letters: number): ReadWord {
  if (typeKind(type) === 'U') {
    const isLittle = type[0] !== '>';
    const codes = Array.from({ length: letters }, () => 0);
    return (view, index) => {
      for (let place = 0; place < letters; place++)
        codes[place] = view.getUint32(4 * (index * letters + place), isLittle);
      return wordOf(codes);
    };
  }
  const decoder = new TextDecoder();
  return (view, index) => decoder.decode(new Uint8Array(view.buffer, index * letters, letters)).replace(/\0+$/, '');
}

function wordOf(codes: readonly number[]): string {
  const length = codes.findLastIndex((code) => code !== 0) + 1;
  return String.fromCodePoint(...codes.slice(0, length).map((code) => (code <= 0x10ffff ? code : 0xfffd)));
}
