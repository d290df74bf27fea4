import type { ErrorCode } from '#core/errors.ts';
import type { DecodedImage } from './decode-image.ts';

export type ImageShape = Omit<DecodedImage, 'pixels'>;

export type DecodeRequest = {
  readonly type: 'decode';
  readonly files: readonly string[];
  /** Side of the square that every image becomes; null where all have `shape` as they are. */
  readonly size: number | null;
  readonly shape: ImageShape;
  /** Where the pixels are written, and the place of the first image there. */
  readonly output: string;
  readonly first: number;
};

/** What a thread that decodes images is asked. */
export type DecodingRequest =
  | { readonly type: 'examine'; readonly file: string; readonly size: number | null }
  | DecodeRequest;

export type DecodingReply =
  | { readonly type: 'examined'; readonly shape: ImageShape }
  /** `isColour`: colour was found where `shape` is grey, and nothing is written from there on. */
  | { readonly type: 'decoded'; readonly isColour: boolean }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };
