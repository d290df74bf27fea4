import type { PixelSource } from './data-files.ts';

/** The shape that the images should have, or for transposed ones the shape in which they are stored. */
interface StoredImages {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Images whose rows become columns: [height, width, channels] as [width, height, channels]. */
export function transposedPixels(source: PixelSource, { height, width, channels }: StoredImages): PixelSource {
  const order = Int32Array.from({ length: height * width * channels }, (_, place) => {
    const [column, rest] = [Math.floor(place / (height * channels)), place % (height * channels)];
    const [row, channel] = [Math.floor(rest / channels), rest % channels];
    return (row * width + column) * channels + channel;
  });
  return reorderedPixels(source, order, 'transposed');
}

/** Images whose channels stand in front, one plane after the other: [channels, height, width] as [height, width, channels]. */
export function channelsLastPixels(source: PixelSource, { height, width, channels }: StoredImages): PixelSource {
  const plane = height * width;
  const order = Int32Array.from(
    { length: plane * channels },
    (_, place) => (place % channels) * plane + Math.floor(place / channels),
  );
  return reorderedPixels(source, order, 'channels last');
}

/** Images whose values are taken from other places of the same image. `how` tells the source from others of the same file. */
function reorderedPixels(source: PixelSource, order: Int32Array, how: string): PixelSource {
  const pieces = () => reorderedPieces(source, order);
  return { ...source, path: `${source.path} (${how})`, place: null, pieces };
}

async function* reorderedPieces(source: PixelSource, order: Int32Array): AsyncGenerator<Uint8Array, void, undefined> {
  const image = new Uint8Array(order.length);
  let filled = 0;
  for await (const piece of source.pieces()) {
    const images = new Uint8Array(Math.floor((filled + piece.length) / image.length) * image.length);
    let [taken, written] = [0, 0];
    while (taken < piece.length) {
      const part = piece.subarray(taken, taken + image.length - filled);
      image.set(part, filled);
      [filled, taken] = [filled + part.length, taken + part.length];
      if (filled < image.length) break;
      for (let place = 0; place < image.length; place++) images[written + place] = image[order[place]];
      [filled, written] = [0, written + image.length];
    }
    if (images.length > 0) yield images;
  }
}
