import { type ImageHeader, PLAIN_BYTES_A_PIXEL } from './found-header.ts';

// TIFF, which is also the inside of EXIF: the byte order (II or MM), 42, the place of the first directory; a directory is the
// number of its entries, then 12 bytes each: tag, type, count, and the value or its place.
const WIDTH = 0x0100;
const HEIGHT = 0x0101;
const BITS = 0x0102;
const ORIENTATION = 0x0112;
const SAMPLES = 0x0115;

/** The value of an entry that holds one whole number, or of several small ones the first; undefined for other types. */
function entryValue(view: DataView, entry: number, isLittle: boolean): number | undefined {
  const [type, count] = [view.getUint16(entry + 2, isLittle), view.getUint32(entry + 4, isLittle)];
  if (count !== 1) return type === 3 && count > 0 ? firstOfShorts(view, entry, { count, isLittle }) : undefined;
  switch (type) {
    case 1:
      return view.getUint8(entry + 8);
    case 3:
      return view.getUint16(entry + 8, isLittle);
    case 4:
      return view.getUint32(entry + 8, isLittle);
    default:
      return undefined;
  }
}

/** Two of them stand in the entry itself, and more at the place that it gives. */
function firstOfShorts(
  view: DataView,
  entry: number,
  { count, isLittle }: { readonly count: number; readonly isLittle: boolean },
): number | undefined {
  const place = count === 2 ? entry + 8 : view.getUint32(entry + 8, isLittle);
  return place + 2 <= view.byteLength ? view.getUint16(place, isLittle) : undefined;
}

/**
 * The whole numbers of the first directory, by tag; empty where the bytes are no TIFF. Of a tag that stands there twice it is the larger one:
 * which of them a decoder believes is its own affair.
 */
function firstDirectory(bytes: Uint8Array): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 8) return values;
  const order = view.getUint16(0);
  const isLittle = order === 0x4949;
  if ((!isLittle && order !== 0x4d4d) || view.getUint16(2, isLittle) !== 42) return values;
  const start = view.getUint32(4, isLittle);
  if (start + 2 > view.byteLength) return values;
  const count = view.getUint16(start, isLittle);
  for (let index = 0; index < count; index++) {
    const entry = start + 2 + 12 * index;
    if (entry + 12 > view.byteLength) break;
    const value = entryValue(view, entry, isLittle);
    const tag = view.getUint16(entry, isLittle);
    if (value !== undefined) values.set(tag, Math.max(value, values.get(tag) ?? 0));
  }
  return values;
}

function orientationIn(directory: ReadonlyMap<number, number>): number {
  const orientation = directory.get(ORIENTATION) ?? 1;
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/** EXIF's orientation in a block of EXIF data, with or without the "Exif" in front of it that some writers keep. */
export function exifOrientation(block: Uint8Array): number {
  const isNamed = String.fromCharCode(...block.subarray(0, 5)) === 'Exif\0';
  return orientationIn(firstDirectory(isNamed ? block.subarray(6) : block));
}

/** The decoder makes colours of palettes and inks, and hands a copy over. */
function bytesAPixel(directory: ReadonlyMap<number, number>): number {
  const [bits, samples] = [directory.get(BITS) ?? 1, directory.get(SAMPLES) ?? 1];
  return Math.max(PLAIN_BYTES_A_PIXEL, 2.1 * Math.max(samples, 3) * Math.ceil(bits / 8));
}

/** The first page of a TIFF file. */
export function tiffHeader(bytes: Uint8Array): ImageHeader {
  const directory = firstDirectory(bytes);
  const [width, height] = [directory.get(WIDTH), directory.get(HEIGHT)];
  const sides = width === undefined || height === undefined ? null : { height, width };
  return {
    format: 'TIFF',
    sides,
    bytesAPixel: bytesAPixel(directory),
    orientation: orientationIn(directory),
    isWhole: true,
  };
}
