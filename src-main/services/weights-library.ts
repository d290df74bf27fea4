import type { DescribedWeights, WeightsEntry } from '#contract/weights.ts';
import { AppError } from '#core/errors.ts';
import { datasetName, networkName } from '#core/figure/labels.ts';
import type { Clock, Store } from '#core/ports.ts';
import type { RunRecord, WeightsRecord } from '#core/records.ts';
import type { StoredWeights } from '#core/weights/stored-weights.ts';
import { describeWeights, type FittingModel } from '#core/weights/weights-description.ts';
import type { WeightsFiles } from '#core/weights/weights-files.ts';
import type { EventHub } from './event-hub.ts';

export interface WeightsLibraryPorts {
  readonly store: Store;
  readonly weightsFiles: WeightsFiles;
  readonly hub: EventHub;
  readonly clock: Clock;
}

export interface WeightsToAdd {
  readonly name: string;
  readonly path: string;
  /** Whether weights of that name give way. */
  readonly replace: boolean;
}

/** What a file says of itself, or why it does not. */
type Described = Pick<WeightsEntry, 'bytes' | 'fits' | 'problem'>;

/** The weights from which people choose: files that were added, and those of finished runs. */
export class WeightsLibrary {
  readonly #ports: WeightsLibraryPorts;
  /** By what was described: finding the networks takes longer than reading a header. */
  readonly #fits = new Map<string, readonly FittingModel[]>();

  constructor(ports: WeightsLibraryPorts) {
    this.#ports = ports;
  }

  async list(): Promise<readonly WeightsEntry[]> {
    const { store } = this.#ports;
    const entries: WeightsEntry[] = [];
    for (const record of await store.weights()) entries.push(await this.#added(record));
    // One after another: a home may have more runs than a process may have open files.
    for (const run of await store.runs({ statuses: ['finished'] })) entries.push(...(await this.#ofRun(run)));
    return entries.toSorted((one, other) => other.addedAt - one.addedAt);
  }

  async add({ name, path, replace }: WeightsToAdd): Promise<WeightsEntry> {
    const { store, weightsFiles, clock, hub } = this.#ports;
    const before = (await store.weights()).find((one) => one.name === name);
    if (before !== undefined && !replace) throw takenName(name);
    const { sha256, bytes } = await weightsFiles.keep(path);
    const record = { name, sha256, bytes, file: fileName(path), addedAt: clock.now() };
    try {
      await store.saveWeights(record);
    } catch (error) {
      await this.dropUnused(sha256);
      throw error;
    }
    if (before !== undefined) await this.dropUnused(before.sha256);
    hub.publishChange('weights', [name]);
    return this.#added(record);
  }

  async describe(path: string): Promise<DescribedWeights> {
    const { stored, bytes, sha256 } = await this.#ports.weightsFiles.content(path);
    return { file: fileName(path), bytes, sha256, fits: this.#fitsOf(stored) };
  }

  async remove(name: string): Promise<string> {
    const { store, hub } = this.#ports;
    const record = (await store.weights()).find((one) => one.name === name);
    if (record === undefined) throw new AppError('not-found', `There are no added weights "${name}".`);
    await store.removeWeights(name);
    await this.dropUnused(record.sha256);
    hub.publishChange('weights', [name]);
    return name;
  }

  /** Removes the home's copy of a file that no name and no stored run needs any more. */
  async dropUnused(sha256: string): Promise<void> {
    if (!(await this.#ports.store.needsWeights(sha256))) await this.#ports.weightsFiles.remove(sha256);
  }

  async #added({ name, sha256, bytes, file, addedAt }: WeightsRecord): Promise<WeightsEntry> {
    const found = await this.#described(this.#ports.weightsFiles.kept(sha256)).catch((error: unknown) =>
      unreadable(error, `The home's copy of ${file} is missing or damaged: add the file again.`),
    );
    return { source: { name }, title: name, sha256, file, addedAt, dataset: null, ...found, bytes };
  }

  /** Nothing for a run whose file is not here, as that of an imported run. */
  async #ofRun({ id, spec, seed, endedAt, createdAt }: RunRecord): Promise<readonly WeightsEntry[]> {
    const path = this.#ports.weightsFiles.ofRun(id);
    const found = await this.#described(path, { model: JSON.stringify(spec.model) }).catch((error: unknown) =>
      error instanceof AppError && error.code === 'not-found'
        ? null
        : unreadable(error, 'The file of its weights is damaged.'),
    );
    if (found === null) return [];
    const dataset = datasetName(spec.dataset);
    const title = `${networkName(spec.model)} on ${dataset}, ${spec.epochs} epochs, seed ${seed}`;
    const reading = { input: spec.input, normalization: spec.normalization };
    const addedAt = endedAt ?? createdAt;
    return [{ source: { run: id }, title, sha256: null, file: null, addedAt, dataset, reading, ...found }];
  }

  async #described(path: string, said: StoredWeights['metadata'] = {}): Promise<Described> {
    const { stored, bytes } = await this.#ports.weightsFiles.header(path);
    const metadata = { ...stored.metadata, ...said };
    return { bytes, fits: this.#fitsOf({ ...stored, metadata }), problem: null };
  }

  #fitsOf(stored: StoredWeights): readonly FittingModel[] {
    const key = JSON.stringify([stored.metadata, [...stored.shapes]]);
    const fits = this.#fits.get(key) ?? describeWeights(stored).fits;
    this.#fits.set(key, fits);
    return fits;
  }
}

/** A list shows what cannot be read as well, without the paths that reading it names. */
function unreadable(error: unknown, problem: string): Described {
  if (error instanceof AppError && error.code !== 'internal') return { bytes: 0, fits: [], problem };
  throw error;
}

function fileName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

function takenName(name: string): AppError {
  return new AppError(
    'conflict',
    `There are weights "${name}" already: choose another name, or replace them (\`--replace\`); runs that began with them keep theirs.`,
  );
}
