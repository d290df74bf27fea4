import { FastResizeFilter, JsColorType, ResizeFit, Transformer } from '@napi-rs/image';
import { READ_FORMATS } from '#core/data/image-endings.ts';
import type { SideLengths } from '#core/data/report/dataset-report.ts';
import { AppError, corrupt, messageOf } from '#core/errors.ts';
import { gifFrame } from './gif-image.ts';
import type { ImageHeader } from './image-headers/found-header.ts';
import { imageHeader, unreadFormat } from './image-headers/image-header.ts';

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

/** Memory for any image, such as one of 14 million pixels in colour; larger files get so much for each byte. */
const ALWAYS_DECODED = 196e6;
const DECODED_A_BYTE = 18;

/**
 * An image file as 8-bit grey or RGB, turned as its EXIF data say, with transparency over black. Of several frames or pages it
 * is the first. With a `size`, the shorter side is resized to it, by the triangle filter (Pillow's "bilinear"), and the centre
 * is cropped to a square. The bytes tell the format, whatever the file's name says. Throws 'corrupt' with one sentence that
 * names the file.
 */
export function decodeImage(path: string, bytes: Uint8Array, size: number | null): DecodedImage {
  const header = readableHeader(path, bytes);
  if (header !== null) checkMemory(path, bytes.length, header);
  try {
    const opened = header?.format === 'GIF' ? openGif(bytes) : openUpright(path, bytes, header);
    const { height, width, channels } = opened;
    const original = { height, width };
    if (size === null || (height === size && width === size)) {
      return { height, width, channels, original, pixels: pixelsOf(opened) };
    }
    return { height: size, width: size, channels, original, pixels: pixelsOf(squared(opened, size)) };
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

/** Refuses an image that would take more memory than its file can be worth, before any is taken. */
function checkMemory(path: string, fileBytes: number, { format, sides, bytesAPixel }: ImageHeader): void {
  // Our own decoder of GIF says where its file ends.
  if (sides === null && format === 'GIF') return;
  if (sides === null) throw corrupt(path, `is a damaged ${format} image (it does not say how large it is)`);
  const needed = sides.width * sides.height * bytesAPixel + fileBytes;
  const most = Math.max(ALWAYS_DECODED, fileBytes * DECODED_A_BYTE);
  if (needed <= most) return;
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

interface OpenedImage extends Omit<DecodedImage, 'pixels' | 'original'> {
  readonly image: Transformer;
  /** Values per pixel: the channels, or more of which the first are the channels. */
  readonly values: 1 | 3 | 4;
}

function openUpright(path: string, bytes: Uint8Array, header: ImageHeader | null): OpenedImage {
  const image = new Transformer(bytes);
  const { colorType, ...sides } = image.metadataSync(false);
  const layout = LAYOUTS[colorType];
  if (layout === undefined) throw corrupt(path, 'holds floating-point pixels: save it with 8 or 16 bits a value');
  const [values, valueBytes] = layout;
  const channels = values < 3 ? 1 : 3;
  const orientation = header?.orientation ?? 1;
  // In the last four of EXIF's eight orientations the image lies on its side.
  const [height, width] = orientation > 4 ? [sides.width, sides.height] : [sides.height, sides.width];
  if (orientation > 1) image.rotate(orientation);
  if (valueBytes === 1 && values === channels) {
    const isGrey = header?.hidesGrey === true && isGreyOnly(image.rawPixelsSync(), values);
    return { height, width, channels: isGrey ? 1 : channels, image, values };
  }
  const raw = image.rawPixelsSync();
  const opaque = opaqueRgba(valueBytes === 1 ? raw : bytesOfWords(raw), values);
  return { height, width, channels, image: Transformer.fromRgbaPixels(opaque, width, height), values: 4 };
}

/** A frame can be larger than the screen that the header tells. */
const MOST_GIF_BYTES = ALWAYS_DECODED / 8;

function openGif(bytes: Uint8Array): OpenedImage {
  const { height, width, rgba } = gifFrame(bytes, MOST_GIF_BYTES);
  const opaque = opaqueRgba(rgba, 4);
  const channels = isGreyOnly(opaque, 4) ? 1 : 3;
  return { height, width, channels, image: Transformer.fromRgbaPixels(opaque, width, height), values: 4 };
}

/** Whether red, green and blue are the same in every pixel. */
function isGreyOnly(pixels: Uint8Array, values: number): boolean {
  for (let place = 0; place < pixels.length; place += values) {
    if (pixels[place] !== pixels[place + 1] || pixels[place] !== pixels[place + 2]) return false;
  }
  return true;
}

function squared({ image, height, width, channels }: OpenedImage, size: number): OpenedImage {
  const shorter = Math.min(height, width);
  const [newHeight, newWidth] = [height, width].map((side) => Math.max(size, Math.round((side * size) / shorter)));
  image
    .fastResize({ width: newWidth, height: newHeight, filter: FastResizeFilter.Bilinear, fit: ResizeFit.Fill })
    .crop(Math.floor((newWidth - size) / 2), Math.floor((newHeight - size) / 2), size, size);
  // Resizing always gives RGBA.
  return { image, height: size, width: size, channels, values: 4 };
}

function pixelsOf({ image, channels, values }: OpenedImage): Uint8Array {
  const raw = image.rawPixelsSync();
  if (values === channels) return raw;
  const pixels = new Uint8Array((raw.length / values) * channels);
  for (let source = 0, target = 0; source < raw.length; source += values) {
    for (let channel = 0; channel < channels; channel++) pixels[target++] = raw[source + channel];
  }
  return pixels;
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

/** Lays grey or colour over black: value x alpha / 255. Alpha, where there is one, is the last of the `values`. */
function opaqueRgba(raw: Uint8Array, values: 1 | 2 | 3 | 4): Uint8Array {
  // RGBA becomes opaque in its own place.
  const rgba = values === 4 ? raw : new Uint8Array((raw.length / values) * 4);
  const hasAlpha = values % 2 === 0;
  const step = values < 3 ? 0 : 1;
  for (let source = 0, target = 0; source < raw.length; source += values, target += 4) {
    const alpha = hasAlpha ? raw[source + values - 1] : 255;
    for (let colour = 0; colour < 3; colour++) {
      rgba[target + colour] = Math.round((raw[source + colour * step] * alpha) / 255);
    }
    rgba[target + 3] = 255;
  }
  return rgba;
}
