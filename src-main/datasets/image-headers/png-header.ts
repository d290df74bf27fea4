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

/** Bytes of the fields of an IHDR chunk up to the colour type. */
const HEAD_BYTES = 10;

function sidesIn({ type, content }: Chunk): ImageHeader['sides'] {
  if (type !== 'IHDR' || content.length < HEAD_BYTES) return null;
  const view = new DataView(content.buffer, content.byteOffset);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}

/** What a chunk tells of the memory for each pixel. Colour types 4 and 6 have transparency. */
function bytesToldBy({ type, content }: Chunk): number {
  if (type === 'tRNS') return TRANSPARENT_BYTES_A_PIXEL;
  if (type !== 'IHDR' || content.length < HEAD_BYTES) return PLAIN_BYTES_A_PIXEL;
  const [depth, colourType] = content.subarray(8, HEAD_BYTES);
  if (depth > 8) return DEEP_BYTES_A_PIXEL;
  return colourType === 4 || colourType === 6 ? TRANSPARENT_BYTES_A_PIXEL : PLAIN_BYTES_A_PIXEL;
}

const TEXTS: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt']);

/** The keyword by which a chunk holds a raw profile; undefined where it holds none. */
function profileKeyword({ type, content }: Chunk): string | undefined {
  return TEXTS.has(type) ? RAW_PROFILE.exec(String.fromCharCode(...content.subarray(0, 32)))?.[0] : undefined;
}

/** A raw profile is an empty line, a name, a length, and the bytes in hexadecimal digits. */
function rawProfile(chunk: Chunk): Uint8Array | null {
  const text = textOf(chunk, profileKeyword(chunk)?.length ?? 0);
  const [, digits] = /^\n[^\n]*\n[^\n]*\n([\s\S]*)$/.exec(text ?? '') ?? [];
  return digits === undefined ? null : Buffer.from(digits.replace(/\s/g, ''), 'hex');
}

/** Takes the orientation from the chunk for EXIF data, before or behind the pixels; without one, from ImageMagick's profile. */
export function pngHeader(bytes: Uint8Array): ImageHeader {
  let sides: ImageHeader['sides'] = null;
  let exif: Chunk | null = null;
  let profile: Chunk | null = null;
  let bytesAPixel = PLAIN_BYTES_A_PIXEL;
  for (const chunk of chunksOf(bytes)) {
    sides ??= sidesIn(chunk);
    bytesAPixel = Math.max(bytesAPixel, bytesToldBy(chunk));
    if (chunk.type === 'eXIf') exif ??= chunk;
    // One profile is enough: thousands of them would take minutes to unpack.
    if (profile === null && profileKeyword(chunk) !== undefined) profile = chunk;
  }
  const block = exif?.content ?? (profile === null ? null : rawProfile(profile));
  // The decoder tells where a PNG file is cut.
  return { format: 'PNG', sides, bytesAPixel, orientation: block === null ? 1 : exifOrientation(block), isWhole: true };
}
