import { JsColorType, Transformer } from '@napi-rs/image';
import { READ_FORMATS } from '#core/data/image-endings.ts';
import type { SideLengths } from '#core/data/report/dataset-report.ts';
import { AppError, corrupt, messageOf } from '#core/errors.ts';
import { centreSquare } from './centre-square.ts';
import { gifFrame } from './gif-image.ts';
import type { ImageHeader } from './image-headers/found-header.ts';
import { imageHeader, unreadFormat } from './image-headers/image-header.ts';
import { packedPixels, type Raster, uprightRaster } from './raster.ts';

/** An image of bytes, [height, width, channels]. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** 1 where the file holds a grey image. */
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
  /** Its size before it was resized. */
  readonly original: SideLengths;
}

/** What the decoder gives for each colour type: values per pixel, alpha included, and bytes per value. */
const LAYOUTS: Readonly<Partial<Record<JsColorType, readonly [values: 1 | 2 | 3 | 4, bytes: 1 | 2]>>> = {
  [JsColorType.L8]: [1, 1],
  [JsColorType.La8]: [2, 1],
  [JsColorType.Rgb8]: [3, 1],
  [JsColorType.Rgba8]: [4, 1],
  [JsColorType.L16]: [1, 2],
  [JsColorType.La16]: [2, 2],
  [JsColorType.Rgb16]: [3, 2],
  [JsColorType.Rgba16]: [4, 2],
};

/** Memory for any image, such as one of 26 million pixels in colour; larger files get so much for each byte. */
const ALWAYS_DECODED = 170e6;
const DECODED_A_BYTE = 17;

/** An image file whose header was read, and whose pixels are worth their memory. */
export interface FoundImage {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Null where the bytes are of no format that we read. */
  readonly header: ImageHeader | null;
  /** Bytes that decoding takes at most. */
  readonly memory: number;
}

/**
 * An image file as 8-bit grey or RGB, turned as its EXIF data say, with transparency over black. Of several frames or pages it
 * is the first. With a `size`, the shorter side is resized to it, by the triangle filter (Pillow's "bilinear"), and the centre
 * is cropped to a square. The bytes tell the format, whatever the file's name says. Throws 'corrupt' with one sentence that
 * names the file.
 */
export function decodeImage(path: string, bytes: Uint8Array, size: number | null): DecodedImage {
  return decodeFound(findImage(path, bytes, size), size);
}

/** The first half of `decodeImage`, which takes no memory: reads the header. */
export function findImage(path: string, bytes: Uint8Array, size: number | null): FoundImage {
  const header = readableHeader(path, bytes);
  return { path, bytes, header, memory: header === null ? 0 : checkedMemory({ path, bytes, header, size }) };
}

/** The second half of `decodeImage`, for an image that was found with the same `size`. */
export function decodeFound({ path, bytes, header }: FoundImage, size: number | null): DecodedImage {
  try {
    const raster = header?.format === 'GIF' ? openGif(bytes) : openUpright(path, bytes, header);
    const { height, width, channels } = raster;
    const original = { height, width };
    if (size === null || (height === size && width === size)) {
      return { height, width, channels, original, pixels: packedPixels(raster) };
    }
    return { height: size, width: size, channels, original, pixels: centreSquare(raster, size) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw corrupt(path, problemOf(messageOf(error), bytes, header), error);
  }
}

/** Null where the bytes are of no format that we read. */
function readableHeader(path: string, bytes: Uint8Array): ImageHeader | null {
  try {
    const header = imageHeader(bytes);
    if (header?.isWhole !== false) return header;
    throw corrupt(path, `is a damaged ${header.format} image: it ends before its last line`);
  } catch (error) {
    throw error instanceof AppError ? error : corrupt(path, `is no image to train on: ${messageOf(error)}`, error);
  }
}

interface HeaderOf {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly header: ImageHeader;
  readonly size: number | null;
}

/** Refuses an image that would take more memory than its file can be worth, before any is taken. */
function checkedMemory({ path, bytes, header, size }: HeaderOf): number {
  const { format, sides, bytesAPixel } = header;
  // Our own decoder of GIF says where its file ends.
  if (sides === null && format === 'GIF') return bytes.length;
  if (sides === null) throw corrupt(path, `is a damaged ${format} image (it does not say how large it is)`);
  // Without a size, the pixels may have to be copied into their order.
  const needed = sides.width * sides.height * (bytesAPixel + (size === null ? 3 : 0)) + bytes.length;
  const most = Math.max(ALWAYS_DECODED, bytes.length * DECODED_A_BYTE);
  if (needed <= most) return needed;
  const [needs, has] = [needed, most].map((amount) => Math.round(amount / 1e6).toLocaleString('en-US'));
  throw corrupt(
    path,
    `is too large, ${sides.width} x ${sides.height} pixels: to decode them would take ${needs} MB of memory, and a file of its size gets ${has} MB, so make the image smaller`,
  );
}

/** What the decoder says before the reason. */
const DECODER_PREFIX =
  /^Decode image failed (Format error decoding \w+: |The decoder for \w+ does not support the format features )?/;

/** Why a file could not be decoded, as the end of a sentence that begins with its path. */
function problemOf(decoderMessage: string, bytes: Uint8Array, header: ImageHeader | null): string {
  if (bytes.length === 0) return 'is empty, perhaps damaged';
  if (header === null) {
    const found = unreadFormat(bytes);
    return found === null ? `is not a ${READ_FORMATS} image, or is damaged` : `is ${found}, which is not read`;
  }
  const { format } = header;
  const message = decoderMessage.replace(DECODER_PREFIX, '').replace(/\.$/, '');
  if (/not support|unsupported/i.test(message)) {
    return `is a ${format} image of a sort that is not read: save it as an ordinary PNG (${message})`;
  }
  return `is a damaged ${format} image (${message})`;
}

function openUpright(path: string, bytes: Uint8Array, header: ImageHeader | null): Raster {
  const image = new Transformer(bytes);
  const { colorType, height, width } = image.metadataSync(false);
  const layout = LAYOUTS[colorType];
  if (layout === undefined) throw corrupt(path, 'holds floating-point pixels: save it with 8 or 16 bits a value');
  const [values, valueBytes] = layout;
  const raw = image.rawPixelsSync();
  const pixels = valueBytes === 1 ? raw : bytesOfWords(raw);
  if (values % 2 === 0) layOverBlack(pixels, values);
  const isGrey = values < 3 || (header?.hidesGrey === true && isGreyOnly(pixels, values));
  return uprightRaster({ height, width, pixels, values }, isGrey ? 1 : 3, header?.orientation ?? 1);
}

/** A frame can be larger than the screen that the header tells; so many bytes of RGB take twice as much to decode. */
const MOST_GIF_BYTES = ALWAYS_DECODED / 2;

function openGif(bytes: Uint8Array): Raster {
  const { height, width, rgba } = gifFrame(bytes, MOST_GIF_BYTES);
  layOverBlack(rgba, 4);
  return uprightRaster({ height, width, pixels: rgba, values: 4 }, isGreyOnly(rgba, 4) ? 1 : 3, 1);
}

/** Whether red, green and blue are the same in every pixel. */
function isGreyOnly(pixels: Uint8Array, values: number): boolean {
  for (let place = 0; place < pixels.length; place += values) {
    if (pixels[place] !== pixels[place + 1] || pixels[place] !== pixels[place + 2]) return false;
  }
  return true;
}

/** 0..65535 as 0..255, rounded, in the place of the words; these are in the machine's own order. */
function bytesOfWords({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  const isAligned = byteOffset % Uint16Array.BYTES_PER_ELEMENT === 0;
  const words = isAligned
    ? new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT)
    : new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = Math.round(words[place] / 257);
  return bytes;
}

/** Lays grey or colour over black, in its place: value x alpha / 255. Alpha is the last of the `values`. */
function layOverBlack(pixels: Uint8Array, values: number): void {
  const alphaAt = values - 1;
  for (let place = 0; place < pixels.length; place += values) {
    const alpha = pixels[place + alphaAt];
    if (alpha === 255) continue;
    for (let colour = 0; colour < alphaAt; colour++) {
      pixels[place + colour] = Math.round((pixels[place + colour] * alpha) / 255);
    }
  }
}
