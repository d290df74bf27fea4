import { badRequest } from './errors.ts';

/**
 * The purposes of draws. A purpose's place in this list is part of every draw, so new purposes are only ever appended.
 * One seed therefore gives the same weights, batches, augmentation and dropout in every arm of a study.
 */
const purposes = ['weights', 'shuffle', 'augment', 'dropout', 'synthetic', 'random-times', 'resample'] as const;
export type Purpose = (typeof purposes)[number];

/** A sequence of draws that depends on nothing but the arguments of `randomStream`. */
export interface RandomStream {
  /** Integer in [0, 2^32). */
  nextUint32(): number;
  /** Double in [0, 1) with 53 random bits; takes two 32-bit words. */
  nextUniform(): number;
  /** Standard normal (Box-Muller); two calls share two uniforms. */
  nextNormal(): number;
  /** Fills an array with normal draws of this standard deviation: those of `nextNormal`, in two thirds of their time. */
  fillNormal(values: Float32Array, deviation: number): void;
}

// Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3.
const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;

const TWO_32 = 2 ** 32;
const TWO_26 = 2 ** 26;
const TWO_NEG_53 = 2 ** -53;

/** Upper 32 bits of a 32 x 32 bit product, from four 16 x 16 bit products; no sum of two of them exceeds 32 bits. */
function highProduct(left: number, right: number): number {
  const leftLow = left & 0xffff;
  const leftHigh = left >>> 16;
  const rightLow = right & 0xffff;
  const rightHigh = right >>> 16;
  const middle = (Math.imul(leftHigh, rightLow) + (Math.imul(leftLow, rightLow) >>> 16)) | 0;
  const carry = (Math.imul(leftLow, rightHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(leftHigh, rightHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** Writes the block of four words that belongs to a counter (4 words) and a key (2 words). */
export function philox4x32(counter: Uint32Array, key: Uint32Array, block: Uint32Array): void {
  let [word0, word1, word2, word3] = [counter[0] | 0, counter[1] | 0, counter[2] | 0, counter[3] | 0];
  let [key0, key1] = [key[0] | 0, key[1] | 0];
  for (let round = 0; round < ROUNDS; round++) {
    const next0 = highProduct(word2, MULTIPLIER_1) ^ word1 ^ key0;
    const next2 = highProduct(word0, MULTIPLIER_0) ^ word3 ^ key1;
    word1 = Math.imul(word2, MULTIPLIER_1);
    word3 = Math.imul(word0, MULTIPLIER_0);
    word0 = next0;
    word2 = next2;
    key0 = (key0 + KEY_STEP_0) | 0;
    key1 = (key1 + KEY_STEP_1) | 0;
  }
  block[0] = word0;
  block[1] = word1;
  block[2] = word2;
  block[3] = word3;
}

/** Words of successive blocks: word 0 of the counter numbers the blocks, words 1 to 3 name the stream. */
class PhiloxStream implements RandomStream {
  readonly #key: Uint32Array;
  readonly #counter: Uint32Array;
  readonly #block = new Uint32Array(4);
  #used = 4;
  #spareNormal: number | null = null;

  constructor(key: Uint32Array, counter: Uint32Array) {
    this.#key = key;
    this.#counter = counter;
  }

  nextUint32(): number {
    if (this.#used === 4) {
      philox4x32(this.#counter, this.#key, this.#block);
      this.#counter[0]++;
      this.#used = 0;
    }
    return this.#block[this.#used++];
  }

  nextUniform(): number {
    return uniformOf(this.nextUint32(), this.nextUint32());
  }

  // Box and Muller 1958: r = sqrt(-2 ln u), the pair is r cos(2 pi v), r sin(2 pi v); 1 - u keeps the logarithm finite.
  nextNormal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextUniform()));
    const angle = 2 * Math.PI * this.nextUniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  fillNormal(values: Float32Array, deviation: number): void {
    const [counter, key, block] = [this.#counter, this.#key, this.#block];
    let place = 0;
    // A block of four words is a pair of normals, where none of them was used before.
    const areWhole = this.#used === 4 && this.#spareNormal === null;
    for (; areWhole && place + 1 < values.length; place += 2) {
      philox4x32(counter, key, block);
      counter[0]++;
      const radius = Math.sqrt(-2 * Math.log(1 - uniformOf(block[0], block[1])));
      const angle = 2 * Math.PI * uniformOf(block[2], block[3]);
      values[place] = deviation * (radius * Math.cos(angle));
      values[place + 1] = deviation * (radius * Math.sin(angle));
    }
    for (; place < values.length; place++) values[place] = deviation * this.nextNormal();
  }
}

function uniformOf(word: number, next: number): number {
  return ((word >>> 5) * TWO_26 + (next >>> 6)) * TWO_NEG_53;
}

function checkedSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw badRequest(`The seed ${seed} must be a whole number from 0 to 2^53 - 1.`);
}

function checkedPosition(position: number): number {
  if (Number.isInteger(position) && position >= 0 && position < TWO_32) return position;
  throw badRequest(`The position ${position} in a random stream must be a whole number from 0 to 2^32 - 1.`);
}

/**
 * The stream of one purpose at one position: (epoch, image), (step, layer), (key of a variable's name) and the like.
 * The seed is the key of the generator; purpose and position are part of its counter, so no two streams overlap.
 */
export function randomStream(seed: number, purpose: Purpose, ...position: readonly [number, number?]): RandomStream {
  const [first, second = 0] = position;
  const key = Uint32Array.of(checkedSeed(seed) % TWO_32, Math.floor(seed / TWO_32));
  const counter = Uint32Array.of(0, checkedPosition(first), checkedPosition(second), purposes.indexOf(purpose));
  return new PhiloxStream(key, counter);
}

/** The numbers 0 .. length-1 in random order (Fisher-Yates, from the end). */
export function permutation(length: number, stream: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const chosen = Math.floor(stream.nextUniform() * (last + 1));
    const moved = order[last];
    order[last] = order[chosen];
    order[chosen] = moved;
  }
  return order;
}

/** Stable 32-bit hash of a variable's name (FNV-1a over its UTF-16 code units, low byte first): its stream's position. */
export function stringKey(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    const unit = name.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}
