import type { DrawnNumbers } from './drawn-numbers.ts';

/** Larger inputs are cut: they would only be slower. */
const MOST_BYTES = 64 * 1024;
const MOST_CHANGES = 5;
const MOST_COPIED = 64;

/** What counts and sizes are apt to be wrong at. */
const ODD_NUMBERS = [
  0,
  1,
  -1,
  2,
  127,
  128,
  255,
  256,
  32_767,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 53,
];
const ODD_TEXTS = [
  '0',
  '-1',
  '1e308',
  '1e-320',
  '9007199254740993',
  'NaN',
  'null',
  '[]',
  '{}',
  '""',
  '"\\u0000"',
  '\ufeff',
];

type Change = (bytes: Buffer, numbers: DrawnNumbers, material: Material) => Buffer;

export interface Material {
  /** Other inputs, of which pieces are taken. */
  readonly others: readonly Uint8Array[];
  readonly words: readonly string[];
}

/** The bytes with one to five changes of the sorts that break readers. */
export function mutated(bytes: Uint8Array, numbers: DrawnNumbers, material: Material): Uint8Array {
  let changed = Buffer.from(bytes);
  const count = 1 + numbers.below(MOST_CHANGES);
  for (let made = 0; made < count; made++) changed = Buffer.from(numbers.of(CHANGES)(changed, numbers, material));
  return changed.subarray(0, MOST_BYTES);
}

const CHANGES: readonly Change[] = [
  flipBit,
  setByte,
  setByte,
  setNumber,
  setNumber,
  cut,
  dropPiece,
  repeatPiece,
  takePiece,
  putWord,
  changeDigits,
  changeDigits,
];

function flipBit(bytes: Buffer, numbers: DrawnNumbers): Buffer {
  if (bytes.length > 0) bytes[numbers.below(bytes.length)] ^= 1 << numbers.below(8);
  return bytes;
}

function setByte(bytes: Buffer, numbers: DrawnNumbers): Buffer {
  if (bytes.length > 0) bytes[numbers.below(bytes.length)] = numbers.below(256);
  return bytes;
}

/** One of the odd numbers, in 1, 2, 4 or 8 bytes of either order. */
function setNumber(bytes: Buffer, numbers: DrawnNumbers): Buffer {
  const width = numbers.of([1, 2, 4, 8]);
  if (bytes.length < width) return bytes;
  const value = BigInt.asUintN(64, BigInt(numbers.of(ODD_NUMBERS)));
  const place = numbers.below(bytes.length - width + 1);
  const isLittle = numbers.below(2) === 0;
  for (let byte = 0; byte < width; byte++) {
    const shift = BigInt(8 * (isLittle ? byte : width - 1 - byte));
    bytes[place + byte] = Number((value >> shift) & 0xffn);
  }
  return bytes;
}

function cut(bytes: Buffer, numbers: DrawnNumbers): Buffer {
  return bytes.subarray(0, numbers.below(bytes.length + 1));
}

function dropPiece(bytes: Buffer, numbers: DrawnNumbers): Buffer {
  const { start, end } = piece(bytes, numbers);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

/** Once or many times: nesting that is too deep, lists that are too long. */
function repeatPiece(bytes: Buffer, numbers: DrawnNumbers): Buffer {
  const { start, end } = piece(bytes, numbers);
  const times = numbers.of([1, 1, 2, 8, 1000]);
  const repeated = Array.from({ length: times }, () => bytes.subarray(start, end));
  return Buffer.concat([bytes.subarray(0, end), ...repeated, bytes.subarray(end)]);
}

function takePiece(bytes: Buffer, numbers: DrawnNumbers, { others }: Material): Buffer {
  if (others.length === 0) return bytes;
  const other = Buffer.from(numbers.of(others));
  const { start, end } = piece(other, numbers);
  const place = numbers.below(bytes.length + 1);
  const behind = numbers.below(2) === 0 ? place : Math.min(bytes.length, place + end - start);
  return Buffer.concat([bytes.subarray(0, place), other.subarray(start, end), bytes.subarray(behind)]);
}

function putWord(bytes: Buffer, numbers: DrawnNumbers, { words }: Material): Buffer {
  const word = Buffer.from(numbers.of(words.length === 0 ? ODD_TEXTS : words), 'latin1');
  const place = numbers.below(bytes.length + 1);
  const behind = numbers.below(2) === 0 ? place : Math.min(bytes.length, place + word.length);
  return Buffer.concat([bytes.subarray(0, place), word, bytes.subarray(behind)]);
}

/** Puts an odd number or text in the place of a number that is written in digits. */
function changeDigits(bytes: Buffer, numbers: DrawnNumbers): Buffer {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(/\d+/g)];
  if (found.length === 0) return bytes;
  const [digits] = [numbers.of(found)];
  const word = numbers.below(2) === 0 ? String(numbers.of(ODD_NUMBERS)) : numbers.of(ODD_TEXTS);
  const [before, behind] = [text.slice(0, digits.index), text.slice(digits.index + digits[0].length)];
  return Buffer.concat([Buffer.from(before, 'latin1'), Buffer.from(word), Buffer.from(behind, 'latin1')]);
}

function piece(bytes: Buffer, numbers: DrawnNumbers): { readonly start: number; readonly end: number } {
  const start = numbers.below(bytes.length + 1);
  return { start, end: Math.min(bytes.length, start + 1 + numbers.below(MOST_COPIED)) };
}
