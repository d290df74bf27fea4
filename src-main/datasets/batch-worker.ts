import { parentPort } from 'node:worker_threads';
import { type BatchArrays, BatchAssembler } from '#core/data/batch.ts';
import { BatchSchedule } from '#core/data/batch-schedule.ts';
import type { Pixels } from '#core/data/pixels.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { BatchReply, BatchRequest } from './batch-messages.ts';
import { openPixels } from './pixel-file.ts';

// Entry of the worker thread that writes batches into shared memory while the trainer's thread is busy with a step.

type Sequence = {
  readonly pixels: Pixels;
  readonly schedule: BatchSchedule;
  readonly assembler: BatchAssembler;
  readonly slots: readonly BatchArrays[];
};

const sequences = new Map<number, Sequence>();

function failure(sequence: number, error: unknown): BatchReply {
  const code = error instanceof AppError ? error.code : 'internal';
  return { type: 'failed', sequence, code, message: messageOf(error) };
}

function openSequence({ sequence, set, plan, statistics, slots }: Extract<BatchRequest, { type: 'open' }>): void {
  const pixels = openPixels(set.pixels);
  sequences.set(sequence, {
    pixels,
    schedule: new BatchSchedule(plan, set.count),
    assembler: new BatchAssembler({ ...set, pixels }, plan, statistics),
    slots,
  });
}

function prepareBatch({ sequence, slot, step }: Extract<BatchRequest, { type: 'prepare' }>): BatchReply | null {
  const opened = sequences.get(sequence);
  // A sequence that failed to open has said so already.
  if (opened === undefined) return null;
  const count = opened.assembler.assemble(opened.schedule.selectionAt(step), opened.slots[slot]);
  return { type: 'ready', sequence, step, count };
}

function answer(request: BatchRequest): BatchReply | null {
  switch (request.type) {
    case 'open':
      openSequence(request);
      return null;
    case 'prepare':
      return prepareBatch(request);
    case 'close':
      sequences.get(request.sequence)?.pixels.close();
      sequences.delete(request.sequence);
      return null;
  }
}

parentPort?.on('message', (request: BatchRequest) => {
  let reply: BatchReply | null;
  try {
    reply = answer(request);
  } catch (error) {
    reply = failure(request.sequence, error);
  }
  if (reply !== null) parentPort?.postMessage(reply);
});
