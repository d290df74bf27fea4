import { type } from '@orpc/contract';
import type { QueueState } from '#core/queue/queue.ts';
import { nothing } from './fields.ts';
import { changes, reads } from './procedure.ts';

/** What trains and waits, in its order. */
export const queue = {
  /** The queue as the program sees it that has the home open. */
  show: reads(nothing, type<QueueState>()),
  /** Looks at once whether what keeps all runs from training is gone. */
  retry: changes(nothing, type<QueueState>()),
};
