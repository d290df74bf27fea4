import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** A chunk of a PNG file. */
export function pngPart(type: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

export interface PngOf {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colour, 4 grey and 6 colour with transparency. */
  readonly type: 0 | 2 | 4 | 6;
  readonly depth?: 8 | 16;
  /** Whether the pixels are there; else the file ends after a few. */
  readonly isWhole?: boolean;
  readonly chunks?: readonly Buffer[];
}

const PNG_VALUES = { 0: 1, 2: 3, 4: 2, 6: 4 } as const;

/** A black PNG file of the size that its header says, or that only claims to have it. */
export function blackPng({ width, height, type, depth = 8, isWhole = true, chunks = [] }: PngOf): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, 0], 8);
  const row = 1 + (width * PNG_VALUES[type] * depth) / 8;
  const pixels = deflateSync(Buffer.alloc(isWhole ? row * height : 100), { level: 1 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[pngPart('IHDR', header), ...chunks, pngPart('IDAT', pixels), pngPart('IEND', Buffer.alloc(0))],
  ]);
}

/** A black TIFF file of 8-bit colours, whose one strip is deflated; `more` are entries of its directory: tag, value. */
export function deflatedTiff(width: number, height: number, more: readonly (readonly [number, number])[] = []): Buffer {
  const strip = deflateSync(Buffer.alloc(3 * width * height), { level: 1 });
  const entries = [
    ...[
      [256, width],
      [257, height],
      [258, 8],
      [259, 8],
      [262, 2],
      [273, 8],
      [277, 3],
      [278, height],
    ],
    ...[[279, strip.length], ...more],
  ];
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  directory.writeUInt16LE(entries.length);
  for (const [index, [tag, value]] of entries.entries()) {
    const at = 2 + 12 * index;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(4, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + strip.length, 4);
  return Buffer.concat([head, strip, directory]);
}

/** A GIF file of one colour; its codes stay at nine bits, so that it has more bytes than pixels. */
export function plainGif(width: number, height: number, blockBytes = 255): Buffer {
  const codes: number[] = [];
  const packed: number[] = [];
  let [bits, count] = [0, 0];
  const put = (code: number): void => {
    bits |= code << count;
    for (count += 9; count >= 8; count -= 8, bits >>>= 8) packed.push(bits & 255);
  };
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (pixel % 250 === 0) put(256);
    put(codes[pixel] ?? 0);
  }
  put(257);
  packed.push(bits & 255, 0);
  const screen = Buffer.alloc(7);
  screen.writeUInt16LE(width);
  screen.writeUInt16LE(height, 2);
  screen[4] = 0xf0;
  const frame = Buffer.alloc(10);
  frame[0] = 0x2c;
  frame.writeUInt16LE(width, 5);
  frame.writeUInt16LE(height, 7);
  const data = Buffer.from(packed);
  const blocks: Buffer[] = [];
  for (let start = 0; start < data.length; start += blockBytes) {
    const block = data.subarray(start, start + blockBytes);
    blocks.push(Buffer.of(block.length), block);
  }
  const colours = Buffer.from([0, 0, 0, 255, 255, 255]);
  return Buffer.concat([Buffer.from('GIF89a'), screen, colours, frame, Buffer.of(8), ...blocks, Buffer.of(0, 0x3b)]);
}

export interface ZipPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the directory claims, where that is not so. */
  readonly claims?: number;
}

/** A zip archive of deflated members, which may lie about their sizes. */
export function lyingZip(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { name, bytes, claims = bytes.length } of parts) {
    const stored = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(stored.length, 14);
    fields.writeUInt32LE(claims, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), stored]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(position, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, Buffer.from(name)]));
    locals.push(local);
    position += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length & 0xffff, 8);
  end.writeUInt16LE(parts.length & 0xffff, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...locals, central, end]);
}

export interface Zip64Claims {
  readonly entries?: bigint;
  readonly size?: bigint;
  readonly offset?: bigint;
  /** Where the end record of 64 bits is said to be. */
  readonly end?: bigint;
}

/** A zip archive of one empty member, whose end record of 64 bits claims what it likes. */
export function lyingZip64({ entries = 1n, size = 62n, offset = 44n, end }: Zip64Claims, extra?: Uint8Array): Buffer {
  const name = Buffer.from('x_train.npy');
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(45);
  fields.writeUInt32LE(0xffff_ffff, 14);
  fields.writeUInt32LE(0xffff_ffff, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra?.length ?? 0, 24);
  const more = extra ?? Buffer.alloc(0);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, more]);
  const central = Buffer.concat([
    ...[Buffer.from('PK\x01\x02\x2d\x00', 'latin1'), fields, Buffer.alloc(14), name, more],
  ]);
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(entries, 24);
  record.writeBigUInt64LE(entries, 32);
  record.writeBigUInt64LE(size, 40);
  record.writeBigUInt64LE(offset, 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(end ?? BigInt(local.length + central.length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.alloc(22, 0xff);
  last.write('PK\x05\x06\0\0\0\0', 'latin1');
  last.writeUInt16LE(0, 20);
  return Buffer.concat([local, central, record, locator, last]);
}

/** The extra field of 64-bit sizes. */
export function zip64Extra(...sizes: readonly bigint[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * sizes.length);
  extra.writeUInt16LE(1);
  extra.writeUInt16LE(8 * sizes.length, 2);
  for (const [index, size] of sizes.entries()) extra.writeBigUInt64LE(size, 4 + 8 * index);
  return extra;
}

/** A .npy header, whatever its array has. */
export function npyStart(type: string, shape: readonly (number | string)[]): Buffer {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.map((size) => `${size},`).join(' ')}), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(text)]);
}

/** A safetensors file with this header, or one that claims another length for it. */
export function safetensorsOf(header: string, body = 0, claims?: bigint): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claims ?? BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(body)]);
}

export interface TarPart {
  readonly name: string;
  readonly bytes?: Uint8Array;
  readonly claims?: number;
  /** "0" a file, "1" and "2" links, "x", "g", "L" and "K" headers of names, "S" a sparse file. */
  readonly type?: string;
  /** Written over the header. */
  readonly over?: Readonly<Record<number, string>>;
}

/** A tar archive, packed by gzip, whose entries may lie about their sizes. */
export function lyingTar(parts: readonly TarPart[]): Buffer {
  const blocks = parts.flatMap(({ name, bytes = Buffer.alloc(0), claims = bytes.length, type = '0', over = {} }) => {
    const header = Buffer.alloc(512);
    header.write(name.slice(0, 100));
    header.write('0000644\0', 100);
    header.write(`${claims.toString(8).padStart(11, '0')}\0`, 124);
    header.write(`${'0'.repeat(11)}\0`, 136);
    header.fill(' ', 148, 156);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
    for (const [place, text] of Object.entries(over)) header.write(text, Number(place), 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 6 });
}

/** The beginning of an IDX file of bytes. */
export function idxStart(dimensions: readonly number[], type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt32BE(type * 256 + dimensions.length);
  for (const [index, size] of dimensions.entries()) header.writeUInt32BE(size, 4 + 4 * index);
  return header;
}
