import type { PageClient } from '#contract/client.ts';
import { MOST_ROWS } from '#contract/runs.ts';
import { messageOf } from '#core/errors.ts';
import type { RunSummary } from '#core/records.ts';
import { counted } from '../../lib/format.ts';
import type { RunAction } from '../../lib/possible-actions.ts';
import { isPossible } from '../../lib/possible-actions.ts';
import type { Notices } from '../notices.svelte.ts';
import type { ResumeQuestion } from '../resume-question.svelte.ts';

/** What the notice says once the action is done. */
const DONE: Readonly<Record<RunAction, string>> = {
  pause: 'Paused',
  stop: 'Stopped',
  resume: 'Queued again',
  delete: 'Moved to the trash',
  restore: 'Restored',
  purge: 'Deleted for ever',
};

interface RunsChange {
  readonly addTags?: string[];
  readonly removeTags?: string[];
  readonly note?: string;
  readonly archived?: boolean;
  readonly locked?: boolean;
}

interface Outcome {
  readonly done: readonly RunSummary[];
  readonly failures: readonly string[];
}

interface ChosenPorts {
  readonly api: PageClient;
  readonly notices: Notices;
  readonly resuming: Pick<ResumeQuestion, 'where'>;
}

/** What is done to any number of runs at once. A run that refuses is named in a notice; the others go on. */
export class ChosenActions {
  readonly #api: PageClient;
  readonly #notices: Notices;
  readonly #resuming: Pick<ResumeQuestion, 'where'>;

  constructor({ api, notices, resuming }: ChosenPorts) {
    this.#api = api;
    this.#notices = notices;
    this.#resuming = resuming;
  }

  can(action: RunAction, runs: readonly RunSummary[]): boolean {
    return runs.some((run) => isPossible(action, run));
  }

  async steer(action: RunAction, runs: readonly RunSummary[]): Promise<void> {
    const possible = runs.filter((run) => isPossible(action, run));
    const { done, failures } = action === 'resume' ? await this.#resume(possible) : await this.#each(action, possible);
    if (done.length > 0) {
      const undo = action === 'delete' ? () => this.#each('restore', done) : null;
      this.#notices.done(`${DONE[action]}: ${counted(done.length, 'run')}.`, undo);
    }
    for (const failure of new Set(failures)) this.#notices.failed(failure);
  }

  async #resume(runs: readonly RunSummary[]): Promise<Outcome> {
    const at = await this.#resuming.where(runs.length);
    if (at === null) return { done: [], failures: [] };
    // Each that goes to the front goes before the one that went there last.
    const inTurn = at === 'front' ? runs.toReversed() : runs;
    return this.#forEach(inTurn, (run) => this.#api.runs.resume({ run, at }));
  }

  #each(action: RunAction, runs: readonly RunSummary[]): Promise<Outcome> {
    return this.#forEach(runs, (run) => this.#api.runs[action]({ run }));
  }

  async #forEach(runs: readonly RunSummary[], act: (run: string) => Promise<unknown>): Promise<Outcome> {
    const done: RunSummary[] = [];
    const failures: string[] = [];
    for (const run of runs) {
      try {
        await act(run.id);
        done.push(run);
      } catch (error) {
        failures.push(messageOf(error));
      }
    }
    return { done, failures };
  }

  async archive(runs: readonly RunSummary[], archived: boolean): Promise<void> {
    const changed = runs.filter((run) => run.archived !== archived);
    await this.update(changed, { archived });
    const text = `${archived ? 'Archived' : 'Taken out of the archive'}: ${counted(changed.length, 'run')}.`;
    this.#notices.done(text, () => this.update(changed, { archived: !archived }));
  }

  async lock(runs: readonly RunSummary[], locked: boolean): Promise<void> {
    const changed = runs.filter((run) => run.locked !== locked);
    await this.update(changed, { locked });
    const text = `${locked ? 'Locked' : 'Unlocked'}: ${counted(changed.length, 'run')}.`;
    this.#notices.done(text, () => this.update(changed, { locked: !locked }));
  }

  async update(runs: readonly RunSummary[], change: RunsChange): Promise<void> {
    for (let first = 0; first < runs.length; first += MOST_ROWS) {
      const ids = runs.slice(first, first + MOST_ROWS).map(({ id }) => id);
      await this.#api.runs.update({ runs: ids, ...change });
    }
  }
}
