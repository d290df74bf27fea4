import { shortHash } from '#core/data/run-data.ts';
import { AppError, explained } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import type { RunRecord, WeightsRecord } from '#core/records.ts';
import type { RunWeights } from '#core/weights/run-weights.ts';
import type { WeightsContent } from '#core/weights/stored-weights.ts';
import type { WeightsFiles } from '#core/weights/weights-files.ts';
import { type WeightsSpec, weightsWords } from '#core/weights/weights-spec.ts';
import type { WeightsToRead } from '#core/weights/weights-to-read.ts';
import type { RemoteFiles } from './remote-files.ts';

/** A file of weights that is there. */
export interface LocatedWeights {
  readonly path: string;
  readonly content: WeightsContent;
}

export interface WeightsPorts {
  readonly store: Store;
  readonly weightsFiles: WeightsFiles;
  readonly remoteFiles: Pick<RemoteFiles, 'bringWeights'>;
}

/** A stored run, as far as its weights are concerned. */
type RunWithWeights = Pick<RunRecord, 'id' | 'spec' | 'weights'>;

/** The weights that a spec may name: files, those that were added, and those of finished runs. */
export class Weights {
  readonly #ports: WeightsPorts;

  constructor(ports: WeightsPorts) {
    this.#ports = ports;
  }

  /**
   * The file that a spec names; null where it names none. Throws 'not-found' for a name or a run that is not there, 'conflict' for a
   * run that is not finished, and what reading the file throws.
   */
  async locate(weights: WeightsSpec | undefined): Promise<LocatedWeights | null> {
    return weights === undefined ? null : this.#located(weights);
  }

  /**
   * The weights with which the runs of a study begin: the file that its spec names, or the one that the home keeps with the hash that
   * its runs recorded. Throws 'conflict' where there are only others, and what `locate` throws where there are none.
   */
  async locateAgain(weights: WeightsSpec | undefined, needed: RunWeights | null): Promise<LocatedWeights | null> {
    if (weights === undefined) return null;
    try {
      const found = await this.#located(weights);
      if (needed === null || found.content.sha256 === needed.sha256) return found;
      throw otherWeights(weights, needed, found.content);
    } catch (error) {
      const kept = needed === null ? null : await this.#kept(needed);
      if (kept !== null) return kept;
      throw error;
    }
  }

  /** The weights with which a stored run began. Throws as `locateAgain` does, and says which run it is. */
  async locateRun({ id, spec, weights }: RunWithWeights): Promise<LocatedWeights | null> {
    try {
      return await this.locateAgain(spec.weights, weights);
    } catch (error) {
      throw explained(error, (problem) => `Run ${id} cannot begin without its weights (${problem}).`);
    }
  }

  /** What a trainer reads for a stored run; null where its weights are drawn. Throws what `locateRun` throws. */
  async toRead(run: RunWithWeights): Promise<WeightsToRead | null> {
    const located = await this.locateRun(run);
    return located && { path: located.path, sha256: run.weights?.sha256 ?? null };
  }

  async #located(weights: WeightsSpec): Promise<LocatedWeights> {
    if ('name' in weights) return this.#locateNamed(weights.name);
    const path = await this.#pathOf(weights);
    return { path, content: await this.#ports.weightsFiles.content(path) };
  }

  async #locateNamed(name: string): Promise<LocatedWeights> {
    const record = await this.#named(name);
    const kept = await this.#kept(record);
    if (kept !== null) return kept;
    throw new AppError(
      'corrupt',
      `The home's copy of the weights "${name}" is missing or damaged: add ${record.file} again with \`lab weights add ${name} --replace\`.`,
    );
  }

  async #pathOf(weights: Exclude<WeightsSpec, { readonly name: string }>): Promise<string> {
    const { store, weightsFiles, remoteFiles } = this.#ports;
    if ('path' in weights) return weights.path;
    const run = await store.run(weights.run);
    const { id, status } = run;
    if (status !== 'finished')
      throw new AppError('conflict', `Run ${id} is ${status} and has no final weights: choose a finished run.`);
    await remoteFiles.bringWeights(run);
    return weightsFiles.ofRun(id);
  }

  async #named(name: string): Promise<WeightsRecord> {
    const found = (await this.#ports.store.weights()).find((one) => one.name === name);
    if (found !== undefined) return found;
    throw new AppError(
      'not-found',
      `There are no weights "${name}": see \`lab weights list\`, or add them with \`lab weights add\`.`,
    );
  }

  /** The file that the home keeps under this hash; null where it keeps none. */
  async #kept({ sha256 }: RunWeights): Promise<LocatedWeights | null> {
    const path = this.#ports.weightsFiles.kept(sha256);
    const content = await this.#ports.weightsFiles.content(path).catch(() => null);
    return content?.sha256 === sha256 ? { path, content } : null;
  }
}

function otherWeights(weights: WeightsSpec, needed: RunWeights, found: RunWeights): AppError {
  const change = `the hash was ${shortHash(needed)} and is now ${shortHash(found)}`;
  return new AppError(
    'conflict',
    `The weights of ${weightsWords(weights)} have changed (${change}): restore the file, or give the new runs to a study of another name.`,
  );
}
