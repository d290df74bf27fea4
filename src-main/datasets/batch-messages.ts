import type { BatchArrays } from '#core/data/batch.ts';
import type { BatchPlan } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import type { Normalization } from '#core/data/normalization.ts';
import type { StoredPixels } from '#core/data/pixels.ts';
import type { ErrorCode } from '#core/errors.ts';

/** An image set as another thread is sent it. */
export type SentImageSet = Omit<ImageSet, 'pixels'> & { readonly pixels: StoredPixels };

/** What the feeder asks of the batch worker. A sequence is one run through batches, with slots of shared memory. */
export type BatchRequest =
  | {
      readonly type: 'open';
      readonly sequence: number;
      readonly set: SentImageSet;
      readonly plan: BatchPlan;
      readonly statistics: Normalization;
      readonly slots: readonly BatchArrays[];
    }
  | { readonly type: 'prepare'; readonly sequence: number; readonly slot: number; readonly step: number }
  | { readonly type: 'close'; readonly sequence: number };

/** What the worker answers to each `prepare`, in their order, and to an `open` that fails. */
export type BatchReply =
  | { readonly type: 'ready'; readonly sequence: number; readonly step: number; readonly count: number }
  | { readonly type: 'failed'; readonly sequence: number; readonly code: ErrorCode; readonly message: string };
