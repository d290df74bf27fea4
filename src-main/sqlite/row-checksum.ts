import { crc32 } from 'node:zlib';

const TYPES = { null: 0, number: 1, text: 2, bytes: 3 } as const;
/** Type, and either a double or the number of bytes that follow. */
const HEAD_BYTES = 9;

let scratch = Buffer.alloc(64 * 1024);
let doubles = viewOf(scratch);

/** CRC-32 of the names of tables, with which the sums of their rows begin. */
const ofTables = new Map<string, number>();

/** CRC-32 of the values with their types: a single changed bit always changes it. Calls use one buffer, one after the other. */
export function rowChecksum(table: string, values: readonly unknown[]): number {
  let before = ofTables.get(table);
  if (before === undefined) {
    before = crc32(scratch.subarray(0, writeText(0, table)));
    ofTables.set(table, before);
  }
  let length = 0;
  for (const value of values) length = write(length, value);
  return crc32(scratch.subarray(0, length), before);
}

function write(at: number, value: unknown): number {
  // A file keeps no sign of zero, but a row that is being stored may have one.
  if (typeof value === 'number') return writeHead(at, TYPES.number, value + 0);
  if (value === null || value === undefined) return writeHead(at, TYPES.null, 0);
  if (typeof value === 'string') return writeText(at, value);
  if (Buffer.isBuffer(value)) return writeBytes(at, value);
  return writeHead(at, TYPES.number, Number(value) + 0);
}

function writeHead(at: number, type: number, double: number): number {
  reserve(at + HEAD_BYTES);
  scratch[at] = type;
  doubles.setFloat64(at + 1, double, true);
  return at + HEAD_BYTES;
}

function writeText(at: number, text: string): number {
  // UTF-8 takes at most three bytes for each unit of UTF-16.
  reserve(at + HEAD_BYTES + 3 * text.length);
  const bytes = scratch.write(text, at + HEAD_BYTES, 'utf8');
  writeHead(at, TYPES.text, bytes);
  return at + HEAD_BYTES + bytes;
}

function writeBytes(at: number, bytes: Buffer): number {
  reserve(at + HEAD_BYTES + bytes.length);
  bytes.copy(scratch, at + HEAD_BYTES);
  writeHead(at, TYPES.bytes, bytes.length);
  return at + HEAD_BYTES + bytes.length;
}

function reserve(bytes: number): void {
  if (bytes <= scratch.length) return;
  const larger = Buffer.alloc(Math.max(bytes, 2 * scratch.length));
  scratch.copy(larger);
  scratch = larger;
  doubles = viewOf(scratch);
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
