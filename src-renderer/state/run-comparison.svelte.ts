import type { PageClient } from '#contract/client.ts';
import { MOST_ROWS } from '#contract/runs.ts';
import { comparisonWarnings, configRows } from '#core/config-diff.ts';
import type { FigureRequest, FigureRequestOf } from '#core/figure/figure-request.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import type { RunSummary } from '#core/records.ts';
import type { Environment } from '#core/run-event.ts';
import type { ChartSeries } from '#core/series/series-lists.ts';
import { numberRows, settingRows } from '../lib/comparison-rows.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';

/** Timelines that are drawn before one asks for more: each is a chart. */
const FIRST_TIMELINES = 6;

/** Some runs side by side: their curves, their numbers, and what differs between them. */
export class RunComparison {
  showsAllSettings = $state(false);
  /** The run that the mouse or the focus is at, in the table or in a chart. */
  highlight = $state<string | null>(null);
  #rows = $state.raw<ReadonlyMap<string, RunSummary> | null>(null);
  #environments = $state.raw<ReadonlyMap<string, Environment | null>>(new Map());
  #missing = $state(0);
  #error = $state.raw<unknown>(null);
  #chosen = $state.raw<Partial<FigureRequestOf<'curves'>>>({});
  #timelineX = $state<'step' | 'epoch'>('step');
  #timelineCount = $state(FIRST_TIMELINES);
  readonly #runs = $derived.by(() => this.#ids().flatMap((id) => this.#rows?.get(id) ?? []));
  readonly #settings = $derived.by(() =>
    configRows(
      this.#runs.map(({ id, spec, data, weights }) => {
        const environment = this.#environments.get(id) ?? null;
        return { spec, data, weights, environment };
      }),
    ),
  );
  readonly #api: PageClient;
  readonly #ids: () => readonly string[];
  readonly #refresh = new Refresh(() => this.#read());

  constructor(api: PageClient, ids: () => readonly string[]) {
    this.#api = api;
    this.#ids = ids;
  }

  get isRead(): boolean {
    return this.#rows !== null;
  }

  get error(): unknown {
    return this.#error;
  }

  /** The runs in the order of the address; those that are gone are left out. */
  get runs(): readonly RunSummary[] {
    return this.#runs;
  }

  /** How many that the address names were not found. */
  get missing(): number {
    return this.#missing;
  }

  get numbers() {
    return numberRows(this.#runs);
  }

  get settings() {
    return settingRows(this.#settings, this.showsAllSettings);
  }

  get warnings(): readonly string[] {
    return comparisonWarnings(this.#settings);
  }

  get curves(): FigureRequestOf<'curves'> {
    const first = figureRequestSchema.parse({ kind: 'curves', runs: this.#runs.map(({ id }) => id) });
    return { ...(first as FigureRequestOf<'curves'>), ...this.#chosen };
  }

  get timelines(): readonly { readonly run: RunSummary; readonly request: FigureRequestOf<'freeze-timeline'> }[] {
    return this.#runs
      .slice(0, this.#timelineCount)
      .map((run) => ({ run, request: { kind: 'freeze-timeline', run: run.id, x: this.#timelineX } }));
  }

  /** What a chart made of its request; another series begins with all there is to see of it. */
  change(request: FigureRequest): void {
    if (request.kind === 'freeze-timeline') this.#timelineX = request.x;
    if (request.kind !== 'curves') return;
    const { runs: _, ...options } = request;
    this.#chosen = options;
  }

  showSeries(series: ChartSeries): void {
    this.#chosen = { ...this.#chosen, series, rangeY: null };
  }

  showAllTimelines(): void {
    this.#timelineCount = this.#runs.length;
  }

  follow(live: Live): () => void {
    const end = live.onChange(({ kind, ids }) => {
      const isOurs = ids.length === 0 || ids.some((id) => this.#ids().includes(id));
      if (kind === 'runs' && isOurs) this.#refresh.request();
    });
    return () => {
      end();
      this.#refresh.end();
    };
  }

  /** An effect that calls it calls it again when the address names other runs. */
  read(): void {
    void this.#read(this.#ids());
  }

  async #read(ids = this.#ids()): Promise<void> {
    try {
      const pages: (readonly RunSummary[])[] = [];
      for (let first = 0; first < ids.length; first += MOST_ROWS) {
        pages.push((await this.#api.runs.rows({ ids: ids.slice(first, first + MOST_ROWS) })).rows);
      }
      this.#rows = new Map(pages.flat().map((run) => [run.id, run]));
      this.#missing = ids.length - this.#rows.size;
      this.#error = null;
      await this.#readEnvironments();
    } catch (error) {
      this.#error = error;
    }
  }

  /** Where a run ran does not change once it has begun. */
  async #readEnvironments(): Promise<void> {
    for (const { id } of this.#runs.filter((run) => !this.#environments.get(run.id))) {
      const { environment } = await this.#api.runs.show({ run: id });
      this.#environments = new Map([...this.#environments, [id, environment]]);
    }
  }
}
