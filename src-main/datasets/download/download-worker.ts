import type { FilesProgress } from '#core/data/known/download-progress.ts';
import { serveMethodsOf } from '../../threads/channel.ts';
import { serveThread } from '../../threads/serve-thread.ts';
import { type DatasetDownload, downloadDataset } from './download-dataset.ts';

/** What the thread of a download serves. */
export interface DownloadThread {
  download(download: DatasetDownload): Promise<void>;
  /** Ends the download: what has arrived is kept. */
  stop(): void;
}

/** What the thread of a download asks for. */
export interface DownloadWatcher {
  report(progress: FilesProgress): void;
}

const stopping = new AbortController();
const watcher = serveThread<DownloadWatcher>(
  serveMethodsOf({
    download: (download) =>
      downloadDataset(download, { signal: stopping.signal, report: (progress) => void watcher.report(progress) }),
    stop: () => stopping.abort(),
  } satisfies DownloadThread),
);
