import {
  DEEP_BYTES_A_PIXEL,
  type ImageHeader,
  PLAIN_BYTES_A_PIXEL,
  TRANSPARENT_BYTES_A_PIXEL,
} from './found-header.ts';

// Formats that cannot say how their images are turned. The decoder tells where one of their files is cut.

function plain(format: string, sides: ImageHeader['sides'], bytesAPixel = PLAIN_BYTES_A_PIXEL): ImageHeader {
  return { format, sides, bytesAPixel, orientation: 1, isWhole: true };
}

/** BMP has palettes of 2, 16 or 256 colours, but no grey. */
export function bmpHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 30) return plain('BMP', null);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The first version of the format has sides of two bytes. A negative height says that the first row is at the top.
  const isFirstVersion = view.getUint32(14, true) === 12;
  const [width, height] = isFirstVersion
    ? [view.getUint16(18, true), view.getUint16(20, true)]
    : [view.getInt32(18, true), Math.abs(view.getInt32(22, true))];
  const bits = view.getUint16(isFirstVersion ? 24 : 28, true);
  const bytesAPixel = bits <= 24 ? PLAIN_BYTES_A_PIXEL : TRANSPARENT_BYTES_A_PIXEL;
  return { ...plain('BMP', { width, height }, bytesAPixel), hidesGrey: bits <= 8 };
}

/** Our decoder unpacks to numbers of colours, and paints these with transparency. */
const GIF_BYTES_A_PIXEL = 6;

export function gifHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 10) return plain('GIF', null);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return plain('GIF', { width: view.getUint16(6, true), height: view.getUint16(8, true) }, GIF_BYTES_A_PIXEL);
}

/** PPM, PGM and PBM: text of a few words, in which `#` begins a comment. */
export function pnmHeader(bytes: Uint8Array): ImageHeader {
  const text = String.fromCharCode(...bytes.subarray(0, 1000)).replace(/#[^\n]*/g, '');
  const [, width, height, most] = /^P\d\s+(\d+)\s+(\d+)\s+(\d*)/.exec(text) ?? [];
  const bytesAPixel = Number(most) > 255 ? DEEP_BYTES_A_PIXEL : PLAIN_BYTES_A_PIXEL;
  return plain('PPM', width === undefined ? null : { width: Number(width), height: Number(height) }, bytesAPixel);
}
