import { inputText, normalizationText } from './data/input-words.ts';
import { shortHash } from './data/run-data.ts';
import { datasetName, networkFamily, networkName } from './figure/labels.ts';
import type { Kind } from './kind.ts';
import { sharedFields, specValue } from './kind.ts';
import { NETWORKS } from './network/networks.ts';
import { optimizerKindOf } from './optimizer/optimizer.ts';
import { POLICIES } from './policy/policies.ts';
import { policyName } from './policy/policy.ts';
import { ratesText } from './policy/rates.ts';
import type { RunSummary } from './records.ts';
import { RUN_STATUSES } from './run.ts';
import { STATUS_WORDS } from './run-filter-words.ts';
import type { Series } from './series/series.ts';
import type { EpochSeries } from './series/series-lists.ts';
import { factorOf, SUMMARIZED_SERIES, seriesNamed } from './series/series-lists.ts';
import { ARM_ROLES } from './study.ts';
import { weightsWords } from './weights/weights-spec.ts';

export type FieldValue = string | number | boolean | readonly string[] | null;

/** How a value is written. Durations are in seconds, moments in ms since 1970, percent in %: 12.3, not 0.123. */
export type FieldFormat = 'text' | 'flag' | 'count' | 'number' | 'loss' | 'percent' | 'duration' | 'moment';

/** A property of runs that tables show, sort, filter and group by. */
export interface RunField {
  /** The name in filters: `test-error`. */
  readonly key: string;
  readonly title: string;
  readonly format: FieldFormat;
  /** Other names that filters may use. */
  readonly aliases: readonly string[];
  /** Whether it is a setting, not an outcome: runs that share settings make a group. */
  readonly isSetting: boolean;
  /** The value of a run; null where it is unknown, or where the run has no such property. */
  value(run: RunSummary): FieldValue;
  /** Other words for a run's value, by which filters find it. */
  readonly words?: ((run: RunSummary) => readonly string[]) | undefined;
  /** Every value, with the words for it, where filters ask for no other. */
  readonly choices?: readonly string[] | undefined;
}

type Entry = readonly [key: string, title: string, format: FieldFormat, value: RunField['value'], ...aliases: string[]];

function fields(entries: readonly Entry[], isSetting: boolean): RunField[] {
  return entries.map(([key, title, format, value, ...aliases]) => ({
    key,
    title,
    format,
    value,
    aliases,
    isSetting,
    ...FILTER_WORDS[key],
  }));
}

/** The columns of the kinds' fields; fields with the same key share one. `specOf` gives the spec that chooses the kind. */
function kindColumns(kinds: readonly Kind[], specOf: (run: RunSummary) => object): readonly Entry[] {
  const withColumns = kinds.map((kind) => ({
    ...kind,
    fields: kind.fields.filter(({ column }) => column !== undefined),
  }));
  return sharedFields(withColumns).flatMap(({ key, column }): readonly Entry[] => {
    if (column === undefined) return [];
    const { title, format, aliases = [] } = column;
    return [[key, title, format, (run) => specValue(specOf(run), key), ...aliases]];
  });
}

/** What filters may say besides the values; policies and networks by what their specs call them. */
const FILTER_WORDS: Readonly<Record<string, Pick<RunField, 'words' | 'choices'>>> = {
  status: {
    words: ({ status }) => STATUS_WORDS[status],
    choices: RUN_STATUSES.flatMap((status) => [status, ...STATUS_WORDS[status]]),
  },
  role: { choices: ARM_ROLES },
  policy: { words: ({ spec }) => [spec.policy.kind] },
  network: { words: ({ spec }) => [spec.model.kind] },
};

const IDENTITY = fields(
  [
    ['name', 'run', 'text', runName, 'run'],
    ['id', 'id', 'text', (run) => run.id],
    ['status', 'status', 'text', (run) => run.status],
    ['reason', 'reason', 'text', (run) => run.reason],
    ['tags', 'tags', 'text', (run) => run.tags, 'tag'],
    ['note', 'note', 'text', (run) => run.note, 'notes'],
  ],
  false,
);

const SETTINGS = fields(
  [
    ['study', 'study', 'text', (run) => run.studyName],
    ['arm', 'arm', 'text', (run) => run.arm],
    ['role', 'role', 'text', (run) => run.role],
    ['dataset', 'data set', 'text', (run) => datasetName(run.spec.dataset), 'data-set', 'data'],
    ['data-hash', 'data hash', 'text', (run) => run.data && shortHash(run.data)],
    ['weights', 'weights', 'text', ({ spec }) => (spec.weights === undefined ? null : weightsWords(spec.weights))],
    ['weights-hash', 'weights hash', 'text', (run) => run.weights && shortHash(run.weights)],
    ['network', 'network', 'text', (run) => networkName(run.spec.model), 'model'],
    ['family', 'network family', 'text', (run) => networkFamily(run.spec.model)],
    ...kindColumns(NETWORKS, (run) => run.spec.model),
    ['policy', 'policy', 'text', (run) => policyName(run.spec.policy)],
    ...kindColumns(POLICIES, (run) => run.spec.policy),
    ['seed', 'seed', 'count', (run) => run.spec.seed],
    ['epochs', 'epochs', 'count', (run) => run.spec.epochs],
    ['steps', 'steps', 'count', (run) => run.steps],
    ['batch', 'batch', 'count', (run) => run.spec.batchSize, 'batch-size'],
    ['optimizer', 'optimizer', 'text', (run) => optimizerKindOf(run.spec.optimizer).title],
    ['learning-rate', 'learning rate', 'number', (run) => run.spec.optimizer.learningRate, 'lr'],
    ['rates', 'rates of layers', 'text', ({ spec }) => (spec.rates === undefined ? null : ratesText(spec.rates))],
    ['weight-decay', 'weight decay', 'number', (run) => run.spec.optimizer.weightDecay, 'wd'],
    ['augment', 'augmentation', 'text', (run) => run.spec.augment, 'augmentation'],
    ['input', 'network reads', 'text', (run) => inputText(run.spec)],
    ['normalization', 'normalisation', 'text', (run) => normalizationText(run.spec), 'normalisation'],
    ['views', 'views', 'count', (run) => run.spec.views ?? null],
    ['split', 'split', 'text', (run) => run.spec.split, 'held-out'],
    ['precision', 'precision', 'text', ({ spec }) => spec.precision ?? 'float32'],
    ['device', 'device', 'text', (run) => run.device],
  ],
  true,
);

/** The last and the best value of each series. */
export const SERIES_FIELDS: readonly RunField[] = SUMMARIZED_SERIES.flatMap((series): RunField[] => {
  const { key, name, better, format, aliases } = series;
  const common = { format, isSetting: false };
  const scaled = (value: number | null | undefined) => scaledBy(series, value ?? null);
  const last = { key: fieldKey(name), title: name, value: ({ series: all }: RunSummary) => scaled(all[key]?.last) };
  const best = {
    key: `best-${last.key}`,
    title: `best ${name}`,
    value: ({ series: all }: RunSummary) => scaled(all[key]?.best),
  };
  return [{ ...common, ...last, aliases }, ...(better === null ? [] : [{ ...common, ...best, aliases: [] }])];
});

const REACHED = fields(
  [
    ['epoch', 'epoch', 'count', (run) => run.epoch],
    ['frozen', 'frozen layers', 'count', (run) => run.frozenLayers, 'frozen-layers'],
    ['layers', 'layers', 'count', (run) => run.layerCount],
    ['training', 'training time', 'duration', (run) => run.seconds.training, 'training-time', 'time'],
    ['saved', 'compute saved', 'percent', (run) => inPercent(run.computeSaved), 'compute-saved'],
    ['profile-saved', 'time saved (profile)', 'percent', (run) => inPercent(run.profileSaved), 'profile'],
  ],
  false,
);

const TEST = fields([['test-error', 'test error', 'percent', (run) => inPercent(run.testError), 'error']], false);

const KEEPING = fields(
  [
    ['created', 'created', 'moment', (run) => run.createdAt],
    ['started', 'started', 'moment', (run) => run.startedAt],
    ['ended', 'ended', 'moment', (run) => run.endedAt],
    ['locked', 'locked', 'flag', (run) => run.locked],
    ['archived', 'archived', 'flag', (run) => run.archived],
    ['imported', 'imported', 'flag', (run) => run.imported],
  ],
  false,
);

/** The name of a run for people, which is unique in its study. */
export function runName({ arm, spec }: RunSummary): string {
  return `${arm ?? policyName(spec.policy)}, seed ${spec.seed}`;
}

/** Every field, in the order in which people choose from them. */
export const RUN_FIELDS: readonly RunField[] = [
  ...IDENTITY,
  ...SETTINGS,
  ...REACHED,
  ...SERIES_FIELDS,
  ...TEST,
  ...KEEPING,
];

function inPercent(fraction: number | null): number | null {
  return fraction === null ? null : 100 * fraction;
}

function scaledBy(series: Series, value: number | null): number | null {
  return value === null ? null : factorOf(series) * value;
}

/** The value of a series at one epoch; `values` has those of the runs that got there. */
export function fieldAtEpoch(key: EpochSeries, epoch: number, values: ReadonlyMap<string, number>): RunField {
  const series = seriesNamed(key);
  const title = `${series.name} at epoch ${epoch}`;
  return {
    key: fieldKey(title),
    title,
    format: series.format,
    aliases: [],
    isSetting: false,
    value: (run) => scaledBy(series, values.get(run.id) ?? null),
  };
}

/** Whether its values are amounts, so that a group has a meaningful mean. Moments have none. */
export function isNumeric({ format }: RunField): boolean {
  return !['text', 'flag', 'moment'].includes(format);
}

/** Finds a field by name, alias or title, in any spelling: "Test error", "test_error", "testError". */
export function findField(fields: readonly RunField[], name: string): RunField | null {
  const key = fieldKey(name);
  const named = fields.find((field) => field.key === key || field.aliases.includes(key));
  return named ?? fields.find(({ title }) => fieldKey(title) === key) ?? null;
}

/** A name as filters write it: "test-error". */
export function fieldKey(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replace(/[\s_]+/g, '-')
    .toLowerCase();
}

/** Sorts by a value; items with equal values keep their order, and unknown values come last. */
export function sortedBy<Item>(items: readonly Item[], value: (item: Item) => FieldValue, descending: boolean): Item[] {
  const known: { readonly item: Item; readonly value: KnownValue }[] = [];
  const unknown: Item[] = [];
  for (const item of items) {
    const itemValue = value(item);
    if (isUnknown(itemValue)) unknown.push(item);
    else known.push({ item, value: itemValue });
  }
  const ranks = ranksOf(known.map((one) => one.value));
  const keyed = known.map(({ item, value: known }) => ({ item, key: ranks.get(textOf(known)) ?? Number(known) }));
  const sign = descending ? -1 : 1;
  return [...keyed.sort((a, b) => sign * compareNumbers(a.key, b.key)).map(({ item }) => item), ...unknown];
}

type KnownValue = Exclude<FieldValue, null>;

/**
 * The order of texts as people expect it: "arm 10" after "arm 9", without regard to capitals. Each distinct text is compared
 * once, however many runs have it, because this comparison is slow. Numbers and flags need no ranks.
 */
function ranksOf(values: readonly KnownValue[]): ReadonlyMap<string, number> {
  const texts = values.filter((value) => typeof value !== 'number' && typeof value !== 'boolean').map(textOf);
  const distinct = [...new Set(texts)].sort(COLLATOR.compare);
  const ranks = new Map<string, number>();
  distinct.forEach((text, index) => {
    const before = distinct[index - 1];
    const isAlike = before !== undefined && COLLATOR.compare(before, text) === 0;
    ranks.set(text, isAlike ? (ranks.get(before) ?? index) : index);
  });
  return ranks;
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function textOf(value: KnownValue): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** Compares two numbers; NaN is above every number. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -1 : 1;
}

/** An empty text or list counts as unknown, like null. */
export function isUnknown(value: FieldValue): value is null {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
