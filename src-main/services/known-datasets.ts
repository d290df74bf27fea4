import { isSameLocation } from '#core/data/dataset-location.ts';
import type { DatasetCatalog, KnownFiles } from '#core/data/dataset-ports.ts';
import { type DownloadProgress, doneShare, type FilesProgress, uncounted } from '#core/data/known/download-progress.ts';
import { downloadBytes, type KnownDataset } from '#core/data/known/known-dataset.ts';
import { KNOWN_DATASETS, knownDatasetNamed } from '#core/data/known/known-datasets.ts';
import { AppError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import type { DatasetRecord, KnownDatasetRecord } from '#core/records.ts';
import type { Datasets } from './datasets.ts';
import type { EventHub } from './event-hub.ts';
import type { Work, Works } from './works.ts';

interface KnownDatasetPorts {
  readonly store: Store;
  readonly catalog: DatasetCatalog;
  readonly knownFiles: KnownFiles;
  readonly datasets: Datasets;
  readonly hub: EventHub;
  readonly works: Works;
  /** The rows of the table. Default: all. */
  readonly known?: readonly KnownDataset[];
}

/** A data set on its way. Whoever asks for it meanwhile waits for the same. */
interface UnderWay {
  readonly stopping: AbortController;
  readonly answer: Promise<DatasetRecord>;
  readonly work: Work;
  progress: FilesProgress;
}

/** The well-known data sets that can be had by name. */
export class KnownDatasets {
  readonly #ports: KnownDatasetPorts;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(ports: KnownDatasetPorts) {
    this.#ports = ports;
  }

  async list(): Promise<readonly KnownDatasetRecord[]> {
    const added = new Set((await this.#ports.store.datasets()).map(({ name }) => name));
    return (this.#ports.known ?? KNOWN_DATASETS).map((known) => this.#record(known, added));
  }

  /**
   * Gets the files of a data set where they are not here, and adds it under its name. Throws 'not-found' for an unknown name,
   * 'conflict' where the home has other images under that name, and what `KnownFiles.fetch` throws.
   */
  async get(name: string): Promise<DatasetRecord> {
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) return underWay.answer;
    const known = this.#row(name);
    const stopping = new AbortController();
    const work = this.#ports.works.begin({ title: `Getting ${known.title}`, cancel: () => stopping.abort() });
    const answer = this.#bring(known, stopping.signal);
    const started = { stopping, progress: uncounted('downloading'), answer, work };
    this.#underWay.set(name, started);
    try {
      return await started.answer;
    } finally {
      work.end();
      this.#underWay.delete(name);
      this.#ports.hub.publishDownload({ name, progress: null });
    }
  }

  /** Ends the download of a data set: what has arrived is kept, and `get` goes on with it. Does nothing where there is none. */
  stop(name: string): string {
    this.#underWay.get(name)?.stopping.abort();
    return name;
  }

  /** Ends all downloads. */
  async close(): Promise<void> {
    const all = [...this.#underWay.values()];
    for (const { stopping } of all) stopping.abort();
    await Promise.allSettled(all.map(({ answer }) => answer));
  }

  follow(signal: AbortSignal | undefined): AsyncGenerator<DownloadProgress> {
    return this.#ports.hub.followDownloads(signal);
  }

  async #bring(known: KnownDataset, signal: AbortSignal): Promise<DatasetRecord> {
    const { store, catalog, knownFiles, datasets } = this.#ports;
    const { name } = known;
    // The set-up may bring the same files.
    if (catalog.builtIn(name) !== null) return this.#listed(name);
    const added = (await store.datasets()).find((dataset) => dataset.name === name);
    const place = knownFiles.place(known);
    if (added !== undefined && !isSameLocation(added.location, place)) {
      throw new AppError(
        'conflict',
        `This home has another data set under the name ${name}: nothing was downloaded. Use that one as it is, or remove it in the app's Data sets first.`,
      );
    }
    await knownFiles.fetch(known, { signal, report: (progress) => this.#report(name, progress) });
    if (catalog.builtIn(name) !== null) return this.#listed(name);
    this.#report(name, uncounted('reading'));
    return added === undefined ? datasets.add({ name, location: place, replace: false }) : datasets.verify(name);
  }

  async #listed(name: string): Promise<DatasetRecord> {
    const listed = (await this.#ports.datasets.list()).find((dataset) => dataset.name === name);
    if (listed === undefined) throw new AppError('internal', `${name} comes with the set-up, and is not listed.`);
    return listed;
  }

  #report(name: string, progress: FilesProgress): void {
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) {
      underWay.progress = progress;
      underWay.work.tell({ detail: progress.stage, share: doneShare(progress) });
    }
    this.#ports.hub.publishDownload({ name, progress });
  }

  #row(name: string): KnownDataset {
    return this.#ports.known?.find((known) => known.name === name) ?? knownDatasetNamed(name);
  }

  #record(known: KnownDataset, added: ReadonlySet<string>): KnownDatasetRecord {
    const { catalog, knownFiles } = this.#ports;
    const { name, title, images, licence, homepage, files } = known;
    const places = files.flatMap(({ checksums }) => checksums.map(({ publishedIn }) => publishedIn));
    return {
      ...{ name, title, images, licence, homepage },
      bytes: downloadBytes(known),
      checkedBy: [...new Set(places)],
      isHere: catalog.builtIn(name) !== null || knownFiles.isHere(known),
      isAdded: catalog.builtIn(name) !== null || added.has(name),
      keptBytes: knownFiles.keptBytes(known),
      progress: this.#underWay.get(name)?.progress ?? null,
    };
  }
}
