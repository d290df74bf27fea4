import { FastResizeFilter, JsColorType, ResizeFit, Transformer } from '@napi-rs/image';
import { AppError, corrupt, messageOf } from '#core/errors.ts';

/** An image of bytes, [height, width, channels]. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** 1 where the file holds a grey image. */
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
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

/**
 * A PNG or JPEG file as 8-bit grey or RGB, turned as its EXIF data say, with transparency over black. With a `size`, the shorter
 * side is resized to it, by the triangle filter (Pillow's "bilinear"), and the centre is cropped to a square. Throws
 * 'corrupt' with one sentence that names the file.
 */
export function decodeImage(path: string, bytes: Uint8Array, size: number | null): DecodedImage {
  if (isCutJpeg(bytes)) throw corrupt(path, 'is a damaged image: it ends before its last line');
  try {
    const opened = openUpright(path, bytes);
    const { height, width, channels } = opened;
    if (size === null || (height === size && width === size))
      return { height, width, channels, pixels: pixelsOf(opened) };
    return { height: size, width: size, channels, pixels: pixelsOf(squared(opened, size)) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw corrupt(path, `is not a PNG or JPEG image, or is damaged (${messageOf(error)})`, error);
  }
}

/**
 * The decoder silently fills in the missing end of a JPEG file, so check that the end marker follows the start of the
 * last scan.
 */
function isCutJpeg({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  return isJpeg && bytes.lastIndexOf('ffd9', undefined, 'hex') <= bytes.lastIndexOf('ffda', undefined, 'hex');
}

interface OpenedImage extends Omit<DecodedImage, 'pixels'> {
  readonly image: Transformer;
  /** Values per pixel: the channels, or opaque RGBA. */
  readonly values: 1 | 3 | 4;
}

function openUpright(path: string, bytes: Uint8Array): OpenedImage {
  const image = new Transformer(bytes);
  const { orientation = 1, colorType, ...sides } = image.metadataSync(true);
  const layout = LAYOUTS[colorType];
  if (layout === undefined) throw corrupt(path, 'holds floating-point pixels, which a PNG or JPEG image cannot have');
  const [values, valueBytes] = layout;
  const channels = values < 3 ? 1 : 3;
  // In the last four of EXIF's eight orientations the image lies on its side.
  const [height, width] = orientation > 4 ? [sides.width, sides.height] : [sides.height, sides.width];
  image.rotate();
  if (valueBytes === 1 && values === channels) return { height, width, channels, image, values };
  const raw = image.rawPixelsSync();
  const opaque = opaqueRgba(valueBytes === 1 ? raw : bytesOfWords(raw), values);
  return { height, width, channels, image: Transformer.fromRgbaPixels(opaque, width, height), values: 4 };
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

/** 0..65535 as 0..255, rounded; the words are in the machine's own order. */
function bytesOfWords({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  const words = new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return Uint8Array.from(words, (word) => Math.round(word / 257));
}

/** Lays grey or colour over black: value x alpha / 255. Alpha, where there is one, is the last of the `values`. */
function opaqueRgba(raw: Uint8Array, values: 1 | 2 | 3 | 4): Uint8Array {
  const rgba = new Uint8Array((raw.length / values) * 4).fill(255);
  const hasAlpha = values % 2 === 0;
  const step = values < 3 ? 0 : 1;
  for (let source = 0, target = 0; source < raw.length; source += values, target += 4) {
    const alpha = hasAlpha ? raw[source + values - 1] : 255;
    for (let colour = 0; colour < 3; colour++) {
      rgba[target + colour] = Math.round((raw[source + colour * step] * alpha) / 255);
    }
  }
  return rgba;
}
