import * as nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, messageOf } from '#core/errors.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import { toJson } from '#core/numbers.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import type { Environment, RunEvent } from '#core/run-event.ts';
import { keptBy } from '#core/training/adaptive-freezing.ts';
import type { Checkpoint, CheckpointStore, FileDigest } from '#core/training/checkpoint.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { epochOf } from '#core/training/plan.ts';
import type { AdaptiveState } from '#core/training/progress.ts';
import type { NamedArrays } from '#core/training/session.ts';
import type { WrittenCheckpoint } from './checkpoint-record.ts';
import { CHECKPOINT_FORMAT, readRecord, specSha256 } from './checkpoint-record.ts';
import type { FileOperations } from './durable-file.ts';
import { isTemporary, writeDurably } from './durable-file.ts';
import { FINAL_WEIGHTS } from './run-folders.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { arraysOf, shapesOf, tensorsOf } from './variables.ts';

/**
 * What distinguishes sums of gradients, and weights of the best epoch, from weights of the same name, as the names of the optimizer's slots do for them: "momentum/".
 * No variable's name has a slash.
 */
const GRADIENT_SUMS = 'gradient_sum';
const BEST = 'best';
const KEPT_CHECKPOINTS = 2;
const RECORD_NAME = /^(\d+)\.json$/;

export interface CheckpointFolderOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly plan: TrainingPlan;
  readonly environment: Environment;
  readonly recentEvents: () => readonly RunEvent[];
  readonly files?: FileOperations;
}

export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly record: WrittenCheckpoint;
  /** One sentence for each newer checkpoint that is damaged. */
  readonly damaged: readonly string[];
}

/**
 * `checkpoints/<step>.safetensors` and `<step>.json` of a run's folder. The weights are written before the record, and
 * removed after it, so that a record always has its weights.
 */
export class CheckpointFolder implements CheckpointStore {
  readonly #options: CheckpointFolderOptions;
  readonly #path: string;
  readonly #files: FileOperations;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor(options: CheckpointFolderOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'checkpoints');
    this.#files = options.files ?? nodeFiles;
    this.#shapes = shapesOf(options.plan.descriptions);
  }

  /** Makes the folder and removes what a crash left half-written; for a run that starts anew, removes all checkpoints. */
  async prepare(keep: 'checkpoints' | 'nothing'): Promise<void> {
    await nodeFiles.mkdir(this.#path, { recursive: true });
    const names = await nodeFiles.readdir(this.#path);
    if (keep === 'nothing') {
      for (const step of stepsIn(names)) await this.#remove(step);
    }
    const records = new Set(stepsIn(await nodeFiles.readdir(this.#path)).map((step) => `${step}.safetensors`));
    for (const name of names) {
      const isOrphan = name.endsWith('.safetensors') && !records.has(name);
      if (isTemporary(name) || isOrphan) await this.#files.rm(join(this.#path, name), { force: true });
    }
  }

  /** The newest sound checkpoint; null where there is none. Throws 'conflict' where the checkpoints belong to another spec. */
  async newest(): Promise<FoundCheckpoint | null> {
    const damaged: string[] = [];
    for (const step of stepsIn(await nodeFiles.readdir(this.#path)).reverse()) {
      try {
        return { ...(await this.#read(step)), damaged };
      } catch (error) {
        if (!isDamage(error)) throw error;
        damaged.push(messageOf(error));
      }
    }
    return null;
  }

  async save({ state, weights, optimizer, gradientSums, best }: Checkpoint): Promise<FileDigest> {
    const file = `${state.step}.safetensors`;
    const slots = [...optimizer].flatMap(([slot, values]) => prefixed(slot, values));
    const arrays = [...weights, ...slots, ...prefixed(GRADIENT_SUMS, gradientSums), ...prefixed(BEST, best)];
    const tensors = tensorsOf(new Map(arrays), (name) => this.#shapes.get(name.slice(name.indexOf('/') + 1)));
    const metadata = { format: 'pt', step: String(state.step) };
    const digest = await writeSafetensors(join(this.#path, file), { tensors, metadata }, this.#files);
    const record = this.#record(state, { file, ...digest });
    await writeDurably(join(this.#path, `${state.step}.json`), Buffer.from(toJson(record, 2)), this.#files);
    await this.#removeOld(state.step);
    return digest;
  }

  async saveWeights(weights: NamedArrays): Promise<void> {
    const tensors = tensorsOf(weights, (name) => this.#shapes.get(name));
    const path = join(this.#options.folder, FINAL_WEIGHTS);
    await writeSafetensors(path, { tensors, metadata: { format: 'pt' } }, this.#files);
  }

  #record(state: Checkpoint['state'], weights: WrittenCheckpoint['weights']): WrittenCheckpoint {
    const { plan, environment, recentEvents } = this.#options;
    const { step, frozenLayers } = state;
    return {
      format: CHECKPOINT_FORMAT,
      specSha256: specSha256(plan.spec),
      state,
      frozen: plan.layers.slice(0, frozenLayers).map((layer) => layer.name),
      random: { seed: plan.spec.seed, step },
      nextBatch: { epoch: epochOf(plan, step), stepInEpoch: step % plan.stepsPerEpoch },
      weights,
      environment,
      recentEvents: [...recentEvents()],
    };
  }

  async #read(step: number): Promise<{ checkpoint: Checkpoint; record: WrittenCheckpoint }> {
    const record = await readRecord(join(this.#path, `${step}.json`));
    if (record.specSha256 !== specSha256(this.#options.plan.spec)) {
      const advice = 'start the run anew to train another spec';
      throw new AppError('conflict', `The checkpoints in ${this.#path} belong to another run spec: ${advice}.`);
    }
    const path = join(this.#path, `${step}.safetensors`);
    const { tensors, sha256 } = await readSafetensors(path);
    if (sha256 !== record.weights.sha256) {
      throw new AppError('corrupt', `${path} is damaged: it is not the file that was written.`);
    }
    const state = { ...record.state, adaptive: this.#adaptiveState(record) };
    const { slots } = optimizerKindOf(this.#options.plan.spec.optimizer);
    return { checkpoint: { state, ...arraysByKind(tensors, slots) }, record };
  }

  /** The state that the policy keeps, read by the policy's schema. */
  #adaptiveState({ state: { step, adaptive } }: WrittenCheckpoint): AdaptiveState {
    try {
      return { ...adaptive, ...keptBy(this.#options.plan.spec.policy, adaptive) };
    } catch (error) {
      const path = join(this.#path, `${step}.json`);
      throw new AppError('corrupt', `${path} is damaged: the state of the policy is missing.`, { cause: error });
    }
  }

  /** Removes old checkpoints, and later ones too: those belong to work that a resume from an older checkpoint has undone. */
  async #removeOld(savedStep: number): Promise<void> {
    const steps = stepsIn(await nodeFiles.readdir(this.#path));
    const kept = steps.filter((step) => step <= savedStep).slice(-KEPT_CHECKPOINTS);
    for (const step of steps) {
      if (!kept.includes(step)) await this.#remove(step);
    }
  }

  async #remove(step: number): Promise<void> {
    await this.#files.rm(join(this.#path, `${step}.json`), { force: true });
    await this.#files.rm(join(this.#path, `${step}.safetensors`), { force: true });
  }
}

/** The steps of the records among these names, in ascending order. */
function stepsIn(names: readonly string[]): number[] {
  const matches = names.map((name) => RECORD_NAME.exec(name)).filter((match) => match !== null);
  return matches.map((match) => Number(match[1])).sort((first, second) => first - second);
}

function isDamage(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'corrupt' || error.code === 'not-found');
}

function prefixed(kind: string, arrays: NamedArrays): [string, Float32Array][] {
  return Array.from(arrays, ([name, values]) => [`${kind}/${name}`, values]);
}

function arraysByKind(tensors: NamedTensors, slots: readonly string[]): Omit<Checkpoint, 'state'> {
  const arrays = [...arraysOf(tensors)];
  const arraysOfKind = (kind: string): NamedArrays => {
    const prefix = `${kind}/`;
    return new Map(
      arrays.flatMap(([name, values]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), values]] : [])),
    );
  };
  return {
    weights: new Map(arrays.filter(([name]) => !name.includes('/'))),
    optimizer: new Map(slots.map((slot) => [slot, arraysOfKind(slot)])),
    gradientSums: arraysOfKind(GRADIENT_SUMS),
    best: arraysOfKind(BEST),
  };
}
