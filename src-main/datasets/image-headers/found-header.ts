export interface ImageSides {
  readonly height: number;
  readonly width: number;
}

/** What an image file says of itself, found without decoding it. */
export interface ImageHeader {
  /** For people: "PNG". */
  readonly format: string;
  /** Before it is turned; null where the header does not say it. */
  readonly sides: ImageSides | null;
  /** EXIF's orientation, 1 to 8; 1 where the file gives none. */
  readonly orientation: number;
  /** Whether a grey image of this format has colours that happen to be greys: then only its pixels show that it is grey. */
  readonly hidesGrey?: boolean;
  /** False where the file ends before its image does. True says only that nothing of the kind was found. */
  readonly isWhole: boolean;
}
