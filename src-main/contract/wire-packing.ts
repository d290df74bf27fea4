// What would take long to encode value by value travels as one string: rows as the JSON text that another thread has made of
// them, and columns of numbers as their bytes.

/** The text that each value was parsed from. Values are never changed, so it still says what they are. */
const texts = new WeakMap<object, string>();

/** The value of JSON text; it keeps the text, and travels as that. */
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

/** Shorter ones are not worth it. */
const SHORTEST_COLUMN = 32;
/** Arguments of one call. */
const BYTES_A_CALL = 8192;

/** Doubles in the byte order of every supported platform, in base64: NaN, infinities and -0 included. */
export const wireColumns = {
  type: 101,
  condition: (data: unknown) =>
    Array.isArray(data) && data.length >= SHORTEST_COLUMN && data.every((value) => typeof value === 'number'),
  serialize: (data: unknown) => {
    const bytes = new Uint8Array(new Float64Array(data as number[]).buffer);
    let binary = '';
    for (let start = 0; start < bytes.length; start += BYTES_A_CALL) {
      // Spreading the bytes would take eight times as long.
      binary += Reflect.apply(String.fromCharCode, null, bytes.subarray(start, start + BYTES_A_CALL));
    }
    return btoa(binary);
  },
  deserialize: (serialized: unknown) => {
    const binary = atob(String(serialized));
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
    return Array.from(new Float64Array(bytes.buffer));
  },
};
