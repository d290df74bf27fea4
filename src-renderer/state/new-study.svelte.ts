import type { PageClient } from '#contract/client.ts';
import { nextName } from '#core/free-name.ts';
import { freezeOut } from '#core/policy/freezeout.ts';
import { presetStudy } from '#core/presets/presets.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { Settings } from '#core/settings.ts';
import type { StudySpec } from '#core/study.ts';
import { destinationOn } from '../lib/destination.ts';
import type { Reading } from '../lib/draft-reading.ts';
import { lacksOf, readDraft } from '../lib/draft-reading.ts';
import type { StartingWeights } from '../lib/fine-tuning.ts';
import type { ChosenPolicy, EditedCurve, PolicyChoices } from '../lib/policy-choices.ts';
import { choicesOf, withCurve, withoutPolicy } from '../lib/policy-choices.ts';
import { Refresh } from '../lib/refresh.ts';
import type { RuleDraft } from '../lib/rule-drafts.ts';
import type { StudyDraft } from '../lib/study-draft.ts';
import { draftJson, draftOf, studyDraftSchema } from '../lib/study-draft.ts';
import { suggestedName } from '../lib/study-name.ts';
import { startingWeights } from '../lib/weights-list.ts';
import { DataParts } from './data-parts.svelte.ts';
import { DraftKeeper } from './draft-keeper.ts';
import type { Live } from './live.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { PaceMeter } from './pace-meter.svelte.ts';
import type { DraftOrigin } from './study-copy.ts';
import { copyOf } from './study-copy.ts';
import { StudyOutlook } from './study-outlook.svelte.ts';

/** A small study to change, rather than an empty form. */
function firstDraft(device: StudyDraft['device']): StudyDraft {
  const policies = choicesOf(
    (['linear', 'cubic'] as const).map((shape) => ({ kind: freezeOut.kind, shape, t0: 0.8, scaled: true })),
  );
  return { ...draftOf(presetStudy('quick')), name: '', policies, device };
}

export interface FormSurroundings {
  readonly api: PageClient;
  readonly notices: Notices;
  /** The device of new specs. */
  readonly preferences: { readonly settings: Pick<Settings, 'device'> };
}

/** The form of a new study: what is typed, what the program makes of it, and its start. */
export class NewStudyForm {
  draft = $state<StudyDraft>(firstDraft('auto'));
  #datasets = $state.raw<readonly DatasetRecord[] | null>(null);
  #weights = $state.raw<readonly StartingWeights[]>([]);
  #takenNames = $state.raw<ReadonlySet<string>>(new Set());
  #isReady = $state(false);
  /** The machine on which the study trains; null for this one. */
  where = $state<string | null>(null);
  #isStarting = $state(false);
  /** The name that the draft had when it was opened; null before. */
  #restoredName: string | null = null;
  readonly pace: PaceMeter;
  readonly parts: DataParts;
  readonly outlook: StudyOutlook;
  readonly #api: PageClient;
  readonly #notices: Notices;
  readonly #preferences: FormSurroundings['preferences'];
  readonly #keeper: DraftKeeper;

  readonly #snapshot = $derived($state.snapshot(this.draft) as StudyDraft);
  readonly #suggestion = $derived.by(() => suggestedName(this.#snapshot, this.#takenNames));
  readonly #reading = $derived.by(() =>
    readDraft(this.#snapshot, { datasets: this.#datasets, takenNames: this.#takenNames, name: this.name }),
  );
  constructor({ api, notices, preferences }: FormSurroundings) {
    this.#api = api;
    this.#notices = notices;
    this.#preferences = preferences;
    this.pace = new PaceMeter(api);
    this.parts = new DataParts(api);
    this.outlook = new StudyOutlook(this, this.pace);
    this.#keeper = new DraftKeeper(api, 'new-study', (error) => notices.failed(error));
  }

  /** Whether the draft of last time is in: before that, nothing is shown or kept. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  get datasets(): readonly DatasetRecord[] {
    return this.#datasets ?? [];
  }

  /** The weights with which runs can begin. */
  get weights(): readonly StartingWeights[] {
    return this.#weights;
  }

  get snapshot(): StudyDraft {
    return this.#snapshot;
  }

  get suggestion(): string {
    return this.#suggestion;
  }

  get name(): string {
    return this.draft.name.trim() === '' ? this.#suggestion : this.draft.name;
  }

  get reading(): Reading {
    return this.#reading;
  }

  get lacks() {
    return lacksOf(this.#reading.errors, this.draft);
  }

  /** Adds a curve or changes the one of its number, and shows what it does. */
  draw(curve: EditedCurve): void {
    this.choose(withCurve(this.#snapshot.policies, curve));
    this.outlook.selectCurve(curve.id);
  }

  /** Adds a rule other than FreezeOut, and shows what it does. */
  addRule(rule: RuleDraft): void {
    this.choose({ rules: [...this.#snapshot.policies.rules, rule] });
    this.outlook.selectRule(rule.id);
  }

  remove(policy: ChosenPolicy): void {
    this.draft.policies = withoutPolicy(this.#snapshot.policies, policy);
  }

  choose(change: Partial<PolicyChoices>): void {
    this.draft.policies = { ...this.#snapshot.policies, ...change };
  }

  /** The draft as a spec file would say it; what is not a number yet is null there. */
  json(): string {
    return JSON.stringify(this.#reading.spec ?? draftJson(this.#snapshot, this.name), null, 2);
  }

  /** Opens with the draft of last time, and follows names and data sets. Returns the function that ends that. */
  open(live: Live): () => void {
    const surroundings = new Refresh(() => this.#notices.attempt(() => this.#readSurroundings()));
    surroundings.request();
    void this.#notices.attempt(() => this.#restore());
    const leave = live.onChange(({ kind }) => {
      if (kind === 'studies' || kind === 'datasets' || kind === 'weights') surroundings.request();
    });
    return () => {
      leave();
      surroundings.end();
      this.parts.end();
      void this.flush();
      void this.pace.close();
    };
  }

  /** Called with every change of the draft. */
  keep(): void {
    if (this.#isReady) this.#keeper.keep(this.#snapshot);
    this.parts.ask(this.#reading.base);
  }

  /** Before the page goes: what waits to be kept is kept now. */
  flush(): Promise<void> {
    return this.#keeper.flush();
  }

  /** Fills the form with a copy of a study, or of a run as a study of its own. */
  async fillFrom(origin: DraftOrigin): Promise<void> {
    if (this.#datasets === null) await this.#readSurroundings();
    const { name, ...copy } = await copyOf(origin, this.#api);
    this.fill({ ...copy, name }, `The form is filled with a ${name}.`);
  }

  /** Fills the form with a spec of a file. */
  async fillWith(spec: StudySpec, file: string): Promise<void> {
    if (this.#datasets === null) await this.#readSurroundings();
    this.fill(spec, `The form is filled with ${file}.`);
  }

  /** Replaces all of the draft, under a name that is free; what was there comes back with the notice's undo. */
  fill(spec: StudySpec, notice: string): void {
    this.#replace(draftOf({ ...spec, name: nextName(spec.name, this.#takenNames) }), notice);
  }

  reset(): void {
    this.#replace(firstDraft(this.#preferences.settings.device), 'The form is as it was at first.');
  }

  /** The id of the started study; null where something is missing. Throws what the start refuses. */
  async start(): Promise<string | null> {
    const { spec } = this.#reading;
    if (spec === null || this.#isStarting) return null;
    this.#isStarting = true;
    try {
      const { studyId } = await this.#api.studies.start({ spec, ...destinationOn(this.where) });
      // The next study begins with what this one was, under the next name. It is kept here, since the view may be closed by now.
      if (this.draft.name.trim() !== '')
        this.draft.name = nextName(spec.name, new Set([...this.#takenNames, spec.name]));
      this.#keeper.keep($state.snapshot(this.draft));
      return studyId;
    } finally {
      this.#isStarting = false;
    }
  }

  #replace(draft: StudyDraft, notice: string): void {
    const before = this.#snapshot;
    this.draft = draft;
    this.#notices.done(notice, async () => {
      this.draft = before;
    });
  }

  async #restore(): Promise<void> {
    try {
      const kept = studyDraftSchema.safeParse(await this.#keeper.read());
      this.draft = kept.success ? kept.data : firstDraft(this.#preferences.settings.device);
      this.#restoredName = this.draft.name;
      this.#freeRestoredName();
      await this.pace.restore();
    } finally {
      this.#isReady = true;
    }
  }

  async #readSurroundings(): Promise<void> {
    this.#datasets = await this.#api.datasets.list({});
    this.#weights = startingWeights(await this.#api.weights.list({}));
    const studies = await this.#api.studies.overview({});
    this.#takenNames = new Set(studies.map((study) => study.name));
    this.#freeRestoredName();
  }

  /** A name from last time may have been taken since, by the very study that this form started; one that was typed now stays. */
  #freeRestoredName(): void {
    if (this.#restoredName === null || this.draft.name !== this.#restoredName) return;
    this.draft.name = nextName(this.#restoredName, this.#takenNames);
    this.#restoredName = this.draft.name;
  }
}
