/** Reads one number of an array; the index counts values. */
export type ReadValue = (values: DataView, index: number) => number;

/** What a type of NumPy, such as `<f4`, is: the letter of its kind. */
export function typeKind(type: string): string {
  return type[1] ?? '';
}

/** Reads numbers of a type as NumPy names it: whole ones, truth values and floats of 2, 4 and 8 bytes. Undefined for others. */
export function numberReader(type: string): ReadValue | undefined {
  const isLittle = type[0] !== '>';
  switch (type.slice(1)) {
    case 'i1':
      return (values, index) => values.getInt8(index);
    case 'u1':
    case 'b1':
      return (values, index) => values.getUint8(index);
    case 'i2':
      return (values, index) => values.getInt16(2 * index, isLittle);
    case 'u2':
      return (values, index) => values.getUint16(2 * index, isLittle);
    case 'i4':
      return (values, index) => values.getInt32(4 * index, isLittle);
    case 'u4':
      return (values, index) => values.getUint32(4 * index, isLittle);
    case 'i8':
      return (values, index) => Number(values.getBigInt64(8 * index, isLittle));
    case 'u8':
      return (values, index) => Number(values.getBigUint64(8 * index, isLittle));
    default:
      return floatReader(type.slice(1), isLittle);
  }
}

function floatReader(type: string, isLittle: boolean): ReadValue | undefined {
  switch (type) {
    case 'f2':
      return (values, index) => halfFloat(values.getUint16(2 * index, isLittle));
    case 'f4':
      return (values, index) => values.getFloat32(4 * index, isLittle);
    case 'f8':
      return (values, index) => values.getFloat64(8 * index, isLittle);
    default:
      return undefined;
  }
}

/** A float of 16 bits: a sign, five bits of exponent, ten of fraction. */
function halfFloat(bits: number): number {
  const sign = bits >> 15 === 1 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

interface Pieces {
  pieces(): AsyncIterable<Uint8Array>;
}

/** The values of an array in runs of whole ones of `valueBytes` bytes each, so that an array takes no memory as a whole. */
export async function* valueRuns(
  array: Pieces,
  valueBytes: number,
): AsyncGenerator<{ readonly view: DataView; readonly count: number }, void, undefined> {
  let rest = new Uint8Array(0);
  for await (const piece of array.pieces()) {
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    const count = Math.floor(bytes.length / valueBytes);
    if (count > 0) yield { view: new DataView(bytes.buffer), count };
    rest = bytes.slice(count * valueBytes);
  }
}

/** The least and the greatest number of an array; NaN where one of them is not a number. */
export interface ValueRange {
  readonly least: number;
  readonly greatest: number;
  readonly areWhole: boolean;
}

interface TypedPieces extends Pieces {
  readonly type: string;
}

/** Reads an array of numbers to the end, piece by piece. Null where its type is not one of numbers. */
export async function valueRange(array: TypedPieces): Promise<ValueRange | null> {
  const read = numberReader(array.type);
  if (read === undefined) return null;
  let [least, greatest, areWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for await (const { view, count } of valueRuns(array, Number(array.type.slice(2)))) {
    for (let index = 0; index < count; index++) {
      const value = read(view, index);
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      areWhole &&= Number.isInteger(value);
    }
  }
  return { least, greatest, areWhole };
}
