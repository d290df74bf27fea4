// The first frame of a GIF file. A decoder of our own: those that exist fill in what a damaged file lacks, without a word.
// https://www.w3.org/Graphics/GIF/spec-gif89a.txt

/** An image of RGBA bytes as large as the file's screen. */
export interface GifFrame {
  readonly height: number;
  readonly width: number;
  readonly rgba: Uint8Array;
}

const HAS_COLOURS = 0x80;
const IS_INTERLACED = 0x40;
const EXTENSION = 0x21;
const FRAME = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const NOTHING_TRANSPARENT = -1;

/** A place in the file that moves on as it is read. Throws where the file ends. */
class GifBytes {
  readonly #bytes: Uint8Array;
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(count: number): Uint8Array {
    const start = this.#place;
    this.#place += count;
    if (this.#place > this.#bytes.length) throw new Error('it ends before its first frame does');
    return this.#bytes.subarray(start, this.#place);
  }

  byte(): number {
    return this.take(1)[0];
  }

  word(): number {
    const [low, high] = this.take(2);
    return low | (high << 8);
  }

  /** Blocks of at most 255 bytes, each after its length, up to an empty one. */
  blocks(): Uint8Array {
    const start = this.#place;
    let total = 0;
    for (let length = this.byte(); length > 0; length = this.byte()) total += this.take(length).length;
    const joined = new Uint8Array(total);
    let [place, filled] = [start, 0];
    while (filled < total) {
      const length = this.#bytes[place];
      joined.set(this.#bytes.subarray(place + 1, place + 1 + length), filled);
      [place, filled] = [place + 1 + length, filled + length];
    }
    return joined;
  }

  /** The colours that the flags announce, RGB each. */
  colours(flags: number): Uint8Array | null {
    return (flags & HAS_COLOURS) === 0 ? null : this.take(3 * 2 ** ((flags & 7) + 1));
  }
}

/** Throws an Error that says what is wrong where the first frame is not there as a whole, or needs more than so many bytes as RGB. */
export function gifFrame(file: Uint8Array, maxBytes: number): GifFrame {
  const bytes = new GifBytes(file);
  bytes.take(6);
  const [screenWidth, screenHeight] = [bytes.word(), bytes.word()];
  const flags = bytes.byte();
  const [background] = bytes.take(2);
  const shared = bytes.colours(flags);
  const transparent = findFrame(bytes);
  const [left, top, frameWidth, frameHeight] = [bytes.word(), bytes.word(), bytes.word(), bytes.word()];
  // A frame that is larger than the screen makes it larger, as in Pillow and browsers.
  const width = Math.max(screenWidth, left + frameWidth);
  const height = Math.max(screenHeight, top + frameHeight);
  if (3 * width * height > maxBytes) throw new Error('memory limit exceeded');
  if (frameWidth === 0 || frameHeight === 0) throw new Error('its first frame is empty');
  const screen = { height, width, rgba: new Uint8Array(4 * width * height) };
  if (shared !== null && transparent === NOTHING_TRANSPARENT) fill(screen, shared.subarray(3 * background));
  const frameFlags = bytes.byte();
  const colours = bytes.colours(frameFlags) ?? shared ?? greys();
  const indices = unpacked(bytes, frameWidth * frameHeight);
  const rows = rowOrder(frameHeight, (frameFlags & IS_INTERLACED) !== 0);
  const look = { colours, transparent };
  rows.forEach((row, index) => {
    const line = indices.subarray(index * frameWidth, (index + 1) * frameWidth);
    paintRow(screen, line, { ...look, row: top + row, left });
  });
  return screen;
}

/** Gives the screen its background, where nothing is transparent: the format says that what no frame covers has it. */
function fill({ rgba }: GifFrame, [red = 0, green = 0, blue = 0]: Uint8Array): void {
  for (let place = 0; place < rgba.length; place += 4) rgba.set([red, green, blue, 255], place);
}

/** Skips to the first frame; returns the transparent colour that is announced for it. */
function findFrame(bytes: GifBytes): number {
  let transparent = NOTHING_TRANSPARENT;
  for (let block = bytes.byte(); block !== FRAME; block = bytes.byte()) {
    if (block !== EXTENSION) throw new Error('it holds no frame');
    const label = bytes.byte();
    const content = bytes.blocks();
    if (label === GRAPHIC_CONTROL && content.length >= 4) {
      transparent = (content[0] & 1) === 1 ? content[3] : NOTHING_TRANSPARENT;
    }
  }
  return transparent;
}

/** The colours of a file that has none. */
function greys(): Uint8Array {
  return Uint8Array.from({ length: 3 * 256 }, (_, index) => Math.floor(index / 3));
}

/** The rows of the image in the order in which the file has them. */
function rowOrder(height: number, isInterlaced: boolean): readonly number[] {
  const passes = isInterlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  return passes.flatMap(([first, step]) =>
    Array.from({ length: Math.max(0, Math.ceil((height - first) / step)) }, (_, index) => first + index * step),
  );
}

interface RowPlace {
  readonly row: number;
  readonly left: number;
  readonly colours: Uint8Array;
  readonly transparent: number;
}

function paintRow(screen: GifFrame, indices: Uint8Array, { row, left, colours, transparent }: RowPlace): void {
  for (const [column, index] of indices.entries()) {
    if (index === transparent) continue;
    const target = 4 * (row * screen.width + left + column);
    for (let colour = 0; colour < 3; colour++) screen.rgba[target + colour] = colours[3 * index + colour] ?? 0;
    screen.rgba[target + 3] = 255;
  }
}

const MAX_CODES = 4096;

/** Unpacks LZW codes of growing length to exactly `count` colour numbers. */
function unpacked(bytes: GifBytes, count: number): Uint8Array {
  const colourBits = bytes.byte();
  if (colourBits < 1 || colourBits > 11) throw new Error(`its codes begin with ${colourBits} bits`);
  const packed = bytes.blocks();
  const indices = new Uint8Array(count);
  const table = new CodeTable(colourBits);
  let filled = 0;
  for (const code of codesOf(packed, table)) {
    filled = table.unpack(code, indices, filled);
    if (filled >= count) return indices;
  }
  throw new Error(`it holds ${filled} of the ${count} pixels of its first frame`);
}

/** The codes up to the one that ends the image, each as long as the table is by then. */
function* codesOf(packed: Uint8Array, table: CodeTable): Generator<number, void, undefined> {
  let [bits, bitCount] = [0, 0];
  for (const byte of packed) {
    bits |= byte << bitCount;
    bitCount += 8;
    while (bitCount >= table.codeBits) {
      const code = bits & ((1 << table.codeBits) - 1);
      bits >>>= table.codeBits;
      bitCount -= table.codeBits;
      if (code === table.end) return;
      yield code;
    }
  }
}

/** The strings that codes stand for: each is an earlier one (`prefix`) and one more colour (`last`). */
class CodeTable {
  readonly end: number;
  codeBits: number;
  readonly #clear: number;
  readonly #prefix = new Uint16Array(MAX_CODES);
  readonly #last = new Uint8Array(MAX_CODES);
  readonly #length = new Uint16Array(MAX_CODES);
  #next: number;
  #former = -1;

  constructor(colourBits: number) {
    this.#clear = 1 << colourBits;
    this.end = this.#clear + 1;
    this.codeBits = colourBits + 1;
    this.#next = this.#clear + 2;
    for (let colour = 0; colour < this.#clear; colour++) {
      this.#last[colour] = colour;
      this.#length[colour] = 1;
    }
  }

  /** Writes the string of a code, learns one, and returns where the next string begins. */
  unpack(code: number, target: Uint8Array, start: number): number {
    if (code === this.#clear) return this.#forget(start);
    const isKnown = code < this.#next;
    if (!isKnown && (code > this.#next || this.#former === -1)) throw new Error(`code ${code} stands for nothing`);
    const string = isKnown ? code : this.#former;
    const first = this.#write(string, target, start);
    const end = start + this.#length[string];
    if (!isKnown) target[end] = first;
    this.#learn(first);
    this.#former = code;
    return isKnown ? end : end + 1;
  }

  #forget(start: number): number {
    this.#next = this.#clear + 2;
    this.codeBits = Math.log2(this.#clear) + 1;
    this.#former = -1;
    return start;
  }

  /** Writes from the last colour to the first, which it returns. What lies beyond the target is dropped. */
  #write(string: number, target: Uint8Array, start: number): number {
    let code = string;
    for (let place = start + this.#length[string] - 1; place > start; place--) {
      target[place] = this.#last[code];
      code = this.#prefix[code];
    }
    target[start] = this.#last[code];
    return this.#last[code];
  }

  #learn(colour: number): void {
    if (this.#former === -1 || this.#next === MAX_CODES) return;
    this.#prefix[this.#next] = this.#former;
    this.#last[this.#next] = colour;
    this.#length[this.#next] = this.#length[this.#former] + 1;
    this.#next++;
    if (this.#next === 1 << this.codeBits && this.codeBits < 12) this.codeBits++;
  }
}
