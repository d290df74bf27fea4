import type { FilesProgress } from '#core/data/known/download-progress.ts';

/** The speed is that of the last seconds: a mean over hours would not show that a connection has become slow. */
const WINDOW_MS = 10_000;
/** Before this much time has been measured, nothing is said of speed. */
const LEAST_MS = 1_000;

type Moment = readonly [ms: number, bytes: number];

/** The speed of a download, and the time that is left. */
export class DownloadPace {
  #moments: readonly Moment[] = [];
  readonly #now: () => number;

  /** `now` gives milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How far the download is with `done` of `total` bytes. */
  at(done: number, total: number): FilesProgress {
    const now = this.#now();
    const within = this.#moments.filter(([ms, bytes]) => now - ms <= WINDOW_MS && bytes <= done);
    this.#moments = [...within, [now, done]];
    const [[firstMs, firstBytes]] = this.#moments;
    const isMeasured = now - firstMs >= LEAST_MS;
    const bytesPerSecond = isMeasured ? (done - firstBytes) / ((now - firstMs) / 1000) : null;
    const secondsLeft =
      bytesPerSecond === null || bytesPerSecond === 0 ? null : Math.max(0, total - done) / bytesPerSecond;
    return { stage: 'downloading', done, total, bytesPerSecond, secondsLeft };
  }
}
