import * as nodeFiles from 'node:fs/promises';
import { join } from 'node:path';
import { FINAL_WEIGHTS_FILE } from '#core/block/attempt-files.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import type { Environment, RunEvent, RunEventOf } from '#core/run-event.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { keptBy } from '#core/training/adaptive-freezing.ts';
import type { Checkpoint, CheckpointStore, FileDigest, ReachedCheckpoint } from '#core/training/checkpoint.ts';
import { ANEW_OPTION } from '#core/training/checkpoint.ts';
import type { KeptEvents, StoredEvents } from '#core/training/lost-events.ts';
import { lostEvents } from '#core/training/lost-events.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { epochOf } from '#core/training/plan.ts';
import type { NamedArrays } from '#core/training/session.ts';
import type { FileOperations } from '../files/durable-file.ts';
import { isTemporary, writeDurably, writeError } from '../files/durable-file.ts';
import { isNothingThere, unreadableFile } from '../files/file-errors.ts';
import { leftoverSentence } from '../files/leftovers.ts';
import type { CheckpointedRun } from './checkpoint-fit.ts';
import { BEST, checkRecord, checkWeights, GRADIENT_SUMS, weightsMetadata } from './checkpoint-fit.ts';
import type { ContentText, RecordContent, WrittenCheckpoint } from './checkpoint-record.ts';
import { contentText, readRecord, recordText, specSha256 } from './checkpoint-record.ts';
import { CHECKPOINTS } from './run-folders.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { arraysOf, shapesOf, tensorsOf } from './variables.ts';

const KEPT_CHECKPOINTS = 2;
const RECORD_NAME = /^(\d{1,15})\.json$/;

export interface CheckpointFolderOptions extends CheckpointedRun {
  /** The run's folder. */
  readonly folder: string;
  /** Of the checkpoints that are written. Those of before are looked for while TensorFlow is not loaded yet. */
  readonly environment: () => Environment;
  /** The last events of the run, which a checkpoint keeps. */
  readonly keptEvents: () => Required<KeptEvents>;
  readonly files?: FileOperations;
}

export interface FoundCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly record: RecordContent;
  /** Events before it that the host has lost. */
  readonly lost: readonly RunEvent[];
  /** What the run reported of the checkpoint, where the host has lost that too. */
  readonly unreported: Omit<RunEventOf<'checkpoint.saved'>, 'type' | 'seq' | 'runId' | 'at'> | null;
  /** One sentence for each newer checkpoint that cannot be used. */
  readonly passedOver: readonly string[];
}

/** What the host knows of the run. */
export interface KnownProgress extends StoredEvents {
  readonly reached: readonly ReachedCheckpoint[];
}

/**
 * `checkpoints/<step>.safetensors` and `<step>.json` of a run's folder. The weights are written before the record, and
 * removed after it, so that a record always has its weights. Each names the hash of the other, so neither counts alone.
 */
export class CheckpointFolder implements CheckpointStore {
  readonly #options: CheckpointFolderOptions;
  readonly #path: string;
  readonly #files: FileOperations;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  /** The steps of records that cannot be used, which take no place among those that are kept. */
  #unusable: ReadonlySet<number> = new Set();

  constructor(options: CheckpointFolderOptions) {
    this.#options = options;
    this.#path = join(options.folder, CHECKPOINTS);
    this.#files = options.files ?? nodeFiles;
    this.#shapes = shapesOf(options.plan.descriptions);
  }

  /** Makes the folder and removes what a crash left half-written; for a run that starts anew, removes all checkpoints. */
  async prepare(keep: 'checkpoints' | 'nothing'): Promise<void> {
    await this.#writing(async () => {
      await nodeFiles.mkdir(this.#path, { recursive: true });
      const names = await nodeFiles.readdir(this.#path);
      if (keep === 'nothing') {
        for (const step of stepsIn(names)) await this.#remove(step);
      }
      const records = new Set(stepsIn(await nodeFiles.readdir(this.#path)).map((step) => `${step}.safetensors`));
      for (const name of names) {
        const isOrphan = name.endsWith('.safetensors') && !records.has(name);
        if (isTemporary(name) || isOrphan) await this.#removeLeftover(join(this.#path, name));
      }
    });
  }

  /**
   * The newest checkpoint that is sound, fits the run, and leaves no gap in what the host knows of it; null for a run that has reached none.
   * Throws 'conflict', and changes nothing, where there has been one and none can be used.
   */
  async newest(known: KnownProgress): Promise<FoundCheckpoint | null> {
    const passedOver: string[] = [];
    const { reached } = known;
    const steps = new Set([...(await this.#steps()), ...lastSteps(reached)]);
    for (const step of [...steps].sort((first, second) => second - first)) {
      try {
        return { ...(await this.#read(step, known)), passedOver };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        passedOver.push(messageOf(error));
        this.#unusable = new Set([...this.#unusable, step]);
      }
    }
    if (passedOver.length === 0) return null;
    throw this.#lost(Math.max(...steps), passedOver);
  }

  async save({ state, weights, optimizer, gradientSums, best }: Checkpoint): Promise<FileDigest> {
    const { step } = state;
    const file = `${step}.safetensors`;
    const slots = [...optimizer].flatMap(([slot, values]) => prefixed(slot, values));
    const arrays = [...weights, ...slots, ...prefixed(GRADIENT_SUMS, gradientSums), ...prefixed(BEST, best)];
    const tensors = tensorsOf(new Map(arrays), (name) => this.#shapes.get(name.slice(name.indexOf('/') + 1)));
    const content = this.#content(state);
    const metadata = weightsMetadata(step, content.sha256);
    return this.#writing(async () => {
      const digest = await writeSafetensors(join(this.#path, file), { tensors, metadata }, this.#files);
      const record = Buffer.from(recordText(content, { file, ...digest }));
      await writeDurably(join(this.#path, `${step}.json`), record, { files: this.#files });
      await this.#removeOld(step);
      return digest;
    });
  }

  async saveWeights(weights: NamedArrays): Promise<void> {
    const tensors = tensorsOf(weights, (name) => this.#shapes.get(name));
    const path = join(this.#options.folder, FINAL_WEIGHTS_FILE);
    await this.#writing(() => writeSafetensors(path, { tensors, metadata: { format: 'pt' } }, this.#files));
  }

  #content(state: Checkpoint['state']): ContentText {
    const { plan, runId, environment, keptEvents } = this.#options;
    const { step, frozenLayers } = state;
    const { recentEvents, before } = keptEvents();
    return contentText({
      runId,
      specSha256: specSha256(plan.spec),
      state,
      frozen: plan.layers.slice(0, frozenLayers).map((layer) => layer.name),
      random: { seed: plan.spec.seed, step },
      nextBatch: { epoch: epochOf(plan, step), stepInEpoch: step % plan.stepsPerEpoch },
      environment: environment(),
      recentEvents: [...recentEvents],
      before,
    });
  }

  async #read(step: number, known: KnownProgress): Promise<Omit<FoundCheckpoint, 'passedOver'>> {
    const { plan } = this.#options;
    const recordPath = join(this.#path, `${step}.json`);
    const record = await readRecord(recordPath);
    const reached = known.reached.find((report) => report.step === step) ?? null;
    checkRecord(recordPath, record, { ...this.#options, step, reached });
    const news = newsOf(recordPath, record, { known, reached, plan });
    const path = join(this.#path, `${step}.safetensors`);
    await checkLength(path, record.weights.bytes);
    const { tensors, sha256 } = await readSafetensors(path, ({ header }) =>
      checkWeights(path, header, { plan, record, step }),
    );
    if (sha256 !== record.weights.sha256) {
      throw new AppError('corrupt', `${path} is damaged: it is not the file that was written.`);
    }
    const { content } = record;
    const { adaptive } = content.state;
    const state = { ...content.state, adaptive: { ...adaptive, ...keptBy(plan.spec.policy, adaptive) } };
    const { slots } = optimizerKindOf(plan.spec.optimizer);
    return { checkpoint: { state, ...arraysByKind(tensors, slots) }, record: content, ...news };
  }

  /** The steps of the records that are there. */
  async #steps(): Promise<readonly number[]> {
    try {
      return stepsIn(await nodeFiles.readdir(this.#path));
    } catch (error) {
      if (isNothingThere(error)) return [];
      throw unreadableFile(this.#path, error, `${this.#path} is not there.`);
    }
  }

  #lost(step: number, problems: readonly string[]): AppError {
    const { runId } = this.#options;
    const what = problems.map((problem) => problem.replace(/\.$/, '')).join('; ');
    return new AppError(
      'conflict',
      `The run reached step ${step}, but none of its checkpoints can be used (${what}): restore their files, or start the run anew from step 0 with \`lab runs resume ${runId} ${ANEW_OPTION}\`.`,
    );
  }

  /** Removes old checkpoints, and later ones too: those belong to work that a resume from an older checkpoint has undone. */
  async #removeOld(savedStep: number): Promise<void> {
    const steps = stepsIn(await nodeFiles.readdir(this.#path));
    const usable = steps.filter((step) => step === savedStep || !this.#unusable.has(step));
    const kept = usable.filter((step) => step <= savedStep).slice(-KEPT_CHECKPOINTS);
    for (const step of steps) {
      if (!kept.includes(step)) await this.#remove(step);
    }
    this.#unusable = new Set();
  }

  async #remove(step: number): Promise<void> {
    await this.#files.rm(join(this.#path, `${step}.json`), { force: true });
    await this.#files.rm(join(this.#path, `${step}.safetensors`), { force: true });
  }

  /** Removes what a crash left half-written. Where the system refuses that, the run's log tells, and the run goes on without that place. */
  async #removeLeftover(path: string): Promise<void> {
    try {
      await this.#files.rm(path, { force: true });
    } catch (error) {
      if (error instanceof AppError || errorCodeOf(error) === undefined) throw error;
      console.error(leftoverSentence(path, error));
    }
  }

  /** Does work that writes. Whatever the system says becomes an AppError of a state that people can change. */
  async #writing<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }
}

/** What the host lacks of what was reported up to the checkpoint. Throws 'corrupt' where the checkpoint does not hold all of that. */
function newsOf(
  path: string,
  { content, weights }: WrittenCheckpoint,
  {
    known,
    reached,
    plan,
  }: { readonly known: KnownProgress; readonly reached: ReachedCheckpoint | null; readonly plan: TrainingPlan },
): Pick<FoundCheckpoint, 'lost' | 'unreported'> {
  // Its report came after all that the run had reported before.
  if (reached?.sha256 === weights.sha256) return { lost: [], unreported: null };
  const lost = lostEvents(content, known);
  if (lost === null) {
    const problem = 'is ahead of the database, which lacks what the run had reported some time before';
    throw new AppError('corrupt', `${path} ${problem}.`);
  }
  const { step, seconds } = content.state;
  const { bytes, sha256 } = weights;
  return { lost, unreported: { step, epoch: Math.floor(step / plan.stepsPerEpoch), bytes, sha256, seconds } };
}

/** Before any of it is read; where there is nothing, the reader says so. */
async function checkLength(path: string, expected: number): Promise<void> {
  const status = await nodeFiles.stat(path).catch(() => null);
  if (status === null || status.size === expected) return;
  const problem = `it has ${status.size} bytes, and ${expected} were written`;
  throw new AppError('corrupt', `${path} is damaged: ${problem}.`);
}

/** The steps of the records among these names, in ascending order. */
function stepsIn(names: readonly string[]): number[] {
  const matches = names.map((name) => RECORD_NAME.exec(name)).filter((match) => match !== null);
  return matches.map((match) => Number(match[1])).sort((first, second) => first - second);
}

/** The steps at which checkpoints should be: those of the last one that was reported, and of the one before. */
function lastSteps(reached: readonly ReachedCheckpoint[]): number[] {
  const last = Math.max(...reached.map(({ seq }) => seq));
  // A run that went on from an older checkpoint has not yet replaced the reports of later ones.
  const { step: lastStep = -1 } = reached.find(({ seq }) => seq === last) ?? {};
  const steps = reached.map(({ step }) => step).filter((step) => step <= lastStep);
  return steps.sort((first, second) => first - second).slice(-KEPT_CHECKPOINTS);
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
