import { crc32 } from 'node:zlib';

/** A TIFF structure with one entry, the orientation, in either byte order. */
export function exifBlock(orientation: number, isLittle = true): Buffer {
  const block = Buffer.alloc(26);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  block.write(isLittle ? 'II' : 'MM', 'latin1');
  view.setUint16(2, 42, isLittle);
  view.setUint32(4, 8, isLittle);
  view.setUint16(8, 1, isLittle);
  view.setUint16(10, 0x0112, isLittle);
  view.setUint16(12, 3, isLittle);
  view.setUint32(14, 1, isLittle);
  view.setUint16(18, orientation, isLittle);
  return block;
}

/** A JPEG segment of a marker. */
export function jpegSegment(marker: number, content: Uint8Array): Buffer {
  const start = Buffer.from([0xff, marker, 0, 0]);
  start.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([start, content]);
}

export function exifSegment(orientation: number, isLittle = true): Buffer {
  return jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(orientation, isLittle)]));
}

/** Puts segments behind the first `after` segments of a JPEG file. */
export function withSegments(jpeg: Buffer, after: number, ...segments: readonly Buffer[]): Buffer {
  let place = 2;
  for (let skipped = 0; skipped < after; skipped++) place += 2 + jpeg.readUInt16BE(place + 2);
  return Buffer.concat([jpeg.subarray(0, place), ...segments, jpeg.subarray(place)]);
}

export function pngChunk(type: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

/** Puts chunks behind the header of a PNG file, or behind its pixels. */
export function withChunks(png: Buffer, where: 'before' | 'behind', ...chunks: readonly Buffer[]): Buffer {
  const place = where === 'before' ? 33 : png.length - 12;
  return Buffer.concat([png.subarray(0, place), ...chunks, png.subarray(place)]);
}
