import type { QueueOutlook } from '#core/queue/outlook.ts';
import { secondsUntilEnd } from '#core/queue/outlook.ts';
import type { RunDetail, RunRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { Standing } from '#core/training/standing.ts';
import { FollowedTraining } from '#core/training/standing.ts';
import { outcomeLine, standingText } from './progress-text.ts';
import type { Terminal } from './terminal.ts';

/** Shows a training while it goes on. */
export interface TrainingView {
  /**
   * Announces `runs` in the order in which they will train; `doneBefore` more runs of the same study have finished
   * already.
   */
  plan(runs: readonly RunRecord[], doneBefore: number): void;
  /** Comes before a run's first event. */
  begin(run: RunDetail): void;
  event(event: RunEvent): void;
  /** How long all runs of the queue will take, whenever that is told. */
  foretell(outlook: QueueOutlook): void;
}

/** Prints every event as a line of JSON. */
export class JsonView implements TrainingView {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  plan(): void {}

  begin(): void {}

  event(event: RunEvent): void {
    this.#terminal.jsonLine(event);
  }

  foretell(): void {}
}

/** What a run says before its first step: until then, the line is that of its start (`showWorks`). */
const OF_THE_START: ReadonlySet<RunEvent['type']> = new Set(['run.started', 'run.resumed', 'run.profiled']);

/** For people: one line that is overwritten where the terminal can do that, else one line per epoch. */
export class ProgressView implements TrainingView {
  readonly #terminal: Terminal;
  #progress = new FollowedTraining([], 0);
  #outlook: QueueOutlook | null = null;
  #planned: ReadonlySet<string> = new Set();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  plan(runs: readonly RunRecord[], doneBefore: number): void {
    this.#progress = new FollowedTraining(runs, doneBefore);
    this.#planned = new Set(runs.map(({ id }) => id));
    if (runs.length > 0) this.#terminal.status(`${runs.length} runs to train: starting ...`);
  }

  begin(run: RunDetail): void {
    this.#progress.begin(run);
  }

  event(event: RunEvent): void {
    this.#progress.apply(event);
    const standing = this.#progress.standing();
    if (standing === null) return;
    const outcome = outcomeLine(standing, event);
    if (outcome !== null) this.#terminal.line(outcome);
    else if (this.#terminal.isLive && !OF_THE_START.has(event.type)) this.#show(standing);
    else if (event.type === 'epoch.finished') this.#terminal.line(standingText(standing, this.#secondsLeft));
  }

  foretell(outlook: QueueOutlook): void {
    this.#outlook = outlook;
    const standing = this.#progress.standing();
    // Before its first step, the line is that of its start.
    if (standing?.msPerStep != null && this.#secondsLeft !== null) this.#show(standing);
  }

  #show(standing: Standing): void {
    this.#terminal.status(standingText(standing, this.#secondsLeft));
  }

  /** Until the last run of this command has ended: those that others queued before it count, too. */
  get #secondsLeft(): number | null {
    return this.#outlook === null ? null : secondsUntilEnd(this.#outlook, this.#planned);
  }
}
