// Encoding long lists value by value takes too long, so they travel as one string: rows as the JSON text that another
// thread has made of them, and columns of numbers as their bytes.

/** The text that each value was parsed from. Values are never changed, so the text stays right. */
const texts = new WeakMap<object, string>();

/** Parses JSON text. The value then travels as this text. */
export function fromText<Value extends object>(text: string): Value {
  const value = JSON.parse(text) as Value;
  texts.set(value, text);
  return value;
}

export const wireTexts = {
  type: 102,
  condition: (data: unknown) => typeof data === 'object' && data !== null && texts.has(data),
  serialize: (data: unknown) => texts.get(data as object),
  deserialize: (serialized: unknown) => fromText(String(serialized)),
};

/** Shorter columns are not worth packing. */
const SHORTEST_COLUMN = 32;
/** The most arguments of one call. */
const BYTES_A_CALL = 8192;

/**
 * Columns travel as base64 of their doubles, in the byte order of all supported platforms: NaN, infinities and -0 are
 * kept.
 */
export const wireColumns = {
  type: 101,
  condition: (data: unknown) =>
    Array.isArray(data) && data.length >= SHORTEST_COLUMN && data.every((value) => typeof value === 'number'),
  serialize: (data: unknown) => base64Of(new Uint8Array(new Float64Array(data as number[]).buffer)),
  deserialize: (serialized: unknown) => {
    return Array.from(new Float64Array(bytesIn(String(serialized)).buffer));
  },
};

/** Pieces of files. */
export const wireBytes = {
  type: 103,
  condition: (data: unknown) => data instanceof Uint8Array,
  serialize: (data: unknown) => base64Of(data as Uint8Array),
  deserialize: (serialized: unknown) => bytesIn(String(serialized)),
};

/** Node's own encoder, which pages lack. */
const node = globalThis as {
  readonly Buffer?: {
    from(bytes: ArrayBufferLike, start: number, length: number): { toString(encoding: 'base64'): string };
  };
};

/** Through a string of bytes, an answer of 25 curves kept the app's main thread busy for 20 ms on a slow machine. */
function base64Of(bytes: Uint8Array): string {
  if (node.Buffer !== undefined) {
    return node.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  }
  let binary = '';
  for (let start = 0; start < bytes.length; start += BYTES_A_CALL) {
    // Spreading the bytes into the call would take eight times as long.
    binary += Reflect.apply(String.fromCharCode, null, bytes.subarray(start, start + BYTES_A_CALL));
  }
  return btoa(binary);
}

function bytesIn(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
