import type { PageClient } from '#contract/client.ts';
import type { StudySummary } from '#core/records.ts';
import { Refresh } from '../lib/refresh.ts';
import type { Selection } from '../lib/selection.ts';
import { extending, NOTHING_CHOSEN, toggling } from '../lib/selection.ts';
import type { StudySorting, StudyTab } from '../lib/study-list.ts';
import { foundStudies, sortedStudies, studyTabOf } from '../lib/study-list.ts';
import type { Live } from './live.svelte.ts';

/** The list of all studies: read once, then again when it changes. */
export class StudyList {
  search = $state('');
  order = $state<StudySorting>('changed');
  #tab = $state<StudyTab>('all');
  #tags = $state.raw<readonly string[]>([]);
  #all = $state.raw<readonly StudySummary[] | null>(null);
  #error = $state.raw<unknown>(null);
  #selection = $state.raw<Selection>(NOTHING_CHOSEN);
  readonly #inTab = $derived(this.#all?.filter((study) => studyTabOf(study) === this.#tab) ?? []);
  readonly #tagged = $derived(this.#inTab.filter(({ tags }) => this.#tags.every((tag) => tags.includes(tag))));
  readonly #shown = $derived(sortedStudies(foundStudies(this.#tagged, this.search), this.order));
  readonly #api: PageClient;

  constructor(api: PageClient) {
    this.#api = api;
  }

  get tab(): StudyTab {
    return this.#tab;
  }

  /** All of the tab, whatever is searched for. */
  get inTab(): readonly StudySummary[] {
    return this.#inTab;
  }

  /** The tags that all that is shown has. */
  get tags(): readonly string[] {
    return this.#tags;
  }

  /** Those of the archive and of the trash among them; null before they have been read. */
  get all(): readonly StudySummary[] | null {
    return this.#all;
  }

  get error(): unknown {
    return this.#error;
  }

  /** Found and in order. */
  get shown(): readonly StudySummary[] {
    return this.#shown;
  }

  /** Ids of the studies that are ticked, to be compared. */
  get chosen(): ReadonlySet<string> {
    return this.#selection.ids;
  }

  /** The ticked studies that are shown, in the order in which they were ticked. */
  get chosenStudies(): readonly StudySummary[] {
    return [...this.chosen].flatMap((id) => this.#shown.find((study) => study.id === id) ?? []);
  }

  countOf(tab: StudyTab): number {
    return this.#all?.filter((study) => studyTabOf(study) === tab).length ?? 0;
  }

  showTab(tab: StudyTab): void {
    this.#tab = tab;
    this.#tags = [];
    this.chooseNone();
  }

  /** Shows only studies with this tag too, or no longer. */
  toggleTag(tag: string): void {
    const others = this.#tags.filter((one) => one !== tag);
    this.#tags = others.length < this.#tags.length ? others : [...others, tag];
  }

  chooseNone(): void {
    this.#selection = NOTHING_CHOSEN;
  }

  /** The study of which a run trains now. */
  get trainingId(): string | null {
    return this.#all?.find((study) => (study.counts.running ?? 0) > 0)?.id ?? null;
  }

  /** With `upTo`, all from the one that was ticked last to this one, in the order in which they are shown. */
  toggle(id: string, upTo = false): void {
    const rows = this.#shown.map((study) => ({ key: study.id, ids: [study.id] }));
    const row = rows.findIndex(({ key }) => key === id);
    this.#selection = upTo ? extending(this.#selection, rows, row) : toggling(this.#selection, { key: id, ids: [id] });
  }

  /** Reads the list, and again after changes, until the function that it returns is called. */
  follow(live: Live): () => void {
    const reading = new Refresh(() => this.load());
    reading.request();
    const ends = [
      live.onChange(({ kind }) => {
        if (kind === 'runs' || kind === 'studies') reading.request();
      }),
      () => reading.end(),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  async load(): Promise<void> {
    try {
      const [there, trash] = await Promise.all([
        this.#api.studies.overview({}),
        this.#api.studies.overview({ deleted: true }),
      ]);
      this.#all = [...there, ...trash];
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }
}
