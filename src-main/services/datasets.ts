import { classNamesOf } from '#core/data/class-names.ts';
import type { ContentHashes, DatasetContent } from '#core/data/dataset-content.ts';
import { type DatasetLocation, datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import type { ContentOptions, DatasetCatalog, ReportRequest, SamplesQuery } from '#core/data/dataset-ports.ts';
import { findKnownDataset } from '#core/data/known/known-datasets.ts';
import { boundedReport, type DatasetReport } from '#core/data/report/dataset-report.ts';
import { type RecordedData, type RunData, runDataOf, shortHash } from '#core/data/run-data.ts';
import type { RequestedSplit } from '#core/data/split.ts';
import { planSplit, type SplitPlan } from '#core/data/split-plan.ts';
import { AppError, explained } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import type { DatasetRecord, DatasetSamples, RunRecord } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { unlessAborted } from '#core/unless-aborted.ts';
import type { EventHub } from './event-hub.ts';
import type { Work, Works } from './works.ts';

export interface LocatedDataset {
  readonly location: DatasetLocation;
  readonly content: DatasetContent;
}

export interface DatasetToAdd {
  readonly name: string;
  readonly location: DatasetLocation;
  /** Whether a data set of that name gives way. */
  readonly replace: boolean;
}

/** A data set as a sentence names it, and where it is. */
interface NamedLocation {
  readonly name: string | DatasetLocation;
  readonly location: DatasetLocation;
}

/** What a spec says of its data. */
export type AskedParts = Pick<BaseSpec, 'dataset' | 'train' | 'validation' | 'test' | 'split'>;

/** A data set, and the parts that a spec takes of it. */
export interface PartedDataset extends LocatedDataset {
  readonly parts: SplitPlan;
}

/** A stored run, as far as its data are concerned. */
type RunWithData = Pick<RunRecord, 'id' | 'spec' | 'data'>;

export interface DatasetPorts {
  readonly store: Store;
  readonly catalog: DatasetCatalog;
  readonly hub: EventHub;
  readonly works: Works;
}

/** Looks at data sets, by location. */
type Looks = Map<string, Promise<DatasetContent>>;

/** The data sets that a spec may name: the added ones, and those that come with the set-up. */
export class Datasets {
  readonly #store: Store;
  readonly #catalog: DatasetCatalog;
  readonly #hub: EventHub;
  readonly #works: Works;
  readonly #closing: AbortController;
  /** Looks that are not over: whoever asks meanwhile waits for the same one. */
  readonly #underWay: Looks;
  /** What one request has seen; null for whoever asks by itself. */
  readonly #seen: Looks | null = null;

  constructor(ports: DatasetPorts, whole: Datasets | null = null) {
    this.#store = ports.store;
    this.#catalog = ports.catalog;
    this.#hub = ports.hub;
    this.#works = ports.works;
    this.#closing = whole === null ? new AbortController() : whole.#closing;
    this.#underWay = whole === null ? new Map() : whole.#underWay;
    if (whole !== null) this.#seen = new Map();
  }

  /** The same data sets for one request, which looks at the files of each once, however many runs it plans and checks. */
  forOneRequest(): Datasets {
    const ports = { store: this.#store, catalog: this.#catalog, hub: this.#hub, works: this.#works };
    return new Datasets(ports, this);
  }

  /** Throws 'not-found' for a name that nobody added, 'corrupt' where the files are damaged, and the signal's reason once that aborts. */
  async locate(dataset: string | DatasetLocation, signal?: AbortSignal): Promise<LocatedDataset> {
    const location = typeof dataset === 'string' ? await this.#locationOf(dataset) : dataset;
    return { location, content: await this.#content({ name: dataset, location }, { signal }) };
  }

  /**
   * Decides which images a run trains on, holds out and tests on. Throws what `locate` throws, and a bad request where the counts do
   * not fit the data or all images to train on are of one class.
   */
  async parts({ dataset, ...asked }: AskedParts, signal?: AbortSignal): Promise<PartedDataset> {
    const located = await this.locate(dataset, signal);
    return { ...located, parts: partsOf(dataset, located, asked) };
  }

  /**
   * The data with which a stored run goes on: where it was planned with, or wherever else this home knows the same images. Throws
   * 'conflict' where there are only others, and what `locate` throws where there are none.
   */
  async locateRun(run: RunWithData, signal?: AbortSignal): Promise<LocatedDataset> {
    const { data, spec } = run;
    if (data === null) return this.#locateOrExplain(run, signal);
    const found: RunData[] = [];
    const failures: unknown[] = [];
    for (const place of await this.#placesOf(spec.dataset, data)) {
      const located = await this.locate(place, signal).catch((error: unknown) => void failures.push(error));
      signal?.throwIfAborted();
      if (located === undefined) continue;
      const there = runDataOf(located.content.hashes, spec.split);
      if (there.sha256 === data.sha256) return located;
      found.push(there);
    }
    throw found.length > 0 ? otherData(run, data, found[0]) : noData(run, failures[0]);
  }

  /**
   * The data with which a study goes on: those that its base names; where these cannot be read, others of this home that are the
   * study's by their hash. Throws what `locate` throws.
   */
  async locateStudy(dataset: string | DatasetLocation, data: RunData | null): Promise<LocatedDataset> {
    try {
      return await this.locate(dataset);
    } catch (error) {
      const same = data === null ? undefined : (await this.#added(data))[0];
      if (same === undefined) throw error;
      return this.locate(same);
    }
  }

  async list(): Promise<readonly DatasetRecord[]> {
    const added = await this.#store.datasets();
    const builtIn = this.#catalog.builtInNames().filter((name) => added.every((dataset) => dataset.name !== name));
    return [
      ...(await Promise.all(builtIn.map((name) => this.#builtIn(name)))).filter((dataset) => dataset !== null),
      ...added,
    ];
  }

  /** Adds a data set. Its files are read completely once, so that a later change of them is noticed. */
  async add({ name, location, replace }: DatasetToAdd): Promise<DatasetRecord> {
    await this.#checkName(name, replace);
    const { info, hashes } = await this.#content({ name, location }, { again: true });
    const record = { name, location, ...info, sha256: wholeHash(hashes) };
    await this.#store.saveDataset(record);
    this.#hub.publishChange('datasets', [name]);
    return record;
  }

  /** With at most so many items in each finding; all of them without `most`. */
  async report(name: string, most?: number): Promise<DatasetReport> {
    return this.#report({ name, location: await this.#locationOf(name) }, most);
  }

  /** The report on data that need not have been added. */
  check(location: DatasetLocation, most?: number): Promise<DatasetReport> {
    return this.#report({ name: '', location }, most);
  }

  async verify(name: string): Promise<DatasetRecord> {
    const dataset = (await this.list()).find((candidate) => candidate.name === name);
    if (dataset === undefined) throw unknownDataset(name);
    const { hashes } = await this.#content(dataset, { again: true });
    // Version 0.1.0 hashed no validation split.
    if (dataset.sha256 !== null && dataset.sha256 !== wholeHash(hashes) && dataset.sha256 !== hashes.sha256) {
      throw new AppError(
        'corrupt',
        `The files of ${name} are no longer those that were added: restore them, or add them under another name.`,
      );
    }
    return { ...dataset, sha256: wholeHash(hashes) };
  }

  async samples(name: string, query: SamplesQuery): Promise<DatasetSamples> {
    const { signal } = this.#closing;
    return this.#catalog.samples({ name, location: await this.#locationOf(name) }, query, signal);
  }

  /** Forgets the location of the data set; its files stay. */
  async remove(name: string): Promise<string> {
    if (this.#catalog.builtInNames().includes(name)) {
      throw new AppError('conflict', `${name} comes with the set-up: it stays.`);
    }
    if ((await this.#store.datasets()).every((dataset) => dataset.name !== name)) throw unknownDataset(name);
    await this.#store.removeDataset(name);
    this.#hub.publishChange('datasets', [name]);
    return name;
  }

  /** Waits for no data any more: whoever does is told that the home is closing. */
  async close(): Promise<void> {
    this.#closing.abort(new AppError('unavailable', 'The home was closed before its data were read: try again.'));
  }

  /** A look that somebody waits for who gives up goes on for the others. */
  async #content({ name, location }: NamedLocation, options: ContentOptions): Promise<DatasetContent> {
    const { again = false, signal = this.#closing.signal } = options;
    const key = JSON.stringify(location);
    const known = again ? undefined : (this.#seen?.get(key) ?? this.#underWay.get(key));
    return unlessAborted(known ?? this.#look({ name, location }, key, again), signal);
  }

  #look({ name, location }: NamedLocation, key: string, again: boolean): Promise<DatasetContent> {
    const reading = { title: `Reading the images of ${datasetWords(name)}`, asked: this.#closing.signal };
    const look = this.#works.duringCancellable(reading, (signal, work) =>
      this.#catalog.content(location, { say: this.#saying(work), again, signal }),
    );
    this.#underWay.set(key, look);
    const forget = () => {
      if (this.#underWay.get(key) === look) this.#underWay.delete(key);
    };
    look.then(forget, forget);
    this.#seen?.set(key, look);
    return look;
  }

  /** Tells the progress of a reading to those who follow the data sets, and on the list of works. */
  #saying(work: Work): (line: string) => void {
    return (line) => {
      this.#hub.publishPreparation(line);
      work.tell({ detail: line });
    };
  }

  async #report(request: ReportRequest, most: number | undefined): Promise<DatasetReport> {
    const { name, location } = request;
    const looking = { title: `Looking at the images of ${datasetWords(name === '' ? location : name)}` };
    const report = await this.#works.duringCancellable({ ...looking, asked: this.#closing.signal }, (signal, work) =>
      this.#catalog.report(request, this.#saying(work), signal),
    );
    return most === undefined ? report : boundedReport(report, most);
  }

  async #checkName(name: string, replace: boolean): Promise<void> {
    if (this.#catalog.builtInNames().includes(name)) {
      throw new AppError('conflict', `${name} comes with the set-up: choose another name.`);
    }
    if (replace || (await this.#store.datasets()).every((dataset) => dataset.name !== name)) return;
    throw new AppError(
      'conflict',
      `There is a data set "${name}" already: choose another name, or replace it (\`--replace\`); runs that began on its files look for those again.`,
    );
  }

  async #locateOrExplain(run: RunWithData, signal: AbortSignal | undefined): Promise<LocatedDataset> {
    try {
      return await this.locate(run.spec.dataset, signal);
    } catch (error) {
      throw noData(run, error);
    }
  }

  /** Where a run's data may be: where they were, under the name that the spec gives, and in a data set with the same hash. */
  async #placesOf(
    dataset: string | DatasetLocation,
    { sha256, location }: RecordedData,
  ): Promise<readonly (string | DatasetLocation)[]> {
    return [...(location === null ? [] : [location]), dataset, ...(await this.#added({ sha256 }))];
  }

  /** Where the data sets with this hash are that were added. */
  async #added({ sha256 }: RunData): Promise<readonly DatasetLocation[]> {
    return (await this.#store.datasets()).filter((one) => one.sha256 === sha256).map(({ location }) => location);
  }

  async #locationOf(name: string): Promise<DatasetLocation> {
    const added = (await this.#store.datasets()).find((dataset) => dataset.name === name);
    const location = added?.location ?? this.#catalog.builtIn(name);
    if (location === null) throw unknownDataset(name);
    return location;
  }

  async #builtIn(name: string): Promise<DatasetRecord | null> {
    const location = this.#catalog.builtIn(name);
    return location === null ? null : { name, location, ...(await this.#catalog.describe(location)), sha256: null };
  }
}

/** The hash of everything that the data bring. */
function wholeHash({ sha256, withValidation }: ContentHashes): string {
  return withValidation ?? sha256;
}

function otherData({ id, spec }: RunWithData, data: RunData, found: RunData): AppError {
  const began = `it began on those with the hash ${shortHash(data)}, and there are now others (${shortHash(found)})`;
  return new AppError(
    'conflict',
    `Run ${id} cannot go on with the images of ${datasetWords(spec.dataset)}: ${began}; restore the files, or start a new run.`,
  );
}

/** The error of data that cannot be read, with what it means for the run. */
function noData({ id }: RunWithData, error: unknown): AppError {
  return explained(
    error,
    (problem) => `Run ${id} cannot go on without its data (${problem}): restore the files, then resume it.`,
  );
}

/** The data set as a sentence names it. */
export function datasetWords(dataset: string | DatasetLocation): string {
  return typeof dataset === 'string' ? dataset : (pathOf(dataset) ?? datasetKindOf(dataset).title);
}

/** The parts of located data. Throws a bad request where the counts do not fit the data, or all training images are of one class. */
export function partsOf(
  dataset: string | DatasetLocation,
  { location, content }: LocatedDataset,
  asked: RequestedSplit,
): SplitPlan {
  const { info, labels, classNames } = content;
  const named = { name: typeof dataset === 'string' ? dataset : '', location, classes: info.classes };
  return planSplit(
    { info, labels, classNames: classNamesOf({ ...named, classNames: classNames ?? undefined }) },
    asked,
  );
}

export function unknownDataset(name: string): AppError {
  const known = findKnownDataset(name);
  const advice =
    known === undefined
      ? 'see `lab datasets list`, or add it with `lab datasets add`'
      : `get it with \`lab datasets get ${name}\``;
  return new AppError(
    'not-found',
    `There is no data set "${name}"${known === undefined ? '' : ' here yet'}: ${advice}.`,
  );
}
