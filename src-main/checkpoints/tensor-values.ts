import { FLOAT32_BYTES } from './safetensors-header.ts';

/** Reads the values of one type as float32, from little-endian bytes. */
type ReadValues = (bytes: Uint8Array<ArrayBuffer>) => Float32Array;

const READERS: ReadonlyMap<string, ReadValues> = new Map<string, ReadValues>([
  ['F32', ({ buffer, byteLength }) => new Float32Array(buffer, 0, byteLength / FLOAT32_BYTES)],
  ['F64', ({ buffer }) => Float32Array.from(new Float64Array(buffer))],
  ['F16', ({ buffer }) => Float32Array.from(new Uint16Array(buffer), halfValue)],
  ['BF16', ({ buffer }) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer)],
]);

/** Whether values of this type are read. */
export function isReadable(dtype: string): boolean {
  return READERS.has(dtype);
}

/** The values of a tensor as float32; its bytes begin their buffer. */
export function float32Values(bytes: Uint8Array<ArrayBuffer>, dtype: string): Float32Array {
  const read = READERS.get(dtype);
  if (read === undefined) throw new RangeError(`Values of type ${dtype} are not read.`);
  return read(bytes);
}

/** IEEE 754 half precision: a sign, 5 bits of exponent and 10 of fraction; every half is a float32 exactly. */
function halfValue(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
