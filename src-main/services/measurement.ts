import type { EstimatedDuration } from '#contract/studies.ts';
import { AppError } from '#core/errors.ts';
import type { RunFolders, Store, Trainer, TrainerHost, TrainerMessage } from '#core/ports.ts';
import type { Measurement } from '#core/records.ts';
import type { ResolvedRunSpec, RunSpec } from '#core/run.ts';
import { runSpecSchema } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { armsOf } from '#core/study.ts';
import { estimateStudy } from '#core/training/duration-estimate.ts';
import { planRun } from '#core/training/run-planning.ts';
import { planArm } from '#core/training/study-planning.ts';
import type { Datasets, LocatedDataset } from './datasets.ts';
import type { RunQueue } from './queue.ts';

export interface MeasurementPorts {
  readonly store: Store;
  readonly trainers: TrainerHost;
  readonly folders: RunFolders;
  readonly datasets: Datasets;
  readonly queue: RunQueue;
}

/** No run is called this: the folder of the trainer's log and checkpoints, while it measures. */
const FOLDER_NAME = 'measurement';

/** Measures the pace of a run in a trainer of its own, one at a time, without a trace. */
export class Measurements {
  readonly #ports: MeasurementPorts;
  #isMeasuring = false;

  constructor(ports: MeasurementPorts) {
    this.#ports = ports;
  }

  /** Throws 'conflict' where something else trains: both would be slower than they are. */
  async measure(spec: RunSpec, signal?: AbortSignal): Promise<Measurement> {
    this.#refuseWhileTraining();
    if (this.#isMeasuring) throw new AppError('conflict', 'Another measurement is under way: wait until it ends.');
    this.#isMeasuring = true;
    try {
      const dataset = await this.#ports.datasets.locate(spec.dataset);
      const measurement = await this.#measured({ ...planRun(spec, dataset.info), dataset }, signal);
      this.#refuseWhileTraining();
      return measurement;
    } finally {
      this.#isMeasuring = false;
      await this.#ports.folders.remove(FOLDER_NAME);
    }
  }

  /** Of all runs of a study that is not there yet. Throws what `measure` throws. */
  async estimate(
    { base, arms: policies, seeds, equalTimeBaseline }: StudySpec,
    signal?: AbortSignal,
  ): Promise<EstimatedDuration> {
    const { info } = await this.#ports.datasets.locate(base.dataset);
    const arms = armsOf(policies, equalTimeBaseline).map((plan) => planArm(base, plan, info));
    const measurement = await this.measure(runSpecSchema.parse(base), signal);
    const { runs, seconds } = estimateStudy({ base, arms, seeds }, info, measurement);
    return { measurement, arms: runs.map((run, index) => ({ name: arms[index].name, ...run })), seconds };
  }

  async #measured({ spec, dataset }: MeasuredRun, signal: AbortSignal | undefined): Promise<Measurement> {
    let last: TrainerMessage | null = null;
    const { threads } = await this.#ports.store.settings();
    const listen = (message: TrainerMessage) => {
      last = message;
    };
    const folder = this.#ports.folders.folder(FOLDER_NAME);
    const trainer = this.#ports.trainers.start(folder, listen, threads);
    trainer.send({ type: 'measure', spec, dataset: dataset.location, folder });
    const { reason } = await endOf(trainer, signal);
    if (signal?.aborted) throw new AppError('unavailable', 'The measurement was cancelled.');
    return measurementOf(last, reason);
  }

  #refuseWhileTraining(): void {
    if (this.#ports.queue.isTraining) {
      throw new AppError(
        'conflict',
        'A run trains, which would distort the measurement: pause it, or wait for its end.',
      );
    }
  }
}

interface MeasuredRun {
  readonly spec: ResolvedRunSpec;
  readonly dataset: LocatedDataset;
}

async function endOf(trainer: Trainer, signal: AbortSignal | undefined): Promise<{ readonly reason: string | null }> {
  const kill = () => trainer.kill();
  if (signal?.aborted) kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await trainer.ended;
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

function measurementOf(message: TrainerMessage | null, reason: string | null): Measurement {
  if (message?.type === 'measured') return message.measurement;
  if (message?.type === 'failed') throw new AppError(message.code, message.message);
  throw new AppError('unavailable', reason ?? 'The trainer ended without a measurement.');
}
