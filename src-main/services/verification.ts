import { wholeNumber } from '#core/analysis/quantity.ts';
import type { FirstEpoch, Verification } from '#core/analysis/verification.ts';
import { compareFirstEpochs, firstEpochOf } from '#core/analysis/verification.ts';
import { AppError } from '#core/errors.ts';
import type { Store, TrainerMessage } from '#core/ports.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { endsRun } from '#core/run-event.ts';
import type { Datasets } from './datasets.ts';
import type { EventHub } from './event-hub.ts';
import type { SideTrainer } from './side-trainer.ts';
import type { Weights } from './weights.ts';
import type { Work } from './works.ts';

export interface VerificationPorts {
  readonly store: Store;
  readonly datasets: Datasets;
  readonly weights: Weights;
  readonly hub: EventHub;
  readonly side: SideTrainer;
}

/** How a repetition is ended, and where it tells how far it is. */
interface Repeating {
  readonly signal: AbortSignal;
  readonly work: Work;
}

/** Trains the first epochs of stored runs again, and compares their numbers. Stores nothing. */
export class Verifications {
  readonly #ports: VerificationPorts;

  constructor(ports: VerificationPorts) {
    this.#ports = ports;
  }

  /** Verifies a run. Throws 'conflict' while something trains or where there are no numbers yet, and errors of the training. */
  async verify(id: string, asked?: AbortSignal): Promise<Verification> {
    const run = await this.#ports.store.run(id);
    const task = { what: 'verification', title: `Training the first epoch of run ${run.id} again`, asked };
    return this.#ports.side.alone(task, async (signal, work) => {
      const stored = firstEpochOf(await this.#ports.store.events(run.id));
      if (stored === null || stored.samples.length === 0) {
        throw new AppError('conflict', `Run ${run.id} has reported no losses yet: there is nothing to compare.`);
      }
      return compareFirstEpochs(stored, await this.#repeat(run, stored, { signal, work }));
    });
  }

  async #repeat(run: RunRecord, stored: FirstEpoch, { signal, work }: Repeating): Promise<FirstEpoch> {
    const { location } = await this.#ports.datasets.locateRun(run, signal);
    const weights = await this.#ports.weights.toRead(run);
    const events: RunEvent[] = [];
    const death = await this.#ports.side.run({
      command: (folder) => ({
        ...{
          type: 'start',
          runId: run.id,
          spec: run.spec,
          dataset: location,
          data: run.data,
          weights,
          classGaps: run.classGaps,
          studyId: run.studyId,
          arm: run.arm,
        },
        ...{ folder, reached: [], lastSeq: 0, stored: [], profile: 'none' as const },
      }),
      threads: stored.started.environment.threads?.intraOp ?? (await this.#ports.store.settings()).threads,
      onMessage: (message: TrainerMessage, trainer) => {
        if (message.type !== 'event') return;
        events.push(message.event);
        this.#tell(message.event, stored, work);
        if (isEnough(message.event, stored)) trainer.kill();
      },
      signal,
    });
    return reached(events, stored, death?.reason ?? null);
  }

  #tell(event: RunEvent, { started }: FirstEpoch, work: Work): void {
    if (event.type !== 'step.sampled') return;
    const [step, steps] = [event.step + 1, started.stepsPerEpoch];
    this.#ports.hub.publishVerification({ runId: event.runId, step, steps });
    work.tell({ detail: `step ${wholeNumber(step)} of ${wholeNumber(steps)}`, share: step / steps });
  }
}

/** Whether the training has come far enough: to the end of the first epoch, or to the last stored number in it. */
function isEnough(event: RunEvent, { samples, end }: FirstEpoch): boolean {
  if (event.type === 'epoch.finished') return true;
  return event.type === 'step.sampled' && end === null && event.step >= (samples.at(-1)?.step ?? 0);
}

/** The repeated first epoch. Throws where the training ended early, unless it diverged: those numbers are comparable too. */
function reached(events: readonly RunEvent[], stored: FirstEpoch, reason: string | null): FirstEpoch {
  const last = events.at(-1);
  const now = firstEpochOf(events);
  if (now !== null && (last?.type === 'run.diverged' || events.some((event) => isEnough(event, stored)))) return now;
  const told = last !== undefined && endsRun(last) && 'reason' in last ? last.reason : null;
  throw new AppError('unavailable', told ?? reason ?? 'The trainer ended before the first epoch did.');
}
