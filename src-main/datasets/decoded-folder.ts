import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KindLocation } from '#core/data/dataset-kind.ts';
import { AppError } from '#core/errors.ts';
import { checkSpace } from '../files/free-space.ts';
import type { Say } from '../threads/answer-once.ts';
import { DecodingProgress } from './decoding-progress.ts';
import { DecodingThreads } from './decoding-threads.ts';
import type { DecodedShape, DecodeRequest, UnreadFile } from './decoding-worker.ts';
import { type ImageList, listedImages } from './image-list.ts';
import { prepare } from './prepared.ts';
import { belowFolder, damagedIn, type SeenFiles, SizeTally, UnusableImages } from './unusable-images.ts';

/** A folder of images as one file of pixels: the training images, then the test images, then those of a validation split. */
export interface DecodedFolder extends DecodedShape {
  readonly path: string;
  readonly classNames: readonly string[];
  readonly trainingLabels: Int32Array;
  readonly testLabels: Int32Array;
  /** Null where the folder brings no validation split. */
  readonly validationLabels: Int32Array | null;
  readonly seen: SeenFiles;
}

const PIXELS = 'pixels';
/** To be raised when a new version makes different pixels from the same files. */
const FORMAT = 4;
const IMAGES_A_REQUEST = 32;

/** Lists the folder, and decodes it unless that was done since it last changed. Runs in its own thread. */
export async function decodedFolder(location: KindLocation, say: Say): Promise<DecodedFolder> {
  return decodedImages(listedImages(location), say);
}

/** Decodes the listed images unless that was done before. Throws one error that tells all damaged ones. */
export async function decodedImages(list: ImageList, say: Say): Promise<DecodedFolder> {
  const { folder, size, classNames, training, test, validation, version } = list;
  const { unreadable } = list.listing;
  const count = filesOf(list).length;
  const made = await prepare({
    place: `${folder}\n${size}`,
    version: `${FORMAT} ${version}`,
    what: `decoding the ${count.toLocaleString('en-US')} images of ${folder}, once`,
    say,
    make: async (temporary) => {
      const facts = await decodeList(list, { output: join(temporary, PIXELS), say });
      return { files: [PIXELS], facts };
    },
  });
  // `decodeList` returned these facts.
  const { sizes, grey, ...shape } = made.facts as DecodedFacts;
  if (unreadable.length > 0) throw new UnusableImages(list, { damaged: unreadable, sizes, grey });
  const validationLabels = validation?.labels ?? null;
  const labels = { trainingLabels: training.labels, testLabels: test.labels, validationLabels };
  return { ...shape, path: join(made.folder, PIXELS), classNames, ...labels, seen: { damaged: [], sizes, grey } };
}

/** What is kept with the pixels. */
type DecodedFacts = DecodedShape & Omit<SeenFiles, 'damaged'>;

type ListJob = Pick<DecodeRequest, 'output'> & { readonly say: Say };

function filesOf({ training, test, validation }: ImageList): readonly string[] {
  return [...training.files, ...test.files, ...(validation?.files ?? [])];
}

async function decodeList(list: ImageList, { output, say }: ListJob): Promise<DecodedFacts> {
  const { size } = list;
  const files = filesOf(list);
  const threads = new DecodingThreads(Math.ceil(files.length / IMAGES_A_REQUEST));
  const file = await open(output, 'wx');
  try {
    // Where no image can be read, all are found damaged.
    const shape = (await firstShape(threads, files, size)) ?? { height: 1, width: 1, channels: 3 };
    const inColour = { ...shape, channels: 3 } as const;
    const bytes = files.length * shape.height * shape.width * inColour.channels;
    await checkSpace(dirname(output), { bytes, needs: 'the decoded images need' });
    const job = { files, size, output };
    const asFound = await decodeAll(threads, { ...job, shape }, say);
    const [trained, seen] =
      asFound === null ? [inColour, await decodeAll(threads, { ...job, shape: inColour }, say)] : [shape, asFound];
    if (seen === null) throw new AppError('internal', 'An image has more than three channels.');
    return { ...trained, ...usable(list, seen) };
  } finally {
    await threads.close();
    await file.sync();
    await file.close();
  }
}

/** The shape of the first image that can be read. */
async function firstShape(threads: DecodingThreads, files: readonly string[], size: number | null) {
  for (const path of files) {
    const shape = await threads.examine(path, size);
    if (shape !== null) return shape;
  }
  return null;
}

/** Throws unless all images are whole and of one size. */
function usable(list: ImageList, { damaged, grey, ...decoded }: DecodedAll): Omit<SeenFiles, 'damaged'> {
  const { folder, size, listing } = list;
  const sizes = decoded.sizes.map(({ example, ...one }) => ({ ...one, example: belowFolder(folder, example) }));
  const seen = { damaged: [...listing.unreadable, ...damagedIn(folder, damaged)], sizes, grey };
  if (damaged.length > 0 || (size === null && sizes.length > 1)) {
    throw new UnusableImages(list, seen);
  }
  return { sizes, grey };
}

type DecodingJob = Omit<DecodeRequest, 'first'>;

interface DecodedAll extends Omit<SeenFiles, 'damaged'> {
  readonly damaged: readonly UnreadFile[];
}

/** Null where an image has colour although `shape` is grey. */
async function decodeAll(threads: DecodingThreads, job: DecodingJob, say: Say): Promise<DecodedAll | null> {
  const progress = new DecodingProgress(job.files.length, say);
  const tally = new SizeTally();
  const damaged: UnreadFile[] = [];
  let [grey, isDone] = [0, true];
  await threads.decode(requestsOf(job), (decoded) => {
    progress.add(decoded.sizes.length + decoded.damaged.length);
    tally.add(decoded.sizes);
    damaged.push(...decoded.damaged);
    grey += decoded.grey;
    isDone &&= decoded.fits;
    return isDone;
  });
  const places = new Map(job.files.map((path, place) => [path, place]));
  const inOrder = damaged.toSorted((one, other) => (places.get(one.path) ?? 0) - (places.get(other.path) ?? 0));
  return isDone ? { damaged: inOrder, sizes: tally.sizes, grey } : null;
}

function* requestsOf(job: DecodingJob): Generator<DecodeRequest, void, undefined> {
  for (let first = 0; first < job.files.length; first += IMAGES_A_REQUEST) {
    yield { ...job, files: job.files.slice(first, first + IMAGES_A_REQUEST), first };
  }
}
