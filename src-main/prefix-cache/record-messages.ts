import type { ErrorCode } from '#core/errors.ts';
import type { RecordPart } from '#core/training/prefix/kept-values.ts';

/** What the cache asks of its record worker; requests are served in their order. */
export type RecordRequest =
  | { readonly type: 'write'; readonly records: readonly number[]; readonly rows: Float32Array }
  /** `target` lies in shared memory. */
  | {
      readonly type: 'read';
      readonly reading: number;
      readonly parts: readonly RecordPart[];
      readonly target: Float32Array;
    }
  | { readonly type: 'close' };

/** What the worker answers to each `read`, and to `close`. */
export type RecordReply =
  | { readonly type: 'read'; readonly reading: number }
  | { readonly type: 'failed'; readonly reading: number; readonly code: ErrorCode; readonly message: string }
  | { readonly type: 'closed' };
