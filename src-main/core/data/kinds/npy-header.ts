import { corrupt } from '../../errors.ts';

// The .npy format: \x93NUMPY, version (major, minor), the length of the header as a little-endian integer of two bytes
// (version 1) or four, then a Python dictionary of the element type, the order and the shape, then the values.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
const MAGIC = '\x93NUMPY';
const PREFIX_BYTES = 12;
/** Only arrays with named fields have larger headers; ours have a type and a few dimensions. */
const MAX_HEADER_BYTES = 2 ** 16;

/** The most bytes from the start of a file that `npyHeader` needs. */
export const MAX_NPY_START_BYTES = PREFIX_BYTES + MAX_HEADER_BYTES;

export interface NpyHeader {
  /** As NumPy writes it: byte order, kind, bytes of a value, such as `|u1` or `<i8`. */
  readonly type: string;
  readonly isFortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

/** Reads the header from the first bytes of an array's file. Throws 'corrupt' where there is no valid header. */
export function npyHeader(path: string, bytes: Uint8Array): NpyHeader {
  if (bytes.length < PREFIX_BYTES || String.fromCharCode(...bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw corrupt(path, 'is not a .npy array');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirstVersion = bytes[6] === 1;
  const textStart = isFirstVersion ? 10 : PREFIX_BYTES;
  const textBytes = isFirstVersion ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textBytes > MAX_HEADER_BYTES || bytes.length < textStart + textBytes)
    throw corrupt(path, 'ends inside its header');
  const text = new TextDecoder().decode(bytes.subarray(textStart, textStart + textBytes));
  const [, type] = /'descr':\s*'([^']+)'/.exec(text) ?? [];
  const [, order] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, shape] = /'shape':\s*\(([\d\s,]*)\)/.exec(text) ?? [];
  if (type === undefined || order === undefined || shape === undefined) {
    throw corrupt(path, 'has a header that does not describe a plain array');
  }
  const dimensions = shape.split(',').filter((size) => size.trim() !== '');
  return { type, isFortranOrder: order === 'True', shape: dimensions.map(Number), start: textStart + textBytes };
}

/** Bytes of one value: the number at the end of its type, or four for each letter of a text. Null for Python objects and dates. */
export function valueBytes({ type }: Pick<NpyHeader, 'type'>): number | null {
  const [, kind, size] = /^[<>|=]([a-zA-Z])(\d+)$/.exec(type) ?? [];
  return size === undefined || kind === 'O' ? null : Number(size) * (kind === 'U' ? 4 : 1);
}

export function valueCount({ shape }: Pick<NpyHeader, 'shape'>): number {
  return shape.reduce((product, size) => product * size, 1);
}
