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

export interface AskedBatch {
  readonly slot: number;
  readonly step: number;
  readonly hasImages: boolean;
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

  /** Fills a slot with the batch of a step, or with its labels alone; returns the number of its images. */
  prepare(sequence: number, { slot, step, hasImages }: AskedBatch): number {
    const opened = sequences.get(sequence);
    if (opened === undefined) throw new AppError('internal', `The batch sequence ${sequence} is not open.`);
    const selection = opened.schedule.selectionAt(step);
    const { assembler, slots } = opened;
    return hasImages ? assembler.assemble(selection, slots[slot]) : assembler.label(selection, slots[slot]);
  },

  close(sequence: number): void {
    sequences.get(sequence)?.pixels.close();
    sequences.delete(sequence);
  },
};

export type BatchFunctions = typeof functions;

serveThread(serveMethodsOf(functions));
