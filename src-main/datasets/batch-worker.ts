import { type BatchArrays, BatchAssembler } from '#core/data/batch.ts';
import { type BatchPlan, BatchSchedule } from '#core/data/batch-schedule.ts';
import type { ImageSet } from '#core/data/image-set.ts';
import type { NetworkReading } from '#core/data/normalization.ts';
import type { Pixels, StoredPixels } from '#core/data/pixels.ts';
import { AppError } from '#core/errors.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { openPixels } from './pixel-file.ts';

// Entry of the worker thread that writes batches into shared memory while the trainer's thread is busy with a step.

/** A sequence of batches, written into slots of shared memory. */
export interface SentSequence {
  readonly set: Omit<ImageSet, 'pixels'> & { readonly pixels: StoredPixels };
  readonly plan: BatchPlan;
  readonly reading: NetworkReading;
  readonly slots: readonly BatchArrays[];
}

interface OpenSequence {
  readonly pixels: Pixels;
  readonly schedule: BatchSchedule;
  readonly assembler: BatchAssembler;
  readonly slots: readonly BatchArrays[];
}

const sequences = new Map<number, OpenSequence>();

/** The functions of the thread. The caller numbers its sequences. */
const functions = {
  open(sequence: number, { set, plan, reading, slots }: SentSequence): void {
    const pixels = openPixels(set.pixels);
    sequences.set(sequence, {
      pixels,
      schedule: new BatchSchedule(plan, set.count),
      assembler: new BatchAssembler({ ...set, pixels }, plan, reading),
      slots,
    });
  },

  /** Fills a slot with the batch of a step; returns the number of its images. */
  prepare(sequence: number, slot: number, step: number): number {
    const opened = sequences.get(sequence);
    if (opened === undefined) throw new AppError('internal', `The batch sequence ${sequence} is not open.`);
    return opened.assembler.assemble(opened.schedule.selectionAt(step), opened.slots[slot]);
  },

  close(sequence: number): void {
    sequences.get(sequence)?.pixels.close();
    sequences.delete(sequence);
  },
};

export type BatchFunctions = typeof functions;

serveThread(serveMethodsOf(functions));
