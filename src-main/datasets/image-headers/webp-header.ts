import {
  type ImageHeader,
  type ImageSides,
  larger,
  PLAIN_BYTES_A_PIXEL,
  TRANSPARENT_BYTES_A_PIXEL,
} from './found-header.ts';
import { exifOrientation } from './tiff-header.ts';

/** The transparency of a lossy image is a plane of its own. */
const EXTENDED_BYTES_A_PIXEL = 11;

/** The size in the chunk that a WebP file begins with: `VP8X` (extended), `VP8L` (lossless) or `VP8 ` (lossy). */
function sidesOf(type: string, content: DataView): ImageSides | null {
  if (content.byteLength < 10) return null;
  if (type === 'VP8X') {
    const side = (place: number): number => 1 + content.getUint16(place, true) + (content.getUint8(place + 2) << 16);
    return { width: side(4), height: side(7) };
  }
  if (type === 'VP8L') {
    const bits = content.getUint32(1, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (type !== 'VP8 ') return null;
  return { width: content.getUint16(6, true) & 0x3fff, height: content.getUint16(8, true) & 0x3fff };
}

/** A WebP file is a RIFF container of chunks, each of an even length. The EXIF data stand behind the pixels. */
export function webpHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sides: ImageSides | null = null;
  let orientation = 1;
  let bytesAPixel = PLAIN_BYTES_A_PIXEL;
  const end = Math.min(bytes.length, 8 + view.getUint32(4, true));
  for (let place = 12; place + 8 <= end; ) {
    const type = String.fromCharCode(...bytes.subarray(place, place + 4));
    const length = view.getUint32(place + 4, true);
    const content = bytes.subarray(place + 8, place + 8 + length);
    if (type === 'VP8L') bytesAPixel = Math.max(bytesAPixel, TRANSPARENT_BYTES_A_PIXEL);
    if (type === 'VP8X') bytesAPixel = EXTENDED_BYTES_A_PIXEL;
    if (type.startsWith('VP8')) {
      sides = larger(sides, sidesOf(type, new DataView(content.buffer, content.byteOffset, content.byteLength)));
    }
    if (type === 'EXIF' && orientation === 1) orientation = exifOrientation(content);
    place += 8 + length + (length % 2);
  }
  return { format: 'WebP', sides, bytesAPixel, orientation, isWhole: bytes.length >= 8 + view.getUint32(4, true) };
}
