import { AppError, messageOf } from '#core/errors.ts';
import { groupedBy } from '#core/grouped.ts';
import type { RunPreflight, Store } from '#core/ports.ts';
import type { RunDetail } from '#core/records.ts';
import { isResumable } from '#core/run.ts';
import { planRun } from '#core/training/run-planning.ts';
import type { Datasets, LocatedDataset } from './datasets.ts';
import type { Weights } from './weights.ts';

export interface ResumptionPorts {
  readonly store: Store;
  readonly datasets: Datasets;
  readonly weights: Weights;
  readonly preflight: RunPreflight;
}

/** Checks whatever would end a run at once before it is queued again. Nothing is changed, so that a refusal costs nothing. */
export class Resumption {
  readonly #ports: ResumptionPorts;

  constructor(ports: ResumptionPorts) {
    this.#ports = ports;
  }

  /**
   * Throws 'conflict' for a run that cannot go on, or not with the data that are there now; what the data say where they cannot be
   * read; and what the preflight says.
   */
  async check(run: RunDetail, datasets = this.#ports.datasets): Promise<void> {
    if (run.status !== 'queued' && !isResumable(run.status)) {
      throw new AppError(
        'conflict',
        `Run ${run.id} is ${run.status}: only a paused, stopped, interrupted or failed run can go on.`,
      );
    }
    if (run.imported) throw new AppError('conflict', `Run ${run.id} was imported: it has no checkpoint to go on from.`);
    const { content } = await datasets.locateRun(run);
    checkFit(run, content);
    const weights = run.checkpoints.length > 0 ? null : await this.#ports.weights.locateRun(run);
    this.#ports.preflight.checkPrecision(run.spec);
    await this.#ports.preflight.check(run.spec, content.info, weights?.content.stored ?? null);
  }

  /** Checks these runs, with the data sets of the request; of those that share their data and their weights, only one. */
  async checkAll(runIds: readonly string[], datasets: Datasets): Promise<void> {
    const runs = await Promise.all(runIds.map((id) => this.#ports.store.run(id)));
    for (const [first] of groupedBy(runs, ({ spec, data, weights }) =>
      JSON.stringify([spec.dataset, data, spec.weights, weights]),
    ).values()) {
      await this.check(first, datasets);
    }
  }
}

/** The hash of a run of version 0.1.0 is not known, but its counts and its layers are. */
function checkFit(run: RunDetail, { info }: LocatedDataset['content']): void {
  const problem = misfit(run, info);
  if (problem === null) return;
  throw new AppError(
    'conflict',
    `Run ${run.id} cannot go on with the images that are there now (${problem}): restore the files, or start a new run.`,
  );
}

function misfit({ spec, layers }: RunDetail, info: LocatedDataset['content']['info']): string | null {
  try {
    const now = planRun(spec, info).layers;
    const isSame =
      now.length === layers.length &&
      now.every(({ params, macs }, index) => params === layers[index].params && macs === layers[index].macs);
    return isSame ? null : 'their size, or the number of their classes, is another';
  } catch (error) {
    return messageOf(error).replace(/\.$/, '');
  }
}
