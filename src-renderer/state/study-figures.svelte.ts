import type { PageClient } from '#contract/client.ts';
import type { ComparisonRequest, ComparisonView } from '#core/figure/comparison-view.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import { STUDY_CHARTS } from '#core/figure/figure.ts';
import type { StudyChart } from '#core/figure/figure-kind.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';
import { drawableRuns, timelineRun } from '../lib/figure-subjects.ts';

/** A chart of a study's page, with what it shows. */
export interface ShownStudyChart extends Omit<StudyChart, 'request'> {
  readonly request: FigureRequest;
}

/** What the figures of a study's page show. The runs follow the study, everything else is the user's choice. */
export class StudyFigures {
  /** The name of an arm or the id of a run that is pointed at, anywhere on the page. */
  highlight = $state<string | null>(null);
  chosenRun = $state<string | null>(null);
  #comparison = $state.raw<Partial<ComparisonRequest>>({});
  /** The requests that were changed, by the keys of their charts. */
  #changed = $state.raw<Readonly<Record<string, FigureRequest>>>({});
  readonly #study: () => StudyRecord | null;
  readonly #runs = $derived.by(() => {
    const study = this.#study();
    return study === null ? [] : drawableRuns(study);
  });
  // A text stays the same one while a study is read again and again: the figures are then not asked for anew.
  readonly #ids = $derived(this.#runs.map((run) => run.id).join());
  readonly #studyId = $derived.by(() => this.#study()?.id ?? '');
  readonly #timelineId = $derived(timelineRun(this.#runs, this.chosenRun));

  constructor(study: () => StudyRecord | null) {
    this.#study = study;
  }

  /** The runs that have something to draw. */
  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  readonly view: ComparisonView = $derived(
    comparisonViewSchema.parse({ ...this.#comparison.view, studies: [this.#studyId || '-'] }),
  );

  readonly comparison = $derived(
    figureRequestSchema.parse({ ...this.#comparison, kind: 'comparison', view: this.view }),
  );

  /** The charts that have a run to draw. */
  readonly charts: readonly ShownStudyChart[] = $derived(
    STUDY_CHARTS.flatMap((chart) => {
      const runs = this.#subjectOf(chart);
      if (runs === null) return [];
      const request = figureRequestSchema.parse({ ...chart.request, ...this.#changed[chart.key], ...runs });
      return [{ ...chart, request }];
    }),
  );

  get timelineId(): string | null {
    return this.#timelineId;
  }

  showView(view: ComparisonView): void {
    // Other measures have other ranges: a zoom into the old ones would show nothing.
    const isSameAxes = view.saved === this.view.saved && view.error === this.view.error;
    this.#comparison = isSameAxes ? { ...this.#comparison, view } : { view };
  }

  /** Finds the view again that was chosen the last time. What is kept in another form is as good as nothing. */
  async restore(drafts: PageClient['drafts']): Promise<void> {
    const { value } = await drafts.read({ key: this.#key });
    const kept = comparisonViewSchema.safeParse(value);
    if (kept.success) this.#comparison = { ...this.#comparison, view: kept.data };
  }

  async keep(drafts: PageClient['drafts']): Promise<void> {
    await drafts.save({ key: this.#key, value: this.view });
  }

  get #key(): string {
    return `study-view:${this.#studyId}`;
  }

  changeComparison(changed: FigureRequest): void {
    if ('view' in changed) this.#comparison = changed;
  }

  change(key: string, changed: FigureRequest): void {
    this.#changed = { ...this.#changed, [key]: changed };
  }

  readonly point = (highlight: string | null): void => {
    this.highlight = highlight;
  };

  #subjectOf({ of }: StudyChart): { readonly [subject: string]: string | readonly string[] } | null {
    if (of === 'study' || of === 'classes') return this.#studyId === '' ? null : { study: this.#studyId };
    if (of === 'run') return this.#timelineId === null ? null : { run: this.#timelineId };
    return this.#ids === '' ? null : { runs: this.#ids.split(',') };
  }
}
