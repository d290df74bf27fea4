import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import type { QueueOutlook } from '#core/queue/outlook.ts';
import type { QueueState } from '#core/queue/queue.ts';
import { nothing, oneRun } from './fields.ts';
import { changes, reads } from './procedure.ts';

/** What trains and waits, in its order. */
export const queue = {
  /** The queue as the program sees it that has the home open. */
  show: reads(nothing, type<QueueState>()),
  /** How long what trains and waits will take: at once, then whenever that changes, at most once a second. */
  outlook: reads(nothing, eventIterator(type<QueueOutlook>())),
  /** Looks at once whether what keeps all runs from training is gone. */
  retry: changes(nothing, type<QueueState>()),
  /** Gives a waiting run this place among those that wait, from 1. Throws 'conflict' for a run that does not wait. */
  move: changes(oneRun.extend({ place: z.int().min(1).max(1_000_000) }), type<QueueState>()),
  /** Passes a waiting run over until it is released; it keeps its place. Throws 'conflict' for a run that does not wait. */
  hold: changes(oneRun, type<QueueState>()),
  /** Lets a held run train when its turn comes, also where nobody has asked this program for it. */
  release: changes(oneRun, type<QueueState>()),
  /** Trains nothing until `resume`: the run that trains saves a checkpoint and waits before all others. */
  pause: changes(nothing, type<QueueState>()),
  /** Goes on with the queue after `pause`. */
  resume: changes(nothing, type<QueueState>()),
};
