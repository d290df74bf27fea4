import type { RunRecord } from '#core/records.ts';
import { isOver, type RunStatus } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { runTitle } from '../lib/run-title.ts';
import type { AppState } from './app-state.ts';

/** Ends of runs that nobody asked for, and what is written before their reason. */
const LABELS: Partial<Record<RunStatus, string>> = {
  failed: 'Failed',
  diverged: 'Diverged',
  interrupted: 'Interrupted',
};
const STATUSES = Object.keys(LABELS) as RunStatus[];
const ENDS: ReadonlySet<RunEvent['type']> = new Set(['run.failed', 'run.diverged', 'run.interrupted']);

/** Ends that came while no page was open: more than these would only hide the newest. */
const MOST_MISSED = 20;

/** Tells of trainers that were killed or failed, with what can be done: now, and what happened while no page was open. */
export class RunFailures {
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Returns the function that ends it. */
  follow(): () => void {
    return this.#app.live.onEvent((event) => {
      if (ENDS.has(event.type)) void this.#app.notices.attempt(() => this.#tell(event.runId));
    });
  }

  /** Puts on the list what ended since the last page was closed. */
  async tellMissed(): Promise<void> {
    const { api, noticeLog } = this.#app;
    const since = noticeLog.toldUntil;
    const ended = await api.runs.list({ statuses: STATUSES });
    const missed = ended.filter(({ endedAt, imported }) => !imported && endedAt !== null && endedAt > since);
    for (const run of missed.slice(-MOST_MISSED)) noticeLog.add({ ...saidOf(run), isRead: false });
  }

  async #tell(runId: string): Promise<void> {
    const { api, notices } = this.#app;
    const run = await api.runs.show({ run: runId });
    if (isOver(run.status)) {
      notices.ended({ ...saidOf(run), actions: this.#actions(run) });
      return;
    }
    // One that was put back waits, and the banner says for what.
    if (run.status === 'queued') return;
    const last = run.segments.findLast(({ endedAt }) => endedAt !== null);
    const text =
      `${sentenceStart(run)} goes on from its last checkpoint in a new process. ${last?.reason ?? ''}`.trim();
    notices.ended({ label: null, text, runId: run.id, actions: [this.#log(run.id)] });
  }

  #actions({ id, status }: RunRecord) {
    const resume = { title: 'Resume', run: () => this.#app.resuming.resume([id]) };
    return status === 'diverged' ? [this.#log(id)] : [resume, this.#log(id)];
  }

  #log(id: string) {
    return { title: 'Log', run: async () => this.#app.location.go({ view: 'run', id, tab: 'log' }) };
  }
}

function saidOf(run: RunRecord) {
  const text = `${sentenceStart(run)}: ${run.reason ?? 'nothing says why.'}`;
  return { label: LABELS[run.status] ?? null, text, runId: run.id };
}

/** "Cubic 0.8, seed 1 of quick" */
function sentenceStart(run: RunRecord): string {
  const title = `${runTitle(run)}${run.studyName === null ? '' : ` of ${run.studyName}`}`;
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}
