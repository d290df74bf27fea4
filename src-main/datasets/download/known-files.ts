import type { KnownFiles } from '#core/data/dataset-ports.ts';
import type { FilesProgress } from '#core/data/known/download-progress.ts';
import type { KnownDataset } from '#core/data/known/known-dataset.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { Thread } from '../../threads/thread.ts';
import { bytesHere, downloadedFolder, isWhole, locationIn, placeOf } from './dataset-place.ts';
import type { DatasetDownload } from './download-dataset.ts';
import type { DownloadThread, DownloadWatcher } from './download-worker.ts';

/** The files of well-known data sets in the user's folder of them. */
export const knownFiles: KnownFiles = {
  place: (known) => locationIn(known, downloadedFolder()),
  isHere: (known) => isWhole(placeOf(known, downloadedFolder())),
  keptBytes: (known) => keptBytes(known, downloadedFolder()),
  async fetch(known, { report, signal }) {
    await downloadInThread({ known, root: downloadedFolder(), mirror: mirrorOf(process.env) }, { report, signal });
  },
};

interface Watching {
  readonly report: (progress: FilesProgress) => void;
  readonly signal: AbortSignal;
}

/** A thread of its own: checksums and a hundred thousand files would hold up what else the process does. */
async function downloadInThread(download: DatasetDownload, { report, signal }: Watching): Promise<void> {
  let isOver = false;
  // What a thread still says at its end is no news.
  const watcher: DownloadWatcher = { report: (progress) => (isOver ? undefined : report(progress)) };
  const thread = new Thread<DownloadThread>(new URL('./download-worker.ts', import.meta.url), {
    name: 'download',
    does: 'downloads a data set',
    serves: watcher,
  });
  const stop = (): void => {
    // A thread that has ended has stopped.
    thread.remote.stop().catch(() => undefined);
  };
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) stop();
    await thread.remote.download(download);
  } catch (error) {
    if (signal.aborted) throw new AppError('unavailable', `The download of ${download.known.title} was stopped.`);
    throw error;
  } finally {
    isOver = true;
    signal.removeEventListener('abort', stop);
    await thread.close();
  }
}

function keptBytes(known: KnownDataset, root: string): number {
  const { work } = placeOf(known, root);
  return known.files.reduce((sum, { name }) => sum + bytesHere(work, name), 0);
}

/** A folder of the web that holds the files of all data sets. */
function mirrorOf({ FREEZEOUT_LAB_MIRROR: mirror }: NodeJS.ProcessEnv): string | null {
  if (!mirror) return null;
  if (URL.canParse(mirror) && /^https?:$/.test(new URL(mirror).protocol)) return mirror;
  throw badRequest('FREEZEOUT_LAB_MIRROR is not an address: set it like https://mirror.example/datasets, or unset it.');
}
