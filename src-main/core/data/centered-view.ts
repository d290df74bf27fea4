import type { SideLengths } from './report/dataset-report.ts';
import { type Box, type ByteImage, Resampler } from './resample.ts';

/** The side to which the shorter one may be resized before the centre is cropped: 256 for a network that reads 224. */
const RESIZED_SHARE = 256 / 224;

/**
 * The size to which stored images are resized before the centre is cropped: their own, unless its shorter side is less than that
 * of the crop, or more than 256/224 of it. The longer side is cut to a whole number, as torchvision's `Resize` does.
 */
export function sizeBeforeCrop(stored: SideLengths, crop: SideLengths): SideLengths {
  const { height, width } = stored;
  const shorter = Math.min(height, width);
  const wanted = Math.max(crop.height, crop.width);
  const side = Math.min(Math.max(shorter, wanted), Math.round(wanted * RESIZED_SHARE));
  const longer = Math.floor((side * Math.max(height, width)) / shorter);
  return height <= width ? { height: side, width: longer } : { height: longer, width: side };
}

/** Where the centre lies; half a pixel goes to the even side, as in torchvision's `CenterCrop`. */
function centerIn(image: SideLengths, crop: SideLengths): Box {
  const start = (room: number) => (room % 4 === 3 ? (room + 1) / 2 : Math.floor(room / 2));
  return { ...crop, top: start(image.height - crop.height), left: start(image.width - crop.width) };
}

/** What a network reads of stored images where nothing is drawn: resized where that is needed, and the centre cropped. */
export class CenteredView {
  readonly #crop: SideLengths;
  readonly #resized: SideLengths;
  readonly #resampler: Resampler;
  #result = new Uint8Array(0);

  constructor(stored: SideLengths, crop: SideLengths) {
    this.#crop = crop;
    this.#resized = isSameSize(stored, crop) ? stored : sizeBeforeCrop(stored, crop);
    this.#resampler = new Resampler(this.#resized);
  }

  /** The bytes of the crop, [height, width, channels], valid until the next call. */
  of(image: ByteImage): Uint8Array {
    const { height, width } = this.#resized;
    const isResized = !isSameSize(image, this.#resized);
    const pixels = isResized ? this.#resampler.resize(image, { top: 0, left: 0, ...sidesOf(image) }) : image.pixels;
    if (isSameSize(this.#resized, this.#crop)) return pixels;
    return this.#cropped({ height, width, channels: image.channels, pixels });
  }

  #cropped(image: ByteImage): Uint8Array {
    const { channels, pixels } = image;
    const { top, left, height, width } = centerIn(image, this.#crop);
    if (this.#result.length !== height * width * channels) this.#result = new Uint8Array(height * width * channels);
    for (let row = 0; row < height; row++) {
      const start = ((top + row) * image.width + left) * channels;
      this.#result.set(pixels.subarray(start, start + width * channels), row * width * channels);
    }
    return this.#result;
  }
}

function sidesOf({ height, width }: SideLengths): SideLengths {
  return { height, width };
}

function isSameSize(one: SideLengths, other: SideLengths): boolean {
  return one.height === other.height && one.width === other.width;
}
