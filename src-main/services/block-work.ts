import { type AttemptEnd, type BlockRun, SUPERSEDED } from '#core/block/block.ts';
import type { ClaimedBlock } from '#core/block/block-ports.ts';
import { MOST_VAIN_ATTEMPTS } from '#core/block/run-standing.ts';
import type { Clock, Trainer, TrainerHost } from '#core/ports.ts';
import { HINDRANCES, hindranceOrThrow, type MetHindrance } from '#core/queue/hindrance.ts';
import type { EndRequest, RunEvent } from '#core/run-event.ts';
import { FolderStore } from './folder-store.ts';
import { RunTraining, type TrainedRun } from './run-training.ts';
import type { Works } from './works.ts';

export interface BlockWorkPorts {
  readonly folder: ClaimedBlock;
  readonly trainers: TrainerHost;
  readonly clock: Clock;
  readonly works: Pick<Works, 'begin'>;
  /** Threads within an operation; null for one per core. */
  readonly threads: number | null;
  /** A folder on a disk of the machine's own; null where there is none. */
  readonly scratch: string | null;
  /** Gets each event once it is stored. */
  readonly onEvent: (event: RunEvent) => void;
}

/** How often the claim and the user's word are looked at, and how often the attempt gives a sign of life. */
const LOOK_MS = 1000;
const BEAT_MS = 10_000;

/** One attempt at a block: trains its runs that are not over, one after the other, for as long as its place is its own. */
export class BlockWork {
  readonly #ports: BlockWorkPorts;
  readonly #store: FolderStore;
  #training: RunTraining | null = null;
  #trainer: Trainer | null = null;
  /** Why no further run is begun; null while runs are trained. */
  #end: Pick<AttemptEnd, 'ended' | 'reason'> | null = null;
  readonly #gaveUp: string[] = [];
  readonly #step = new Map<string, number>();
  #looking: Promise<void> | null = null;
  #beating: Promise<void> = Promise.resolve();

  constructor(ports: BlockWorkPorts) {
    this.#ports = ports;
    this.#store = new FolderStore(ports);
  }

  /** Resolves to the attempt's last word, once it is written. Throws where it cannot be written, or the folder cannot be read. */
  async work(): Promise<AttemptEnd> {
    const timers = [setInterval(() => void this.#look(), LOOK_MS), setInterval(() => this.#beat(), BEAT_MS)];
    try {
      for (const run of this.#ports.folder.block.runs) await this.#workOn(run);
    } finally {
      for (const timer of timers) clearInterval(timer);
      await Promise.all([this.#looking, this.#beating]);
    }
    const said = this.#end ?? { ended: 'done' as const, reason: this.#store.summary };
    const end = { at: this.#ports.clock.now(), ...said, runs: this.#store.lastSeqs, gaveUp: this.#gaveUp };
    await this.#ports.folder.end(end);
    return end;
  }

  /**
   * Its place is needed: the run that trains saves a checkpoint, and the next attempt goes on with it. Where the user has said what is to become
   * of that run, that counts: who ends a job for good says so first.
   */
  async yield(reason: string): Promise<void> {
    this.#end ??= { ended: 'yielded', reason };
    await this.#looking;
    await this.#look();
    await this.#endTraining('yield', reason);
  }

  async #workOn(run: BlockRun): Promise<void> {
    if (this.#end !== null) return;
    try {
      const standing = await this.#store.open(run);
      if (standing.isOver || this.#isEnding) return;
      this.#beat();
      if (standing.vain >= MOST_VAIN_ATTEMPTS) await this.#giveUp(run);
      else await this.#train(run);
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #train(run: BlockRun): Promise<void> {
    const { folder, clock, works, scratch } = this.#ports;
    const { attempt, claimPath } = folder;
    const training = new RunTraining(
      trainedRun(run, this.#store.lastSeqOf(run.runId)),
      {
        ...{ store: this.#store, clock, works },
        trainers: { start: (...input) => this.#noted(this.#ports.trainers.start(...input)) },
        folders: { folder: (runId) => folder.runFolder(runId) },
        datasets: { locateRun: async () => ({ location: run.dataset }) },
        weights: { toRead: async () => run.weights },
        hub: { publishProgress: (event) => this.#note(event) },
      },
      {
        ...(run.isOnlyProfiled ? { profile: 'only' as const } : {}),
        ...{ isLastTry: true, onStage: () => undefined, attempt: { attempt, claimPath, scratch } },
        whenHindered: ({ reason }) => `${reason} Once that is mended, the next attempt goes on.`,
      },
    );
    this.#training = training;
    try {
      // What was said while the run was being read concerns its training.
      await this.#look();
      const hindered = await training.finish();
      if (hindered === null) return;
      this.#hinder(hindered.hindrance);
      await hindered.settle();
    } finally {
      [this.#training, this.#trainer] = [null, null];
    }
  }

  /** The user or the host looks into it; the next attempt counts anew. */
  async #giveUp({ runId }: BlockRun): Promise<void> {
    this.#gaveUp.push(runId);
    const reason = `${MOST_VAIN_ATTEMPTS} attempts in a row reached no new checkpoint: look into its trainer.log before it is tried again.`;
    const header = { seq: this.#store.lastSeqOf(runId) + 1, runId, at: this.#ports.clock.now() };
    const event = { type: 'run.interrupted', ...header, step: null, reason } as const;
    await this.#store.appendEvents([event]);
    this.#note(event);
  }

  #noted(trainer: Trainer): Trainer {
    this.#trainer = trainer;
    return trainer;
  }

  #note(event: RunEvent): void {
    if ('step' in event && event.step !== null) this.#step.set(event.runId, event.step);
    this.#ports.onEvent(event);
  }

  get #isEnding(): boolean {
    return this.#end !== null;
  }

  async #fail(error: unknown): Promise<void> {
    if (await this.#ports.folder.isSuperseded()) return this.#supersede();
    this.#hinder(hindranceOrThrow(error));
  }

  #hinder({ kind, reason }: MetHindrance): void {
    this.#end ??= { ended: 'hindered', reason: `${HINDRANCES[kind].title}: ${reason}` };
  }

  #supersede(): void {
    this.#end = { ended: 'superseded', reason: SUPERSEDED };
  }

  /** Looks at the claim and at the user's word; those who ask while it looks wait for the same look. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const { folder } = this.#ports;
    if (await folder.isSuperseded()) {
      this.#supersede();
      void this.#endTraining('yield', SUPERSEDED);
      // Its checkpoint would belong to nobody.
      this.#trainer?.kill();
      return;
    }
    const control = (await folder.controls()).find(({ runId }) => runId === this.#training?.runId);
    if (control !== undefined) void this.#endTraining(control.type, control.reason);
  }

  /** Only the first word counts. */
  #endTraining(type: EndRequest, reason: string): Promise<void> {
    const training = this.#training;
    if (training === null || training.isTold) return Promise.resolve();
    return training.end(type, reason);
  }

  /** A beat that cannot be written is missed, which whoever looks for it notices. */
  #beat(): void {
    const run = this.#store.current;
    const step = run === null ? null : (this.#step.get(run) ?? null);
    const beat = { at: this.#ports.clock.now(), run, step, seq: run === null ? 0 : this.#store.lastSeqOf(run) };
    this.#beating = this.#beating.then(() => this.#ports.folder.beat(beat)).catch(() => undefined);
  }
}

function trainedRun(run: BlockRun, lastSeq: number): TrainedRun {
  const { runId: id, spec, dataset, data, weights, classGaps, studyId, arm } = run;
  return {
    ...{ id, spec, classGaps, studyId, arm, lastSeq, seed: spec.seed },
    data: data && { ...data, location: dataset },
    weights: weights?.sha256 ? { sha256: weights.sha256 } : null,
  };
}
