import type { PageClient } from '#contract/client.ts';
import type { StudyFormat } from '#core/figure/figure-request.ts';
import type { Policy } from '#core/policy/policy.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';
import { isResumable } from '#core/run.ts';
import { destinationOn } from '../lib/destination.ts';
import { counted } from '../lib/format.ts';
import { isPossible } from '../lib/possible-actions.ts';

/** What one does to a study; each returns the sentence that says what happened. */
export class StudyActions {
  readonly #api: PageClient;

  constructor(api: PageClient) {
    this.#api = api;
  }

  /** Waiting runs first, last one first: else each one's place would be taken by the next. */
  async pauseAll({ runs }: StudyRecord): Promise<string> {
    const active = runs.filter((run) => isPossible('pause', run));
    const [waiting, training] = [active.filter(isQueued).reverse(), active.filter((run) => !isQueued(run))];
    for (const run of [...waiting, ...training]) await this.#api.runs.pause({ run: run.id });
    const ofTraining = training.length === 0 ? '' : '; what trains writes a checkpoint first and goes on from there';
    return `${counted(active.length, 'run')} paused${ofTraining}.`;
  }

  async trainMissing(study: StudyRecord, where: string | null): Promise<string> {
    const { runIds } = await this.#api.studies.extend({ study: study.id, ...destinationOn(where) });
    return queuedText(study, runIds);
  }

  async addSeeds(study: StudyRecord, seeds: readonly number[], where: string | null): Promise<string> {
    const { runIds } = await this.#api.studies.extend({ study: study.id, seeds: [...seeds], ...destinationOn(where) });
    return queuedText(study, runIds);
  }

  async addArms(study: StudyRecord, arms: readonly Policy[], where: string | null): Promise<string> {
    const { runIds } = await this.#api.studies.extend({ study: study.id, arms: [...arms], ...destinationOn(where) });
    return queuedText(study, runIds);
  }

  async rename(study: StudyRecord, name: string): Promise<string> {
    const { name: renamed } = await this.#api.studies.rename({ study: study.id, name });
    return `The study is called "${renamed}" now.`;
  }

  /** Null where the user closed the dialog. */
  async save(study: StudyRecord, format: StudyFormat): Promise<string | null> {
    const saved = await this.#api.desktop.saveStudy({ study: study.id, format });
    return saved === null ? null : [`Saved as ${saved.name}.`, ...saved.warnings].join(' ');
  }
}

function isQueued(run: RunRecord): boolean {
  return run.status === 'queued';
}

/** "14 runs are queued: 2 go on from their checkpoints, 12 start anew." */
function queuedText(before: StudyRecord, runIds: readonly string[]): string {
  if (runIds.length === 0) return 'Nothing is missing: every run has finished or diverged.';
  const begun = before.runs.filter((run) => isResumable(run.status) && run.epoch > 0);
  const goOn = begun.filter((run) => runIds.includes(run.id)).length;
  const queued = `${counted(runIds.length, 'run')} ${runIds.length === 1 ? 'is' : 'are'} queued`;
  if (goOn === 0) return `${queued}.`;
  if (goOn === runIds.length) return `${queued} and will go on from the last checkpoint.`;
  return `${queued}: ${goOn} from the last checkpoint, ${runIds.length - goOn} from the start.`;
}
