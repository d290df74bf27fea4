import type { PageClient } from '#contract/client.ts';
import { messageOf } from '#core/errors.ts';
import { freeName } from '#core/free-name.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { StudySpec } from '#core/study.ts';
import { destinationOn } from '../lib/destination.ts';
import {
  type ExpectedPixels,
  type FineTuningChoices,
  fineTuningStudy,
  type Length,
  type StartingWeights,
} from '../lib/fine-tuning.ts';
import { choicesOf, chosenPolicies } from '../lib/policy-choices.ts';
import { Refresh } from '../lib/refresh.ts';
import { planPreview, type StudyPreview } from '../lib/study-preview.ts';
import { startingWeights, unusableWeights } from '../lib/weights-list.ts';
import type { AppState } from './app-state.ts';
import type { Live } from './live.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { PaceMeter } from './pace-meter.svelte.ts';
import { WeightsList } from './weights.svelte.ts';

interface Planned {
  readonly spec: StudySpec;
  readonly preview: StudyPreview | null;
}

/** Three choices that lead to the study of how many layers to freeze: weights, data, and how long it may take. */
export class FineTuning {
  #datasets = $state.raw<readonly DatasetRecord[] | null>(null);
  #takenNames = $state.raw<ReadonlySet<string>>(new Set());
  #chosenDataset = $state<string>('');
  #chosenWeights = $state<string | null>(null);
  /** The machine on which the study trains; null for this one. */
  where = $state<string | null>(null);
  #isStarting = $state(false);
  length = $state<Length>('usual');
  #pixels = $state<ExpectedPixels>('imagenet');
  readonly pace: PaceMeter;
  readonly #api: PageClient;
  readonly #notices: Notices;
  readonly #live: Live;
  readonly #list: WeightsList;

  readonly #weights = $derived.by(() => (this.#list.entries === null ? null : startingWeights(this.#list.entries)));
  readonly #unusable = $derived.by(() => unusableWeights(this.#list.entries ?? []));
  readonly #dataset = $derived(this.#datasets?.find(({ name }) => name === this.#chosenDataset) ?? null);
  readonly #start = $derived.by(() => {
    const all = this.#weights ?? [];
    return all.find(({ key }) => key === this.#chosenWeights) ?? (all.length === 1 ? all[0] : null);
  });
  readonly #outcome = $derived.by(() => {
    const [dataset, start] = [this.#dataset, this.#start];
    return dataset === null || start === null
      ? null
      : planOf(dataset, { start, pixels: this.pixels, length: this.length });
  });
  readonly #planned = $derived(this.#outcome !== null && 'spec' in this.#outcome ? this.#outcome : null);
  /** Under a name that no study has. */
  readonly #spec = $derived.by(() => {
    const spec = this.#planned?.spec;
    return spec === undefined ? null : { ...spec, name: freeName(spec.name, this.#takenNames) };
  });
  readonly #seconds = $derived.by(() => {
    const [images, planned] = [this.#dataset, this.#planned];
    if (images === null || planned === null || planned.preview === null) return null;
    return this.pace.estimateOf(planned.preview, { ...planned.spec, images })?.seconds ?? null;
  });

  constructor(parts: Pick<AppState, 'api' | 'live' | 'notices'>, dataset: string) {
    const { api, live, notices } = parts;
    this.#api = api;
    this.#live = live;
    this.#notices = notices;
    this.#chosenDataset = dataset;
    this.pace = new PaceMeter(api);
    this.#list = new WeightsList(parts);
  }

  /** Null until they were read. */
  get datasets(): readonly DatasetRecord[] | null {
    return this.#datasets;
  }

  get dataset(): DatasetRecord | null {
    return this.#dataset;
  }

  /** Null until they were read. */
  get weights(): readonly StartingWeights[] | null {
    return this.#weights;
  }

  /** The names of weights that fit no network here. */
  get unusable(): readonly string[] {
    return this.#unusable;
  }

  /** True while a file is copied and looked at. */
  get isAdding(): boolean {
    return this.#list.isAdding;
  }

  get start(): StartingWeights | null {
    return this.#start;
  }

  /** The pixels that the chosen weights expect; null where the run that made them says it. */
  get pixels(): ExpectedPixels | null {
    return this.#start === null || this.#start.reading !== undefined ? null : this.#pixels;
  }

  /** The study that would start; null while a choice is open or does not fit. */
  get spec(): StudySpec | null {
    return this.#spec;
  }

  /** Why weights and data do not go together; null where they do. */
  get problem(): string | null {
    return this.#outcome !== null && 'problem' in this.#outcome ? this.#outcome.problem : null;
  }

  get runs(): number {
    const planned = this.#planned;
    return planned === null ? 0 : (planned.preview?.arms.length ?? 0) * planned.spec.seeds.length;
  }

  /** What all runs take, one after another; null before a few steps of this network were measured. */
  get seconds(): number | null {
    return this.#seconds;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  chooseDataset(name: string): void {
    this.#chosenDataset = name;
  }

  /** What was said of the pixels was said of the weights chosen before. */
  chooseWeights(key: string): void {
    this.#chosenWeights = key;
    this.#pixels = 'imagenet';
  }

  choosePixels(pixels: ExpectedPixels): void {
    this.#pixels = pixels;
  }

  /** Adds a file of weights that the user chooses, and chooses it. Throws what the file is refused for. */
  async addFile(): Promise<void> {
    const name = await this.#list.addFile();
    const added = this.weights?.find(({ weights }) => 'name' in weights && weights.name === name);
    if (added !== undefined) this.chooseWeights(added.key);
  }

  /** Follows data sets and weights. Returns the function that ends that. */
  open(): () => void {
    const leaveList = this.#list.follow();
    const reading = new Refresh(() => this.#notices.attempt(() => this.#read()));
    reading.request();
    void this.#notices.attempt(() => this.pace.restore());
    const leave = this.#live.onChange(({ kind }) => {
      if (kind === 'studies' || kind === 'datasets') reading.request();
    });
    return () => {
      leave();
      leaveList();
      reading.end();
      void this.pace.close();
    };
  }

  /** Times a few steps, which says how long the study takes. */
  async measure(): Promise<void> {
    const [spec, dataset] = [this.spec, this.#dataset];
    if (spec !== null && dataset !== null)
      await this.pace.measure({ base: spec.base, images: dataset, movesStatistics: false });
  }

  /** The id of the started study; null where a choice is open. Throws what the start refuses. */
  async begin(): Promise<string | null> {
    const { spec } = this;
    if (spec === null || this.#isStarting) return null;
    this.#isStarting = true;
    try {
      return (await this.#api.studies.start({ spec, ...destinationOn(this.where) })).studyId;
    } finally {
      this.#isStarting = false;
    }
  }

  async #read(): Promise<void> {
    const [datasets, studies] = await Promise.all([this.#api.datasets.list({}), this.#api.studies.overview({})]);
    this.#datasets = datasets;
    this.#takenNames = new Set(studies.map(({ name }) => name));
  }
}

function planOf(dataset: DatasetRecord, choices: FineTuningChoices): Planned | { readonly problem: string } {
  try {
    const spec = fineTuningStudy(dataset, choices);
    const policies = chosenPolicies(choicesOf(spec.arms));
    const { base, equalTimeBaseline } = spec;
    return { spec, preview: planPreview({ base, policies, equalTimeBaseline }, dataset) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
