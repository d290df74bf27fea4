import type { ImageShape } from '#core/network/operations/operation.ts';
import { type CropFlip, drawCropFlip, drawResizedCrop, LEAST_CROP_AREA, unchanged } from './augmentation.ts';
import { CenteredView } from './centered-view.ts';
import type { Augmentation } from './input-settings.ts';
import { Resampler } from './resample.ts';

/** How images are varied, and by which seed. */
export interface Variation {
  readonly augment: Augmentation;
  /** Default: `LEAST_CROP_AREA`. */
  readonly cropScale?: number | undefined;
  readonly seed: number;
}

/** The bytes of an image in the shape that the network reads, and how they are cropped and flipped when they are written. */
export interface ImageView {
  /** [height, width, channels]; valid until the next view. */
  readonly pixels: Uint8Array;
  readonly crop: CropFlip;
}

/** Makes what the network reads of a stored image: a function of the image, its place, the round and the seed. */
export class ImageViews {
  readonly #stored: ImageShape;
  readonly #input: ImageShape;
  readonly #variation: Variation;
  readonly #centered: CenteredView;
  readonly #resampler: Resampler;
  #repeated = new Uint8Array(0);

  constructor(stored: ImageShape, input: ImageShape, variation: Variation) {
    this.#stored = stored;
    this.#input = input;
    this.#variation = variation;
    this.#centered = new CenteredView(stored, input);
    this.#resampler = new Resampler(input);
  }

  viewOf(pixels: Uint8Array, image: number, round: number): ImageView {
    const { augment, cropScale = LEAST_CROP_AREA, seed } = this.#variation;
    const stored = { ...this.#stored, pixels };
    const place = { seed, round, image };
    if (augment === 'random-resized-crop') {
      const { box, flipped } = drawResizedCrop(stored, cropScale, place);
      return { pixels: this.#inChannels(this.#resampler.resize(stored, box)), crop: { ...unchanged, flipped } };
    }
    const crop = augment === 'none' ? unchanged : drawCropFlip(place);
    return { pixels: this.#inChannels(this.#centered.of(stored)), crop };
  }

  /** Repeats grey pixels where the network reads more channels. */
  #inChannels(pixels: Uint8Array): Uint8Array {
    const { channels } = this.#input;
    if (channels === this.#stored.channels) return pixels;
    if (this.#repeated.length !== pixels.length * channels) this.#repeated = new Uint8Array(pixels.length * channels);
    for (let place = 0, written = 0; place < pixels.length; place++) {
      for (let channel = 0; channel < channels; channel++) this.#repeated[written++] = pixels[place];
    }
    return this.#repeated;
  }
}
