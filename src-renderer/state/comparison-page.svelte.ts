import type { PageClient } from '#contract/client.ts';
import { AppError } from '#core/errors.ts';
import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { FigureRequestOf } from '#core/figure/figure-request.ts';
import type { SavedView, StudySummary } from '#core/records.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Live } from './live.svelte.ts';
import { concerns } from './study.svelte.ts';
import { StudyReader } from './study-reader.ts';

/** Where a comparison begins: one that was saved, or these studies. */
export interface ComparisonStart {
  readonly saved: string | null;
  readonly studies: readonly string[];
}

const MOST_STUDIES = 100;

/** A comparison over several studies. */
export class ComparisonPage {
  highlight = $state<string | null>(null);
  search = $state('');
  #saved = $state.raw<SavedView | null>(null);
  #studies = $state.raw<readonly StudySummary[] | null>(null);
  #chosen = $state.raw<readonly string[]>([]);
  #options = $state.raw<Partial<ComparisonView>>({});
  #ranges = $state.raw<Partial<Pick<FigureRequestOf<'comparison'>, 'rangeX' | 'rangeY'>>>({});
  #compared = $state.raw<readonly ComparedStudy[]>([]);
  #inTrash = $state.raw<readonly StudySummary[]>([]);
  #error = $state.raw<unknown>(null);
  readonly #api: PageClient;
  readonly #start: ComparisonStart;
  readonly #reader: StudyReader;
  readonly #reading = new Refresh(() => this.load());

  constructor(api: PageClient, start: ComparisonStart) {
    this.#api = api;
    this.#start = start;
    this.#chosen = start.studies;
    this.#reader = new StudyReader(api);
  }

  /** What it was opened from, as it was saved; null for a new one. */
  get saved(): SavedView | null {
    return this.#saved;
  }

  /** All studies of this home, to choose from; null before they have been read. */
  get studies(): readonly StudySummary[] | null {
    return this.#studies;
  }

  get error(): unknown {
    return this.#error;
  }

  get chosen(): readonly string[] {
    return this.#chosen;
  }

  /** The chosen studies with their numbers, as far as they have been read. */
  readonly compared = $derived(this.#compared.filter(({ study }) => this.#chosen.includes(study.id)));

  /** Chosen studies that are in the trash, which the comparison leaves out until they are restored. */
  get inTrash(): readonly StudySummary[] {
    return this.#inTrash;
  }

  /** Null before a study is chosen and read. */
  readonly view: ComparisonView | null = $derived(
    this.compared.length === 0
      ? null
      : comparisonViewSchema.parse({ ...this.#options, studies: this.compared.map(({ study }) => study.id) }),
  );

  readonly request: FigureRequestOf<'comparison'> | null = $derived(
    this.view === null ? null : { kind: 'comparison', view: this.view, rangeX: null, rangeY: null, ...this.#ranges },
  );

  /** Whether there is something to save. */
  readonly isChanged = $derived(
    this.view !== null && JSON.stringify(this.view) !== JSON.stringify(this.#saved?.comparison ?? null),
  );

  show(view: ComparisonView): void {
    this.#options = { ...this.#options, ...this.#changed(view) };
    this.#ranges = {};
  }

  /** What one chose. The rest follows the number of studies. */
  #changed(view: ComparisonView): Partial<ComparisonView> {
    const before = this.view;
    return Object.fromEntries(
      Object.entries(view).filter(([key, value]) => !isDeepEqual(value, before?.[key as keyof ComparisonView])),
    );
  }

  zoom({ rangeX, rangeY }: FigureRequestOf<'comparison'>): void {
    this.#ranges = { rangeX, rangeY };
  }

  readonly point = (highlight: string | null): void => {
    this.highlight = highlight;
  };

  /** Throws a bad request where there are too many. */
  choose(id: string): void {
    const others = this.#chosen.filter((chosen) => chosen !== id);
    const isAdded = others.length === this.#chosen.length;
    if (isAdded && others.length >= MOST_STUDIES) {
      throw new AppError('bad-request', `One comparison holds up to ${MOST_STUDIES} studies: take one away first.`);
    }
    this.#chosen = isAdded ? [...others, id] : others;
    this.#ranges = {};
    this.#reading.request();
  }

  /** Under another name it is a second one; the name of one that is there replaces that one. Returns its id. */
  async save(name: string): Promise<string> {
    if (this.view === null) throw new AppError('bad-request', 'Choose a study first: there is nothing to save.');
    this.#saved = await this.#api.views.save({ name, comparison: this.view });
    return this.#saved.id;
  }

  follow(live: Live): () => void {
    this.#reading.request();
    const end = live.onChange((change) => {
      const isChosen = change.kind === 'studies' && change.ids.some((id) => this.#chosen.includes(id));
      if (isChosen || concerns(change, this.#compared)) this.#reading.request();
    });
    return () => {
      end();
      this.#reading.end();
    };
  }

  async load(): Promise<void> {
    try {
      if (this.#studies === null) await this.#open();
      const studies = await this.#api.studies.overview({});
      const trash = await this.#api.studies.overview({ deleted: true });
      const known = new Set(studies.map((study) => study.id));
      const ids = this.#chosen.filter((id) => known.has(id));
      this.#compared = await Promise.all(ids.map((id) => this.#reader.read(id)));
      this.#studies = studies;
      this.#inTrash = trash.filter(({ id }) => this.#chosen.includes(id));
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  async #open(): Promise<void> {
    if (this.#start.saved === null) return;
    const saved = (await this.#api.views.list({})).find((view) => view.id === this.#start.saved);
    if (saved === undefined) throw new AppError('not-found', 'This saved comparison is not there any more.');
    this.#saved = saved;
    this.#options = saved.comparison;
    this.#chosen = saved.comparison.studies;
  }
}

function isDeepEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
