import { open, statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { KindLocation } from '#core/data/dataset-kind.ts';
import { AppError } from '#core/errors.ts';
import type { Say } from '../threads/answer-once.ts';
import { DecodingProgress } from './decoding-progress.ts';
import { DecodingThreads } from './decoding-threads.ts';
import type { DecodedShape, DecodeRequest } from './decoding-worker.ts';
import { type ImageList, listedImages } from './image-list.ts';
import { prepare } from './prepared.ts';

/** A folder of images as one file of pixels: the training images, then the test images, then those of a validation split. */
export interface DecodedFolder extends DecodedShape {
  readonly path: string;
  readonly classNames: readonly string[];
  readonly trainingLabels: Int32Array;
  readonly testLabels: Int32Array;
  /** Null where the folder brings no validation split. */
  readonly validationLabels: Int32Array | null;
}

const PIXELS = 'pixels';
/** To be raised when a new version makes different pixels from the same files. */
const FORMAT = 2;
/** More threads than this would only wait for the disk. */
const MAX_THREADS = 8;
const IMAGES_A_REQUEST = 32;

/** Lists the folder, and decodes it unless that was done since it last changed. Runs in its own thread. */
export async function decodedFolder(location: KindLocation, say: Say): Promise<DecodedFolder> {
  const list = listedImages(location);
  const { folder, size } = list;
  const count = filesOf(list).length;
  const made = await prepare({
    place: `${folder}\n${size}`,
    version: `${FORMAT} ${list.version}`,
    what: `decoding the ${count.toLocaleString('en-US')} images of ${folder}, once`,
    say,
    make: async (temporary) => {
      const job = { size, output: join(temporary, PIXELS), say };
      return { files: [PIXELS], facts: await decodeList(list, job) };
    },
  });
  const { classNames, training, test, validation } = list;
  const validationLabels = validation?.labels ?? null;
  const labels = { trainingLabels: training.labels, testLabels: test.labels, validationLabels };
  // `decodeList` returned these facts.
  return { ...(made.facts as DecodedShape), path: join(made.folder, PIXELS), classNames, ...labels };
}

type ListJob = Pick<DecodeRequest, 'size' | 'output'> & { readonly say: Say };

function filesOf({ training, test, validation }: ImageList): readonly string[] {
  return [...training.files, ...test.files, ...(validation?.files ?? [])];
}

async function decodeList(list: ImageList, { size, output, say }: ListJob): Promise<DecodedShape> {
  const files = filesOf(list);
  const mostAtWork = Math.ceil(files.length / IMAGES_A_REQUEST);
  const threads = new DecodingThreads(Math.min(MAX_THREADS, availableParallelism(), mostAtWork));
  const file = await open(output, 'wx');
  try {
    const shape = await threads.examine(files[0], size);
    const inColour = { ...shape, channels: 3 } as const;
    await checkFreeSpace(dirname(output), files.length * shape.height * shape.width * inColour.channels);
    const job = { files, size, output };
    if (await decodeAll(threads, { ...job, shape }, say)) return shape;
    await decodeAll(threads, { ...job, shape: inColour }, say);
    return inColour;
  } finally {
    await threads.close();
    await file.sync();
    await file.close();
  }
}

type DecodingJob = Omit<DecodeRequest, 'first'>;

/** False where an image has colour although `shape` is grey. */
async function decodeAll(threads: DecodingThreads, job: DecodingJob, say: Say): Promise<boolean> {
  const progress = new DecodingProgress(job.files.length, say);
  let isDone = true;
  await threads.decode(requestsOf(job), (fits, { files }) => {
    progress.add(files.length);
    isDone &&= fits;
    return isDone;
  });
  return isDone;
}

function* requestsOf(job: DecodingJob): Generator<DecodeRequest, void, undefined> {
  for (let first = 0; first < job.files.length; first += IMAGES_A_REQUEST) {
    yield { ...job, files: job.files.slice(first, first + IMAGES_A_REQUEST), first };
  }
}

async function checkFreeSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  const [free, needed] = [bavail * bsize, neededBytes].map((bytes) => Math.ceil(bytes / 1e6).toLocaleString('en-US'));
  throw new AppError(
    'no-space',
    `The disk of ${folder} has ${free} MB free, but the decoded images need ${needed} MB.`,
  );
}
