// Measured: the peak of the process over the pixels of a large image, which the decoder makes and then hands over as a copy.
/** Three bytes, twice, for colours or grey of 8 bits without transparency. */
export const PLAIN_BYTES_A_PIXEL = 6.5;
/** With transparency. */
export const TRANSPARENT_BYTES_A_PIXEL = 8.5;
/** With values of 16 bits. */
export const DEEP_BYTES_A_PIXEL = 17;

export interface ImageSides {
  readonly height: number;
  readonly width: number;
}

/** Of several sizes that a file gives, the one that takes more memory: which of them a decoder believes is its own affair. */
export function larger(one: ImageSides | null, other: ImageSides | null): ImageSides | null {
  if (one === null || other === null) return one ?? other;
  return other.height * other.width > one.height * one.width ? other : one;
}

/** What an image file says of itself, found without decoding it. */
export interface ImageHeader {
  /** For people: "PNG". */
  readonly format: string;
  /** Before it is turned; null where the header does not say it. */
  readonly sides: ImageSides | null;
  /** What decoding takes of memory for each pixel, the steps after it counted, where the header tells of which sort they are. */
  readonly bytesAPixel: number;
  /** EXIF's orientation, 1 to 8; 1 where the file gives none. */
  readonly orientation: number;
  /** Whether a grey image of this format has colours that happen to be greys: then only its pixels show that it is grey. */
  readonly hidesGrey?: boolean;
  /** False where the file ends before its image does. True says only that nothing of the kind was found. */
  readonly isWhole: boolean;
}
