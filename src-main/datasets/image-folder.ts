import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from '#core/data/image-set.ts';
import type { DatasetInfo } from '#core/records.ts';
import type { DatasetLocation } from '#core/run.ts';
import { DecodingProgress } from './decoding-progress.ts';
import type { ImageRequest, ImageShape } from './image-messages.ts';
import { ImageThreads } from './image-threads.ts';
import type { ImageTree } from './image-tree.ts';
import { keepPixels, type PixelSource } from './pixel-store.ts';
import { prepare, sayOnStandardError } from './prepared.ts';

export type ImageFolderLocation = Extract<DatasetLocation, { kind: 'image-folder' }>;

/** The pixels of the training images, then those of the test images. */
const PIXELS = 'pixels';
/** Changes when other pixels are made of the same files. */
const FORMAT = 1;

/** More threads than this wait for the disk. */
const MAX_THREADS = 8;
const IMAGES_A_REQUEST = 32;

type DecodedTree = { readonly tree: ImageTree; readonly shape: ImageShape; readonly path: string };

/** PNG and JPEG files, decoded once into the per-user cache. Throws one sentence that names the folder or file at fault. */
export async function openImageFolder(location: ImageFolderLocation): Promise<DataSource> {
  const { tree, shape, path } = await decodedTree(location);
  const { classNames, training, test } = tree;
  const imageBytes = shape.height * shape.width * shape.channels;
  const [trainingBytes, testBytes] = [training, test].map(({ files }) => files.length * imageBytes);
  const [trainingPixels, testPixels] = await keepPixels([
    partOf(path, 0, trainingBytes),
    partOf(path, trainingBytes, testBytes),
  ]);
  const common = { ...shape, classes: classNames.length };
  return {
    training: { ...common, count: training.files.length, labels: training.labels, pixels: trainingPixels },
    test: { ...common, count: test.files.length, labels: test.labels, pixels: testPixels },
    classNames,
  };
}

/** Needs the images decoded: only then it is known whether all are grey and of one size. */
export async function describeImageFolder(location: ImageFolderLocation): Promise<DatasetInfo> {
  const { tree, shape } = await decodedTree(location);
  return {
    ...shape,
    training: tree.training.files.length,
    test: tree.test.files.length,
    classes: tree.classNames.length,
  };
}

function partOf(path: string, start: number, byteLength: number): PixelSource {
  return {
    ...{ path, byteLength, version: path },
    place: { kind: 'file', path, start, byteLength },
    pieces: () => createReadStream(path, { start, end: start + byteLength - 1 }),
  };
}

async function decodedTree(location: ImageFolderLocation): Promise<DecodedTree> {
  const { path: folder } = location;
  const size = location.size ?? null;
  const tree = await listed(folder);
  const count = tree.training.files.length + tree.test.files.length;
  const made = await prepare({
    place: `${folder}\n${size}`,
    version: `${FORMAT} ${tree.version}`,
    what: `decoding the ${count.toLocaleString('en-US')} images of ${folder}, once`,
    make: async (temporary) => ({ files: [PIXELS], facts: await decodeTree(tree, size, join(temporary, PIXELS)) }),
  });
  // The facts are those that `decodeTree` gave.
  return { tree, shape: made.facts as ImageShape, path: join(made.folder, PIXELS) };
}

async function listed(folder: string): Promise<ImageTree> {
  const threads = new ImageThreads(1);
  try {
    return (await threads.ask({ type: 'list', folder })).tree;
  } finally {
    await threads.close();
  }
}

async function decodeTree({ training, test }: ImageTree, size: number | null, output: string): Promise<ImageShape> {
  const files = [...training.files, ...test.files];
  const mostAtWork = Math.ceil(files.length / IMAGES_A_REQUEST);
  const threads = new ImageThreads(Math.min(MAX_THREADS, availableParallelism(), mostAtWork));
  const file = await open(output, 'wx');
  try {
    const { shape } = await threads.ask({ type: 'examine', file: files[0], size });
    const job = { files, size, output };
    if (await decodeAll(threads, { ...job, shape })) return shape;
    const inColour = { ...shape, channels: 3 } as const;
    await decodeAll(threads, { ...job, shape: inColour });
    return inColour;
  } finally {
    await threads.close();
    await file.sync();
    await file.close();
  }
}

type DecodingJob = Pick<Extract<ImageRequest, { type: 'decode' }>, 'files' | 'size' | 'shape' | 'output'>;

/** False where an image has colour, but `shape` is that of grey ones. */
async function decodeAll(threads: ImageThreads, job: DecodingJob): Promise<boolean> {
  const progress = new DecodingProgress(job.files.length, sayOnStandardError);
  let isDone = true;
  await threads.askAll(requestsOf(job), ({ isColour }, { files }) => {
    progress.add(files.length);
    isDone &&= !isColour;
    return isDone;
  });
  return isDone;
}

function* requestsOf(job: DecodingJob) {
  for (let first = 0; first < job.files.length; first += IMAGES_A_REQUEST) {
    yield { type: 'decode', ...job, files: job.files.slice(first, first + IMAGES_A_REQUEST), first } as const;
  }
}
