import { type ImageHeader, type ImageSides, larger, PLAIN_BYTES_A_PIXEL } from './found-header.ts';
import { exifOrientation } from './tiff-header.ts';

// A JPEG file is a row of segments: ff, a marker, and for most of them two bytes of length with what they count. Behind a start of
// scan (ff da) come packed pixels, in which ff is followed by 00 or by a restart marker (d0 to d7). The first end marker
// (ff d9) that is in no segment ends the image: phones put a video, previews or notes behind it.
const END = 0xd9;
const APP1 = 0xe1;
const SCAN = 0xda;
/** Each scan goes over the whole image, however few bytes it has. Encoders write ten, thorough ones up to 64. */
const MOST_SCANS = 100;

/** What the decoder fills while it keeps the coefficients of all scans. */
const COLOUR_BYTES = 3.5;
const BYTES_A_COEFFICIENT = 2;

/** Markers without a length: stuffed bytes, restarts, the start of an image. */
function standsAlone(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Start-of-frame segments, which hold the size; c4, c8 and cc are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

interface Segment {
  readonly marker: number;
  readonly content: Uint8Array;
}

/** The segments up to the end marker, which is the last one; a file that is cut has none. */
function* segmentsOf(bytes: Uint8Array): Generator<Segment, void, undefined> {
  for (let place = nextMarker(bytes, 2); place !== -1; ) {
    const marker = bytes[place + 1];
    const length = marker === END ? 0 : (bytes[place + 2] << 8) | bytes[place + 3];
    yield { marker, content: bytes.subarray(place + 4, place + 2 + length) };
    if (marker === END) return;
    place = nextMarker(bytes, place + 2 + length);
  }
}

/** Where the next segment begins, behind packed pixels and bytes that fill; -1 where the file ends before one does. */
function nextMarker(bytes: Uint8Array, start: number): number {
  let place = bytes.indexOf(0xff, start);
  while (place !== -1 && (bytes[place + 1] === 0xff || standsAlone(bytes[place + 1]))) {
    place = bytes.indexOf(0xff, place + (bytes[place + 1] === 0xff ? 1 : 2));
  }
  return place + 1 < bytes.length ? place : -1;
}

/** What a start of frame tells. */
interface Frame {
  /** Filled up to whole blocks of all components, which are decoded. */
  readonly sides: ImageSides;
  /** The coefficients of a pixel, which are kept where several scans tell them. */
  readonly coefficients: number;
}

/** Null for a segment that is cut. */
function frameOf({ content }: Segment): Frame | null {
  const components = content[5];
  if (content.length < 6 + 3 * components) return null;
  const factors = Array.from({ length: components }, (_, index) => content[7 + 3 * index]);
  const [across, down] = [
    Math.max(1, ...factors.map((byte) => byte >> 4)),
    Math.max(1, ...factors.map((byte) => byte & 15)),
  ];
  const whole = (side: number, factor: number) => Math.ceil(side / (8 * factor)) * 8 * factor;
  const height = whole((content[1] << 8) | content[2], down);
  const width = whole((content[3] << 8) | content[4], across);
  const coefficients = factors.reduce((sum, byte) => sum + ((byte >> 4) * (byte & 15)) / (across * down), 0);
  return { sides: { height, width }, coefficients };
}

function isExif({ marker, content }: Segment): boolean {
  return marker === APP1 && String.fromCharCode(...content.subarray(0, 5)) === 'Exif\0';
}

/** Takes the orientation from wherever the EXIF segment stands: many writers put XMP or a preview in front of it. */
export function jpegHeader(bytes: Uint8Array): ImageHeader {
  let sides: ImageSides | null = null;
  let coefficients = 0;
  let orientation = 1;
  let isWhole = false;
  let scans = 0;
  for (const segment of segmentsOf(bytes)) {
    const frame = isFrame(segment.marker) ? frameOf(segment) : null;
    if (frame !== null) {
      sides = larger(sides, frame.sides);
      coefficients = Math.max(coefficients, frame.coefficients);
    }
    if (isExif(segment) && orientation === 1) orientation = exifOrientation(segment.content);
    if (segment.marker === SCAN && ++scans > MOST_SCANS) throw new Error(`it has more than ${MOST_SCANS} scans`);
    isWhole = segment.marker === END;
  }
  const kept = scans > 1 ? COLOUR_BYTES + BYTES_A_COEFFICIENT * coefficients : 0;
  return { format: 'JPEG', sides, bytesAPixel: Math.max(PLAIN_BYTES_A_PIXEL, kept), orientation, isWhole };
}
