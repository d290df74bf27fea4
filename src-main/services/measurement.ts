import type { EstimatedDuration } from '#contract/studies.ts';
import { AppError } from '#core/errors.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { Store, TrainerMessage } from '#core/ports.ts';
import type { ResolvedRunSpec, RunSpec } from '#core/run.ts';
import { runSpecSchema } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { armsOf } from '#core/study.ts';
import { estimateStudy } from '#core/training/duration-estimate.ts';
import type { Measurement } from '#core/training/measured-pace.ts';
import { planRun } from '#core/training/run-planning.ts';
import { planArm } from '#core/training/study-planning.ts';
import type { Datasets, LocatedDataset } from './datasets.ts';
import type { SideTrainer } from './side-trainer.ts';

export interface MeasurementPorts {
  readonly store: Store;
  readonly datasets: Datasets;
  readonly side: SideTrainer;
}

/** Measures the pace of runs in a side trainer, one at a time, without leaving a trace. */
export class Measurements {
  readonly #ports: MeasurementPorts;

  constructor(ports: MeasurementPorts) {
    this.#ports = ports;
  }

  /** Measures one run. Throws 'conflict' while something else trains, since each would slow the other down. */
  measure(
    { spec, movesStatistics = false }: RunToMeasure,
    asked?: AbortSignal,
    datasets = this.#ports.datasets,
  ): Promise<Measurement> {
    const { side } = this.#ports;
    return side.alone({ what: 'measurement', title: 'Measuring a few steps', asked }, async (signal) => {
      const dataset = await datasets.parts(spec, signal);
      const planned = planRun({ ...spec, split: dataset.parts.split }, dataset.content.info);
      const measurement = await this.#measured({ ...planned, dataset, movesStatistics }, signal);
      side.refuseWhileTraining();
      return measurement;
    });
  }

  /** Estimates all runs of a study that does not exist yet. Throws what `measure` throws. */
  async estimate(
    { base, arms: policies, seeds, equalTimeBaseline }: StudySpec,
    signal?: AbortSignal,
  ): Promise<EstimatedDuration> {
    const datasets = this.#ports.datasets.forOneRequest();
    const { content } = await datasets.locate(base.dataset);
    const { info } = content;
    const arms = armsOf(policies, equalTimeBaseline).map((plan) => planArm(base, plan, info));
    const spec = runSpecSchema.parse(base);
    const movesStatistics = policies.some((policy) => policyNeeds(policy).movesStatistics);
    const measurement = await this.measure({ spec, movesStatistics }, signal, datasets);
    const { runs, seconds, most } = estimateStudy({ base, arms, seeds }, info, measurement);
    return { measurement, arms: runs.map((run, index) => ({ name: arms[index].name, ...run })), seconds, most };
  }

  async #measured({ spec, dataset, movesStatistics }: MeasuredRun, signal: AbortSignal): Promise<Measurement> {
    const told: TrainerMessage[] = [];
    const { threads } = await this.#ports.store.settings();
    const death = await this.#ports.side.run({
      command: (folder) => ({ type: 'measure', spec, movesStatistics, dataset: dataset.location, folder }),
      threads,
      onMessage: (message) => told.push(message),
      signal,
    });
    return measurementOf(told.at(-1), death?.reason ?? null);
  }
}

interface RunToMeasure {
  readonly spec: RunSpec;
  /** Whether steps of frozen layers are measured too whose statistics move. Default: no. */
  readonly movesStatistics?: boolean;
}

interface MeasuredRun {
  readonly spec: ResolvedRunSpec;
  readonly movesStatistics: boolean;
  readonly dataset: LocatedDataset;
}

function measurementOf(message: TrainerMessage | undefined, reason: string | null): Measurement {
  if (message?.type === 'measured') return message.measurement;
  if (message?.type === 'failed') throw new AppError(message.code, message.message);
  throw new AppError('unavailable', reason ?? 'The trainer ended without a measurement.');
}
