import type { SideLengths } from '#core/data/report/dataset-report.ts';

/** Decoded pixels as they lie in memory, row after row, before the image is turned. */
export interface RawPixels extends SideLengths {
  readonly pixels: Uint8Array;
  /** Bytes of a pixel, of which the first are the channels. */
  readonly values: number;
}

/** An upright image, whose pixels may lie in memory in another order: they are not moved, since that would take them twice. */
export interface Raster extends SideLengths {
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
  /** Where the first channel of the pixel at the top left is. */
  readonly start: number;
  /** Bytes from a pixel to the one below it, and to the one on its right. */
  readonly rowStep: number;
  readonly columnStep: number;
}

/** The image as EXIF's orientation (1 to 8) says that it is to be seen. */
export function uprightRaster(raw: RawPixels, channels: 1 | 3, orientation: number): Raster {
  const { height, width, pixels, values } = raw;
  const rowBytes = width * values;
  // Which sides of the stored image are at the top and on the left.
  const isFromBottom = [3, 4, 6, 7].includes(orientation);
  const isFromRight = [2, 3, 7, 8].includes(orientation);
  const start = (isFromBottom ? (height - 1) * rowBytes : 0) + (isFromRight ? rowBytes - values : 0);
  const down = isFromBottom ? -rowBytes : rowBytes;
  const right = isFromRight ? -values : values;
  // In the last four orientations the stored rows are columns.
  if (orientation < 5) return { height, width, channels, pixels, start, rowStep: down, columnStep: right };
  return { height: width, width: height, channels, pixels, start, rowStep: right, columnStep: down };
}

/** The image's bytes, [height, width, channels]; those of the raster where they lie so already. */
export function packedPixels({ height, width, channels, pixels, start, rowStep, columnStep }: Raster): Uint8Array {
  if (start === 0 && columnStep === channels && rowStep === width * channels) return pixels;
  const packed = new Uint8Array(height * width * channels);
  let target = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0, source = start + row * rowStep; column < width; column++, source += columnStep) {
      for (let channel = 0; channel < channels; channel++) packed[target++] = pixels[source + channel];
    }
  }
  return packed;
}
