import { classNamesOf } from '#core/data/class-names.ts';
import type { Normalization } from '#core/data/normalization.ts';
import { type StoredImages, storedImagesOf } from '#core/data/stored-images.ts';
import { AppError } from '#core/errors.ts';
import { failureNews } from '#core/failure-news.ts';
import type { RunFolders, Store, TrainerMessage } from '#core/ports.ts';
import type { PredictionNews } from '#core/prediction.ts';
import type { RunRecord } from '#core/records.ts';
import type { Datasets } from './datasets.ts';
import { NewsQueue } from './news-queue.ts';
import type { SideTrainer } from './side-trainer.ts';

export interface PredictionPorts {
  readonly store: Store;
  readonly folders: RunFolders;
  readonly datasets: Datasets;
  readonly side: SideTrainer;
}

/** A finished run, and how it reads images. */
interface ReadingRun {
  readonly run: RunRecord;
  readonly images: StoredImages;
  readonly normalization: Normalization;
  readonly classNames: readonly string[];
}

/** Classifies image files with the final weights of a run, in a side trainer. Stores nothing. */
export class ImagePredictions {
  readonly #ports: PredictionPorts;

  constructor(ports: PredictionPorts) {
    this.#ports = ports;
  }

  /**
   * Tells what the run's network makes of the images at an absolute path. Throws 'conflict' where the run has not finished, and
   * what locating its data throws where it was not recorded how they are stored; all later failures are told.
   */
  async predict(id: string, path: string, signal?: AbortSignal): Promise<AsyncGenerator<PredictionNews>> {
    const reading = await this.#readingRun(id);
    const { threads } = await this.#ports.store.settings();
    const news = new NewsQueue<PredictionNews>();
    const ended = new AbortController();
    const { run, classNames } = reading;
    news.push({ type: 'classes', runId: run.id, classNames });
    void this.#run({ reading, path, threads, news, signal: anyOf(signal, ended.signal) });
    return endedWith(news.read(), () => ended.abort());
  }

  /** Puts everything into the queue, failures too. */
  async #run({ reading, path, threads, news, signal: asked }: PredictionWork): Promise<void> {
    const { run, images, normalization, classNames } = reading;
    const { side, folders } = this.#ports;
    let last: TrainerMessage | null = null;
    try {
      const death = await side.alone(
        { what: 'prediction', title: `Classifying images with run ${run.id}`, asked },
        (signal) =>
          side.run({
            command: () => ({
              ...{ type: 'predict', spec: run.spec, images, normalization, classes: classNames.length },
              ...{ runFolder: folders.folder(run.id), path },
            }),
            threads,
            onMessage: (message) => {
              last = message;
              if (message.type === 'predicting') news.push(message.news);
            },
            signal,
          }),
      );
      const failure = failureOf(last, death?.reason ?? null);
      if (failure !== null) news.push(failure);
    } catch (error) {
      news.push(failureNews(error));
    } finally {
      news.close();
    }
  }

  async #readingRun(id: string): Promise<ReadingRun> {
    const { store, datasets } = this.#ports;
    const run = await store.run(id);
    if (run.status !== 'finished') {
      throw new AppError('conflict', `Run ${run.id} is ${run.status} and has no final weights: let it finish first.`);
    }
    const history = await store.history(run.id);
    const started = history.find((event) => event.type === 'run.started');
    if (started === undefined) throw new AppError('corrupt', `The start of run ${run.id} is not recorded.`);
    const counted = (await store.predictions(run.id)).at(-1);
    const { normalization, storedImages } = started;
    if (storedImages !== undefined && counted !== undefined) {
      return { run, images: storedImages, normalization, classNames: counted.classNames };
    }
    const { location, content } = await datasets.locateRun(run);
    const name = typeof run.spec.dataset === 'string' ? run.spec.dataset : '';
    const { classes } = content.info;
    const classNames = classNamesOf({ name, location, classes, classNames: content.classNames ?? undefined });
    return { run, images: storedImagesOf(location, content.info), normalization, classNames };
  }
}

interface PredictionWork {
  readonly reading: ReadingRun;
  readonly path: string;
  readonly threads: number | null;
  readonly news: NewsQueue<PredictionNews>;
  readonly signal: AbortSignal;
}

function failureOf(last: TrainerMessage | null, reason: string | null): PredictionNews | null {
  if (last?.type === 'predicted') return null;
  if (last?.type === 'failed') return last;
  return { type: 'failed', code: 'unavailable', message: reason ?? 'The trainer ended before all images were read.' };
}

function anyOf(asked: AbortSignal | undefined, own: AbortSignal): AbortSignal {
  return asked === undefined ? own : AbortSignal.any([asked, own]);
}

/** Does something once nobody reads any more. */
async function* endedWith<News>(news: AsyncGenerator<News>, end: () => void): AsyncGenerator<News> {
  try {
    yield* news;
  } finally {
    end();
  }
}
