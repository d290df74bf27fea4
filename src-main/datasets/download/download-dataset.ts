import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type FilesProgress, uncounted } from '#core/data/known/download-progress.ts';
import type { KnownDataset, KnownFile } from '#core/data/known/known-dataset.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { SPARE_BYTES } from '../../files/free-space.ts';
import { withLock } from '../../setup/lock.mjs';
import { makeFolders } from '../../setup/make-folders.mjs';
import { bytesHere, type DatasetPlace, isWhole, placeOf, putInPlace } from './dataset-place.ts';
import { DownloadPace } from './download-pace.ts';
import { fetchFile, isFetched } from './fetch-file.ts';
import { HTTP_LIMITS, type HttpLimits, HttpSource } from './http-source.ts';
import { unpackArchive } from './unpack-archive.ts';

/** The stamp names each file of a data set that has no more than these. */
const MOST_STAMPED = 100;
const REPORTS_APART_MS = 200;

export interface DatasetDownload {
  readonly known: KnownDataset;
  /** The folder of all downloaded data sets. */
  readonly root: string;
  /** The address of a folder of the web from which files come instead of their homes; null where they come from these. */
  readonly mirror: string | null;
  readonly limits?: HttpLimits;
  readonly firstWaitMs?: number;
}

interface Watching {
  readonly signal: AbortSignal;
  readonly report: (progress: FilesProgress) => void;
}

/**
 * Brings the files of a well-known data set into their folder, or goes on where an earlier call was ended. Until everything has
 * been checked, nothing is in the folder itself. One process at a time gets a data set; others wait for it.
 */
export async function downloadDataset(download: DatasetDownload, watching: Watching): Promise<void> {
  const place = placeOf(download.known, download.root);
  const { signal, report } = watching;
  try {
    makeFolders(download.root);
    await withLock(place.lock, {
      signal,
      onWait: () => report(uncounted('waiting')),
      work: async () => {
        if (!isWhole(place)) await makeWhole(download, place, watching);
        await rm(place.work, { recursive: true, force: true });
      },
    });
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && 'syscall' in error)) throw error;
    throw new AppError(
      errorCodeOf(error) === 'ENOSPC' ? 'no-space' : 'unavailable',
      `${download.root} cannot be written (${messageOf(error)}): set FREEZEOUT_LAB_DATASETS to a folder that your user may write to.`,
      { cause: error },
    );
  }
}

async function makeWhole(download: DatasetDownload, place: DatasetPlace, watching: Watching): Promise<void> {
  const { known } = download;
  await mkdir(place.work, { recursive: true });
  await checkSpace(known, place);
  await fetchFiles(download, place, throttled(watching));
  if (known.unpacking === null) {
    const names = known.files.map(({ name }) => name);
    return putInPlace(place.work, place, names);
  }
  const folder = join(place.work, 'unpacked');
  await rm(folder, { recursive: true, force: true });
  const names: string[] = [];
  for (const { name } of known.files) {
    await mkdir(folder, { recursive: true });
    const archive = { path: join(place.work, name), folder, unpacking: known.unpacking, signal: watching.signal };
    const { report } = throttled(watching);
    const unpacked = (done: number): void => {
      report({ ...uncounted('unpacking'), done, total: known.unpacking?.bytes ?? null });
    };
    names.push(...(await unpackArchive({ ...archive, unpacked })));
  }
  await putInPlace(folder, place, names.length > MOST_STAMPED ? [] : names);
}

/** Refuses before the first byte what the disk cannot hold in the end. */
async function checkSpace(known: KnownDataset, place: DatasetPlace): Promise<void> {
  const missing = known.files.map(({ name, bytes }) => bytes - bytesHere(place.work, name));
  const needed = missing.reduce((sum, bytes) => sum + Math.max(0, bytes), known.unpacking?.bytes ?? 0) + SPARE_BYTES;
  const { bavail, bsize } = await statfs(place.work);
  const free = bavail * bsize;
  if (free >= needed) return;
  const [needs, has] = [needed, free].map((bytes) => `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`);
  throw new AppError(
    'no-space',
    `${known.title} needs ${needs} in ${place.folder}, and ${has} are free: free some space, or set FREEZEOUT_LAB_DATASETS to a folder on another disk.`,
  );
}

async function fetchFiles(download: DatasetDownload, place: DatasetPlace, watching: Watching): Promise<void> {
  const { known, limits = HTTP_LIMITS, firstWaitMs } = download;
  const { signal, report } = watching;
  const total = known.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const pace = new DownloadPace();
  const source = new HttpSource(limits);
  let done = 0;
  try {
    for (const file of known.files) {
      const wanted = { file, folder: place.work, addresses: addressesOf(download, file) };
      const before = done;
      report(pace.at(before + (isFetched(wanted) ? file.bytes : 0), total));
      await fetchFile(wanted, {
        ...{ source, signal },
        ...(firstWaitMs === undefined ? {} : { firstWaitMs }),
        arrived: (bytes) => report(pace.at(Math.min(total, before + bytes), total)),
        checked: (bytes) => report({ ...uncounted('checking'), done: bytes, total: file.bytes }),
      });
      done += file.bytes;
    }
  } finally {
    await source.close();
  }
}

/** A mirror holds the files in a folder for each data set, or side by side. */
function addressesOf({ known, mirror }: DatasetDownload, file: KnownFile): readonly string[] {
  if (mirror === null) return file.addresses;
  const base = mirror.replace(/\/+$/, '');
  return [`${base}/${known.folder}/${file.name}`, `${base}/${file.name}`];
}

/** Passes on some reports a second: the first of each stage at once, and the last one of a burst when the time has come. */
function throttled({ signal, report }: Watching): Watching {
  let [lastMs, lastStage] = [Number.NEGATIVE_INFINITY, ''];
  let latest: FilesProgress | null = null;
  const tell = (progress: FilesProgress): void => {
    [lastMs, lastStage, latest] = [performance.now(), progress.stage, null];
    report(progress);
  };
  const tellLatest = (): void => {
    if (latest?.stage === lastStage) tell(latest);
  };
  return {
    signal,
    report: (progress) => {
      const waitMs = progress.stage === lastStage ? lastMs + REPORTS_APART_MS - performance.now() : 0;
      if (waitMs <= 0) return tell(progress);
      if (latest === null) setTimeout(tellLatest, waitMs).unref();
      latest = progress;
    },
  };
}
