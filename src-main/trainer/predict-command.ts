import { join } from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { FINAL_WEIGHTS_FILE } from '#core/block/attempt-files.ts';
import { type BatchArrays, BatchAssembler } from '#core/data/batch.ts';
import { evaluationBatchPlan } from '#core/data/batch-schedule.ts';
import { imageSize } from '#core/data/image-set.ts';
import { networkInput } from '#core/data/network-input.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { badRequest } from '#core/errors.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { Network } from '#core/network/ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { PredictCommand } from '#core/ports.ts';
import { type PredictedImage, type PredictionNews, softmax } from '#core/prediction.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { placedWeights } from '#core/weights/placed-weights.ts';
import { readWeights } from '../checkpoints/weights-file.ts';
import { DecodingProgress } from '../datasets/decoding-progress.ts';
import { openImageReader, type ReadFile } from '../datasets/image-reader.ts';
import { imagesBelow, type ListedFiles } from '../datasets/images-below.ts';
import { createGraphSession } from '../tensorflow/graph-session.ts';
import { openTensorFlow } from './open-tensorflow.ts';

/**
 * Classifies image files with a run's final weights, a batch at a time, and tells what comes out. Throws where there is no image,
 * and where the weights do not fit; an image that cannot be read is told as such.
 */
export async function predictInTrainer(command: PredictCommand, tell: (news: PredictionNews) => void): Promise<void> {
  const { spec, images: stored, classes, runFolder, path } = command;
  const { files, listing } = imagesBelow(path);
  tell({ type: 'listed', images: files.length + listing.unreadable.length, skipped: listing.skipped });
  tell({ type: 'predicted', images: listing.unreadable.map(({ file, problem }) => unread(file, problem)) });
  if (files.length === 0) {
    if (listing.unreadable.length > 0) return;
    throw badRequest(`${path} holds no image that can be read: give a folder of images, or one image.`);
  }
  const network = buildNetwork(spec.model, networkInput(spec, stored), classes);
  const weights = { path: join(runFolder, FINAL_WEIGHTS_FILE), names: 'lab', head: 'keep' } as const;
  const layers = describeNetwork(network);
  const arrays = await readWeights({
    path: weights.path,
    check: () => undefined,
    choose: (stored) => placedWeights({ weights, stored, model: spec.model, layers }).placed,
  });
  // A batch of its own size adds up as in the run's evaluation; a single image does not need so large a one.
  const batchSize = Math.min(spec.batchSize, files.length);
  const { binding, graphs } = openTensorFlow(spec);
  const session = createGraphSession(binding, { network, ...spec, batchSize }, graphs);
  session.restore(arrays, new Map());
  try {
    await predictFiles(files, { command, network, session, batchSize, tell });
  } finally {
    session.dispose();
  }
}

interface Predicting {
  readonly command: PredictCommand;
  readonly network: Network;
  readonly session: TrainingSession;
  readonly batchSize: number;
  readonly tell: (news: PredictionNews) => void;
}

/** Decodes the next batch while the network reads one. */
async function predictFiles(files: ListedFiles['files'], predicting: Predicting): Promise<void> {
  const { command, batchSize, tell } = predicting;
  const progress = new DecodingProgress(files.length, (text) => tell({ type: 'said', text }), { verb: 'predicted' });
  const reader = openImageReader(command.images, files.length);
  try {
    for await (const batch of reader.batches(files, batchSize)) {
      tell({ type: 'predicted', images: predictBatch(batch, predicting) });
      progress.add(batch.length);
      await eventLoopTurn();
    }
  } finally {
    await reader.close();
  }
}

function predictBatch(files: readonly ReadFile[], predicting: Predicting): readonly PredictedImage[] {
  const { network, session } = predicting;
  const readable = files.flatMap(({ pixels }) => (pixels === null ? [] : [pixels]));
  const input = networkImages(readable, predicting);
  const range = { from: 0, to: network.layers.length };
  const logits = readable.length === 0 ? new Float32Array(0) : session.advance(input, readable.length, range);
  let row = 0;
  return files.map(({ name, pixels, problem, adapted }) => {
    if (pixels === null) return unread(name, problem ?? 'cannot be read');
    const own = logits.subarray(row * network.classes, (row + 1) * network.classes);
    row++;
    const predicted = own.indexOf(own.reduce((largest, logit) => Math.max(largest, logit), Number.NEGATIVE_INFINITY));
    const isNumber = predicted >= 0;
    return {
      ...{ file: name, adapted, probabilities: softmax(own) },
      predicted: isNumber ? predicted : null,
      problem: isNumber ? null : 'gives an output that is not a number',
    };
  });
}

/** What the network reads of images, as in the run's evaluation: [images, height, width, channels]. */
function networkImages(images: readonly Uint8Array[], { command, network }: Predicting): Float32Array {
  const { images: stored, normalization: statistics, classes } = command;
  const size = imageSize(stored);
  const pixels = new Uint8Array(images.length * size);
  images.forEach((image, place) => {
    pixels.set(image, place * size);
  });
  const labels = new Int32Array(images.length);
  const set = { ...stored, count: images.length, classes, pixels: new MemoryPixels(pixels), labels };
  const target: BatchArrays = { images: new Float32Array(images.length * imageSize(network.input)), labels };
  const assembler = new BatchAssembler(set, evaluationBatchPlan(images.length), { statistics, input: network.input });
  assembler.assemble({ round: 0, indices: Uint32Array.from(images.keys()) }, target);
  return target.images;
}

function unread(file: string, problem: string): PredictedImage {
  return { file, predicted: null, probabilities: null, problem, adapted: [] };
}
