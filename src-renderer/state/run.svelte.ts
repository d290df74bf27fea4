import type { PageClient } from '#contract/client.ts';
import type { Change, RunDetail, RunRecord } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { Standing } from '#core/training/standing.ts';
import { FollowedTraining } from '#core/training/standing.ts';
import { Refresh } from '../lib/refresh.ts';
import { type BaselineDifference, differenceOf } from '../lib/run-baseline.ts';
import type { Live } from './live.svelte.ts';

/** Events that change a run's page without being a change of the run. */
const TELLING: ReadonlySet<RunEvent['type']> = new Set([
  'layer.frozen',
  'layer.unfrozen',
  'prefix-cache.decided',
  'checkpoint.saved',
]);

/** One run: all that is stored of it, and where it stands while it trains. */
export class FollowedRun {
  #detail = $state.raw<RunDetail | null>(null);
  #history = $state.raw<readonly RunEvent[]>([]);
  #difference = $state.raw<BaselineDifference | null>(null);
  /** Runs that train or wait; read only while this one waits. */
  #queue = $state.raw<readonly RunRecord[]>([]);
  #error = $state.raw<unknown>(null);
  #standing = $state.raw<Standing | null>(null);
  /** The rate of each layer at the last sampled step; null once it is frozen. */
  #rates = $state.raw<readonly (number | null)[] | null>(null);
  #followed: FollowedTraining | null = null;
  /** Whether the baseline may have moved since the difference was made. */
  #isDifferenceOld = true;
  readonly #api: PageClient;
  readonly #id: string;
  readonly #reading = new Refresh(() => this.load());

  constructor(api: PageClient, id: string) {
    this.#api = api;
    this.#id = id;
  }

  /** Null before it has been read. */
  get detail(): RunDetail | null {
    return this.#detail;
  }

  get history(): readonly RunEvent[] {
    return this.#history;
  }

  /** Against the baseline of the same seed; null for a run without one. */
  get difference(): BaselineDifference | null {
    return this.#difference;
  }

  get queue(): readonly RunRecord[] {
    return this.#queue;
  }

  get error(): unknown {
    return this.#error;
  }

  /** Where the run stands while it trains; else null. */
  get standing(): Standing | null {
    return this.#standing;
  }

  get rates(): readonly (number | null)[] | null {
    return this.#rates;
  }

  /** Reads the run, and again after changes, until the function that it returns is called. */
  follow(live: Live): () => void {
    this.#reading.request();
    const ends = [live.onChange((change) => this.#hearChange(change)), live.onEvent((event) => this.#hear(event))];
    return () => {
      this.#reading.end();
      for (const end of ends) end();
    };
  }

  async load(): Promise<void> {
    try {
      const detail = await this.#api.runs.show({ run: this.#id });
      const [history, difference, queue] = await Promise.all([
        this.#api.runs.history({ run: detail.id }),
        this.#differenceOf(detail),
        detail.status === 'queued' ? this.#api.runs.list({ statuses: ['queued', 'running'] }) : [],
      ]);
      this.#show(detail);
      [this.#history, this.#difference, this.#queue, this.#error] = [history, difference, queue, null];
    } catch (error) {
      this.#error = error;
    }
  }

  #hearChange({ kind, ids }: Change): void {
    const { status, studyId } = this.#detail ?? {};
    const touches = (id: string | null | undefined) => ids.length === 0 || (id != null && ids.includes(id));
    if (kind === 'runs' && (touches(this.#id) || status === 'queued')) this.#reading.request();
    // While a run trains there is nothing to compare, and its study changes with every epoch.
    if (kind !== 'studies' || status !== 'finished' || !touches(studyId) || this.#difference?.reason === null) return;
    this.#isDifferenceOld = true;
    this.#reading.request();
  }

  /** A comparison reads all runs of the study: it is made anew where its outcome can be another. */
  async #differenceOf({ id, studyId, status, deleted }: RunDetail): Promise<BaselineDifference | null> {
    if (studyId === null) return null;
    const isSame = this.#detail?.status === status && this.#detail.deleted === deleted;
    if (isSame && !this.#isDifferenceOld) return this.#difference;
    const study = await this.#api.studies.show({ study: studyId });
    const comparison = await this.#api.studies.compare({ study: studyId });
    this.#isDifferenceOld = false;
    return differenceOf(id, study, comparison);
  }

  #show(detail: RunDetail): void {
    const wasTraining = this.#detail?.status === 'running';
    this.#detail = detail;
    if (detail.status !== 'running') {
      [this.#followed, this.#standing] = [null, null];
      if (isOver(detail.status)) this.#rates = null;
      return;
    }
    if (!wasTraining || this.#followed === null) this.#begin(detail);
  }

  #begin(detail: RunDetail): void {
    if (detail.layers.length === 0) return;
    this.#followed = new FollowedTraining([detail], 0);
    this.#followed.begin(detail);
    this.#standing = this.#followed.standing();
  }

  /** Epochs and ends are changes too, and read anew; freezes and checkpoints only tell of themselves. */
  #hear(event: RunEvent): void {
    if (event.runId !== this.#id) return;
    if (event.type === 'step.sampled') this.#rates = event.learningRates;
    if (TELLING.has(event.type)) this.#reading.request();
    if (this.#followed === null) return;
    this.#followed.apply(event);
    this.#standing = this.#followed.standing();
  }
}
