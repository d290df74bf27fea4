// Pickles of Python, as far as files of data need them: numbers, texts, lists, dictionaries and NumPy arrays. Nothing is ever run: what a
// pickle calls is only recognised by its name, and anything else is refused.
// https://github.com/python/cpython/blob/main/Lib/pickletools.py explains the operations.

/** An array of NumPy: its values lie one after the other, the last dimension fastest. */
export interface PickledArray {
  readonly is: 'array';
  readonly type: string;
  readonly shape: readonly number[];
  readonly isFortranOrder: boolean;
  readonly bytes: Uint8Array;
}

type Unfinished = { readonly is: 'new array' } | { readonly is: 'type'; readonly type: string };
type Named = { readonly is: 'name'; readonly name: string };
/** Texts of Python 2 are bytes. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Pickled[]
  | Map<string, Pickled>
  | PickledArray
  | Unfinished
  | Named;

const MARK = Symbol('mark');
const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();

/** The text of a pickled text of Python 2 or 3; null for other values. */
export function pickledText(value: Pickled | undefined): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? utf8.decode(value) : null;
}

/** A file of CIFAR-100 takes 200,000 operations: one for each label and two for each name. */
const MOST_OPERATIONS = 2 ** 19;
/** Dictionaries and arrays take much more memory than the byte that makes them, and a file has a few. */
const MOST_DICTIONARIES = 1000;
const MOST_ARRAYS = 100;

/** Reads a pickle. Throws an Error that says what is wrong, or what the pickle does that data do not need. */
export function readPickle(bytes: Uint8Array): Pickled {
  const reader = new PickleReader(bytes);
  for (let done = 0; done < MOST_OPERATIONS; done++) {
    const code = reader.byte();
    if (code === STOP) return reader.pop();
    const operation = OPERATIONS.get(code);
    if (operation === undefined) throw new Error(`it uses operation ${code}, which data do not need`);
    operation(reader);
  }
  throw new Error(`it takes more than ${MOST_OPERATIONS} operations, which data do not need`);
}

class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: (Pickled | typeof MARK)[] = [];
  readonly #memo = new Map<number, Pickled>();
  #place = 0;
  #dictionaries = 0;
  #arrays = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(count: number): Uint8Array {
    const start = this.#place;
    this.#place += count;
    if (this.#place > this.#bytes.length) throw new Error('it ends half-way');
    return this.#bytes.subarray(start, this.#place);
  }

  byte(): number {
    return this.take(1)[0];
  }

  /** A little-endian number of 1, 2 or 4 bytes. */
  count(size: 1 | 2 | 4): number {
    const place = this.#place;
    this.take(size);
    if (size === 1) return this.#view.getUint8(place);
    return size === 2 ? this.#view.getUint16(place, true) : this.#view.getUint32(place, true);
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#place);
    if (end === -1) throw new Error('it ends half-way');
    const text = latin1.decode(this.take(end - this.#place));
    this.take(1);
    return text;
  }

  pushDictionary(): void {
    if (++this.#dictionaries > MOST_DICTIONARIES) throw new Error('it makes more dictionaries than data need');
    this.push(new Map());
  }

  push(value: Pickled | typeof MARK): void {
    this.#stack.push(value);
  }

  pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new Error('it takes a value that is not there');
    return value;
  }

  /** The values down to the last mark, which is taken too. */
  popToMark(): Pickled[] {
    const start = this.#stack.lastIndexOf(MARK);
    if (start === -1) throw new Error('it takes a mark that is not there');
    const values = this.#stack.splice(start).filter((value) => value !== MARK);
    return values;
  }

  top(): Pickled {
    const value = this.pop();
    this.push(value);
    return value;
  }

  /** Puts an array in the place of what stood for it. */
  replaceTop(value: PickledArray): void {
    if (++this.#arrays > MOST_ARRAYS) throw new Error('it makes more arrays than data need');
    const former = this.pop();
    for (const [key, kept] of this.#memo) {
      if (kept === former) this.#memo.set(key, value);
    }
    this.push(value);
  }

  remember(key: number): void {
    this.#memo.set(key, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw new Error('it takes a value that is not there');
    this.push(value);
  }
}

const STOP = 0x2e;
type Operation = (reader: PickleReader) => void;

/** By the code of each operation, in the order of pickletools: numbers, texts, collections, memory, names and calls. */
const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, (reader) => void reader.take(1)],
  [0x95, (reader) => void reader.take(8)],
  [0x4e, (reader) => reader.push(null)],
  [0x88, (reader) => reader.push(true)],
  [0x89, (reader) => reader.push(false)],
  [0x4b, (reader) => reader.push(reader.count(1))],
  [0x4d, (reader) => reader.push(reader.count(2))],
  [0x4a, (reader) => reader.push(reader.count(4) | 0)],
  [0x55, (reader) => reader.push(reader.take(reader.count(1)))],
  [0x54, (reader) => reader.push(reader.take(reader.count(4)))],
  [0x43, (reader) => reader.push(reader.take(reader.count(1)))],
  [0x42, (reader) => reader.push(reader.take(reader.count(4)))],
  [0x8c, (reader) => reader.push(utf8.decode(reader.take(reader.count(1))))],
  [0x58, (reader) => reader.push(utf8.decode(reader.take(reader.count(4))))],
  [0x28, (reader) => reader.push(MARK)],
  [0x29, (reader) => reader.push([])],
  [0x5d, (reader) => reader.push([])],
  [0x7d, (reader) => reader.pushDictionary()],
  [0x74, (reader) => reader.push(reader.popToMark())],
  [0x85, (reader) => reader.push([reader.pop()])],
  [0x86, (reader) => reader.push([reader.pop(), reader.pop()].reverse())],
  [0x87, (reader) => reader.push([reader.pop(), reader.pop(), reader.pop()].reverse())],
  [0x61, (reader) => append(reader, [reader.pop()])],
  [0x65, (reader) => append(reader, reader.popToMark())],
  [0x73, (reader) => assign(reader, [reader.pop(), reader.pop()].reverse())],
  [0x75, (reader) => assign(reader, reader.popToMark())],
  [0x71, (reader) => reader.remember(reader.count(1))],
  [0x72, (reader) => reader.remember(reader.count(4))],
  [0x94, (reader) => reader.rememberNext()],
  [0x68, (reader) => reader.recall(reader.count(1))],
  [0x6a, (reader) => reader.recall(reader.count(4))],
  [0x63, (reader) => reader.push({ is: 'name', name: `${reader.line()}.${reader.line()}` })],
  [0x93, (reader) => reader.push(nameOf(reader.pop(), reader.pop()))],
  [0x52, (reader) => reader.push(called(reader.pop(), reader.pop()))],
  [0x62, (reader) => build(reader, reader.pop())],
]);

function append(reader: PickleReader, values: readonly Pickled[]): void {
  const list = reader.top();
  if (!Array.isArray(list)) throw new Error('it appends to what is not a list');
  for (const value of values) list.push(value);
}

function assign(reader: PickleReader, values: readonly Pickled[]): void {
  const dictionary = reader.top();
  if (!(dictionary instanceof Map)) throw new Error('it assigns to what is not a dictionary');
  for (let index = 0; index + 1 < values.length; index += 2) {
    const key = pickledText(values[index]);
    if (key !== null) dictionary.set(key, values[index + 1]);
  }
}

function nameOf(name: Pickled, module: Pickled): Named {
  return { is: 'name', name: `${pickledText(module)}.${pickledText(name)}` };
}

/** What a call would make, for the three calls of NumPy's arrays and texts. */
function called(values: Pickled, target: Pickled): Pickled {
  const name =
    target !== null && typeof target === 'object' && 'is' in target && target.is === 'name' ? target.name : '';
  const [first] = Array.isArray(values) ? values : [];
  if (/^numpy\.(_?core)\.multiarray\._reconstruct$/.test(name)) return { is: 'new array' };
  if (name === 'numpy.dtype') return { is: 'type', type: pickledText(first) ?? '' };
  // Python 3 writes bytes for Python 2 as a text that has to be encoded.
  if (name === '_codecs.encode' && typeof first === 'string') {
    return latin1Bytes(first);
  }
  throw new Error(`it calls ${name === '' ? 'what is not a name' : name}, which data do not need`);
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = text.charCodeAt(place);
  return bytes;
}

/** Gives an array its state: version, shape, type, order, bytes. A type's state (its byte order) does not matter for bytes. */
function build(reader: PickleReader, state: Pickled): void {
  const target = reader.top();
  const what = target !== null && typeof target === 'object' && 'is' in target ? target.is : null;
  if (what === 'type') return;
  const [, shape, type, isFortranOrder, bytes] = what === 'new array' && Array.isArray(state) ? state : [];
  const isComplete =
    Array.isArray(shape) &&
    shape.every((size) => typeof size === 'number') &&
    bytes instanceof Uint8Array &&
    typeof type === 'object' &&
    type !== null &&
    'is' in type &&
    type.is === 'type';
  if (!isComplete) throw new Error('it builds something else than an array');
  reader.replaceTop({ is: 'array', type: type.type, shape, isFortranOrder: isFortranOrder === true, bytes });
}
