import type { ImageHeader } from './found-header.ts';

// Formats that cannot say how their images are turned. The decoder tells where one of their files is cut.

function plain(format: string, sides: ImageHeader['sides']): ImageHeader {
  return { format, sides, orientation: 1, isWhole: true };
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
  return { ...plain('BMP', { width, height }), hidesGrey: bits <= 8 };
}

export function gifHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 10) return plain('GIF', null);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return plain('GIF', { width: view.getUint16(6, true), height: view.getUint16(8, true) });
}

/** PPM, PGM and PBM: text of a few words, in which `#` begins a comment. */
export function pnmHeader(bytes: Uint8Array): ImageHeader {
  const text = String.fromCharCode(...bytes.subarray(0, 1000)).replace(/#[^\n]*/g, '');
  const [, width, height] = /^P\d\s+(\d+)\s+(\d+)\s/.exec(text) ?? [];
  return plain('PPM', width === undefined ? null : { width: Number(width), height: Number(height) });
}
