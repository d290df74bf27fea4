import { parseSeeds } from '#core/seeds.ts';
import type { FieldName, Reading } from '../lib/draft-reading.ts';
import { draftInput } from '../lib/input-draft.ts';
import type { ChosenPolicy } from '../lib/policy-choices.ts';
import { choiceKey, chosenPolicies, curveKey, ruleKey } from '../lib/policy-choices.ts';
import type { StudyDraft } from '../lib/study-draft.ts';
import { draftModel } from '../lib/study-draft.ts';
import type { NetworkSizes, PreviewArm, PreviewEstimate, StudyPreview } from '../lib/study-preview.ts';
import { MOST_PREVIEWED_LAYERS, movesStatisticsIn, networkSizes, previewStudy } from '../lib/study-preview.ts';
import type { PaceMeter } from './pace-meter.svelte.ts';

/** Where something is wrong with a policy. */
const POLICY_FIELDS: readonly FieldName[] = ['policies', 'warmupEpochs', 'curves', 'rules', 'scheduleSteps'];

/** What is asked of whoever keeps the draft. */
export interface DraftSource {
  readonly snapshot: StudyDraft;
  readonly reading: Reading;
}

/** What a draft will be: its arms, their schedules, what they save, and how long they take. */
export class StudyOutlook {
  #selected = $state<string | null>(null);
  #lastPreview: StudyPreview | null = null;
  readonly #source: DraftSource;
  readonly #pace: PaceMeter;

  readonly #policies = $derived.by(() => chosenPolicies(this.#source.snapshot.policies));
  readonly #seeds = $derived.by(() => parseSeeds(this.#source.snapshot.seeds).seeds ?? []);
  readonly #network = $derived.by(() => {
    const { images } = this.#source.reading;
    const model = draftModel(this.#source.snapshot);
    const input = images === null ? null : draftInput(this.#source.snapshot, images);
    return images === null || model === null || input === null ? null : networkSizes(model, input, images.classes);
  });
  readonly #preview = $derived.by(() => {
    const { base, images, errors } = this.#source.reading;
    if (base === null || images === null || POLICY_FIELDS.some((field) => errors[field] !== undefined)) return null;
    if (this.#isTooLarge) return null;
    const { equalTimeBaseline } = this.#source.snapshot;
    return previewStudy({ base, policies: this.#policies, equalTimeBaseline }, images);
  });
  /** Half a number must not make the page jump: what fitted last stays in sight. */
  readonly #shown = $derived.by(() => {
    this.#lastPreview = this.#preview ?? this.#lastPreview;
    return this.#isTooLarge ? null : this.#lastPreview;
  });
  readonly #estimate = $derived.by(() => {
    const { base, images } = this.#source.reading;
    if (this.#preview === null || base === null || images === null) return null;
    return this.#pace.estimateOf(this.#preview, { base, seeds: this.#seeds, images });
  });

  constructor(source: DraftSource, pace: PaceMeter) {
    this.#source = source;
    this.#pace = pace;
  }

  get policies(): readonly ChosenPolicy[] {
    return this.#policies;
  }

  get seeds(): readonly number[] {
    return this.#seeds;
  }

  /** The sizes of the network that is chosen, whatever else is wrong; null where it cannot be built. */
  get network(): NetworkSizes | null {
    return this.#network;
  }

  /** The preview; null while something does not fit. */
  get preview(): StudyPreview | null {
    return this.#preview;
  }

  /** The preview, or while something does not fit the one before. */
  get shown(): StudyPreview | null {
    return this.#shown;
  }

  /** Whether what is shown is no longer what the form says. */
  get isStale(): boolean {
    return this.#preview === null && this.#shown !== null;
  }

  /** Why there is no preview. */
  get reason(): string {
    if (this.#isTooLarge) {
      return `A network of more than ${MOST_PREVIEWED_LAYERS} layers is not previewed: planning it takes too long to do as you type.`;
    }
    return 'Freeze times, learning rates and what each arm saves are drawn here once data set, network and policies fit each other.';
  }

  /** Whether a policy lets the statistics of frozen layers move. */
  get movesStatistics(): boolean {
    return this.#preview !== null && movesStatisticsIn(this.#preview);
  }

  /** The estimate; null before the pace of this network was measured here. */
  get estimate(): PreviewEstimate | null {
    return this.#estimate;
  }

  /** The arm whose curves are shown: the chosen one, else the first policy. */
  get selected(): PreviewArm | null {
    const arms = this.#shown?.arms ?? [];
    return arms.find((arm) => selectionKey(arm) === this.#selected) ?? arms[1] ?? arms[0] ?? null;
  }

  select(arm: PreviewArm): void {
    this.#selected = selectionKey(arm);
  }

  selectCurve(id: number): void {
    this.#selected = curveKey(id);
  }

  selectRule(id: number): void {
    this.#selected = ruleKey(id);
  }

  get #isTooLarge(): boolean {
    return (this.#network?.layers ?? 0) > MOST_PREVIEWED_LAYERS;
  }
}

/** What an arm is found by again while its policy is edited. */
function selectionKey({ choice, name }: PreviewArm): string {
  return choice === null ? name : choiceKey(choice);
}
