import type { PageClient } from '#contract/client.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { FigureRequest, FigureRequestOf } from '#core/figure/figure-request.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';
import { drawableRuns, timelineRun } from '../lib/study-figures.ts';

type Options<Kind extends FigureRequest['kind']> = Partial<FigureRequestOf<Kind>>;

/** What the figures of a study's page show. The runs follow the study, everything else is the user's choice. */
export class StudyFigures {
  /** The name of an arm or the id of a run that is pointed at, anywhere on the page. */
  highlight = $state<string | null>(null);
  chosenRun = $state<string | null>(null);
  #comparison = $state.raw<Options<'comparison'>>({});
  #curves = $state.raw<Options<'curves'>>({ bands: true });
  #times = $state.raw<Options<'epoch-times'>>({});
  #timeline = $state.raw<Options<'freeze-timeline'>>({});
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

  /** Those that have something to draw. */
  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  readonly view: ComparisonView = $derived(
    comparisonViewSchema.parse({ ...this.#comparison.view, studies: [this.#studyId || '-'] }),
  );

  readonly comparison = $derived(
    figureRequestSchema.parse({ ...this.#comparison, kind: 'comparison', view: this.view }),
  );

  /** Null before there is a run to draw. */
  readonly curves = $derived(this.#ofRuns({ ...this.#curves, kind: 'curves' }));

  readonly times = $derived(this.#ofRuns({ ...this.#times, kind: 'epoch-times' }));

  readonly timeline = $derived(
    this.#timelineId === null
      ? null
      : figureRequestSchema.parse({ ...this.#timeline, kind: 'freeze-timeline', run: this.#timelineId }),
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

  change(request: FigureRequest): void {
    switch (request.kind) {
      case 'comparison':
        this.#comparison = request;
        break;
      case 'curves':
        this.#curves = request;
        break;
      case 'epoch-times':
        this.#times = request;
        break;
      case 'freeze-timeline':
        this.#timeline = request;
        break;
      default:
    }
  }

  readonly point = (highlight: string | null): void => {
    this.highlight = highlight;
  };

  #ofRuns(options: Options<'curves'> | Options<'epoch-times'>): FigureRequest | null {
    if (this.#ids === '') return null;
    return figureRequestSchema.parse({ ...options, runs: this.#ids.split(',') });
  }
}
