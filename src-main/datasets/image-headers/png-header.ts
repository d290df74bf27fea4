import { inflateSync } from 'node:zlib';
import {
  DEEP_BYTES_A_PIXEL,
  type ImageHeader,
  PLAIN_BYTES_A_PIXEL,
  TRANSPARENT_BYTES_A_PIXEL,
} from './found-header.ts';
import { exifOrientation } from './tiff-header.ts';

const SIGNATURE_BYTES = 8;
/** ImageMagick writes EXIF data as text of this name, in hexadecimal digits. */
const RAW_PROFILE = /^Raw profile type (exif|APP1)\0/;
/** Keywords are short, and profiles have less than a JPEG segment: more is not unpacked. */
const MAX_PROFILE_BYTES = 2 ** 20;

interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
}

/** The chunks of a PNG file: length, type, content, checksum. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = SIGNATURE_BYTES; place + 8 <= bytes.length; ) {
    const length = view.getUint32(place);
    const type = String.fromCharCode(...bytes.subarray(place + 4, place + 8));
    yield { type, content: bytes.subarray(place + 8, place + 8 + length) };
    place += 12 + length;
  }
}

/** The text of a chunk after its keyword; null where it cannot be unpacked. */
function textOf({ type, content }: Chunk, start: number): string | null {
  // An iTXt chunk has two bytes on its packing, then a language and a translated keyword, each ended by a zero.
  const isInternational = type === 'iTXt';
  const language = content.indexOf(0, start + 2);
  const from = isInternational ? content.indexOf(0, language + 1) + 1 : start + (type === 'zTXt' ? 1 : 0);
  const isPacked = type === 'zTXt' || (isInternational && content[start] === 1);
  const text = content.subarray(from);
  try {
    return Buffer.from(isPacked ? inflateSync(text, { maxOutputLength: MAX_PROFILE_BYTES }) : text).toString('latin1');
  } catch {
    // A profile is an extra: the image is as whole without it, as other programs see it.
    return null;
  }
}

/** Colour types 4 and 6 have transparency. */
function bytesOf(colourType: number): number {
  return colourType === 4 || colourType === 6 ? TRANSPARENT_BYTES_A_PIXEL : PLAIN_BYTES_A_PIXEL;
}

function isRawProfile({ content }: Chunk): boolean {
  return RAW_PROFILE.test(String.fromCharCode(...content.subarray(0, 32)));
}

/** A raw profile is an empty line, a name, a length, and the bytes in hexadecimal digits. */
function rawProfile(chunk: Chunk): Uint8Array | null {
  const [keyword] = RAW_PROFILE.exec(String.fromCharCode(...chunk.content.subarray(0, 32))) ?? [];
  if (keyword === undefined) return null;
  const text = textOf(chunk, keyword.length);
  const [, digits] = /^\n[^\n]*\n[^\n]*\n([\s\S]*)$/.exec(text ?? '') ?? [];
  return digits === undefined ? null : Buffer.from(digits.replace(/\s/g, ''), 'hex');
}

/** Takes the orientation from the chunk for EXIF data, before or behind the pixels; without one, from ImageMagick's profile. */
export function pngHeader(bytes: Uint8Array): ImageHeader {
  let sides: ImageHeader['sides'] = null;
  let exif: Uint8Array | null = null;
  let profile: Uint8Array | null = null;
  let [hasProfile, bytesAPixel] = [false, PLAIN_BYTES_A_PIXEL];
  for (const chunk of chunksOf(bytes)) {
    const { type, content } = chunk;
    if (type === 'IHDR' && content.length >= 10) {
      const view = new DataView(content.buffer, content.byteOffset);
      sides ??= { width: view.getUint32(0), height: view.getUint32(4) };
      bytesAPixel = Math.max(bytesAPixel, content[8] > 8 ? DEEP_BYTES_A_PIXEL : bytesOf(content[9]));
    }
    if (type === 'tRNS') bytesAPixel = Math.max(bytesAPixel, TRANSPARENT_BYTES_A_PIXEL);
    if (type === 'eXIf') exif ??= content;
    // One profile is enough: thousands of them would take minutes to unpack.
    if (!hasProfile && (type === 'tEXt' || type === 'zTXt' || type === 'iTXt')) {
      hasProfile = isRawProfile(chunk);
      profile = hasProfile ? rawProfile(chunk) : null;
    }
  }
  const block = exif ?? profile;
  // The decoder tells where a PNG file is cut.
  return { format: 'PNG', sides, bytesAPixel, orientation: block === null ? 1 : exifOrientation(block), isWhole: true };
}
