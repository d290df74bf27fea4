import { z } from 'zod';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import { AUGMENTATIONS } from '#core/data/input-settings.ts';
import { SPLIT_RULES } from '#core/data/split.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { modelSchema, networkOf } from '#core/network/network.ts';
import type { NetworkKind } from '#core/network/network-kind.ts';
import { NETWORKS } from '#core/network/networks.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import type { OptimizerKind } from '#core/optimizer/optimizer-kind.ts';
import { OPTIMIZERS } from '#core/optimizer/optimizers.ts';
import { isBaseline } from '#core/policy/policy.ts';
import type { BaseSpec, RunSpec } from '#core/run.ts';
import { formatSeeds, parseSeeds } from '#core/seeds.ts';
import type { StudySpec } from '#core/study.ts';
import { DEFAULT_MARGIN } from '#core/study.ts';
import { PRECISIONS } from '#core/training/precision.ts';
import { weightsSchema, withoutFirstKey } from '#core/weights/weights-spec.ts';
import { inputDraft, inputDraftSchema, inputJson } from './input-draft.ts';
import type { KindDraft } from './kind-draft.ts';
import { kindDraft, kindDraftSchema, kindJson } from './kind-draft.ts';
import { numberIn, numberText, optionalNumberIn } from './number-text.ts';
import { choicesOf, chosenPolicies, policyChoicesSchema } from './policy-choices.ts';
import { ratesDraft, ratesDraftSchema, ratesJson } from './rates-draft.ts';

const text = z.string();

/** What is in the form, as it was typed: texts that are not numbers yet are kept too, and so are those of other networks. */
const draftFields = z.object({
  /** Empty: suggested. */
  name: text,
  /** A name, or where the images are, as a duplicated spec may say. */
  dataset: z.union([text, datasetLocationSchema]),
  train: text,
  validation: text,
  test: text,
  /** Empty: as the data decide. */
  split: z.enum(['', ...SPLIT_RULES]).default(''),
  /** The kind of the chosen network. */
  model: z.enum(NETWORKS.map(({ kind }) => kind)),
  /** By kind, what was typed for each network. */
  networks: z.record(text, kindDraftSchema),
  policies: policyChoicesSchema,
  equalTimeBaseline: z.boolean(),
  /** Points. */
  margin: text.default(String(DEFAULT_MARGIN)),
  seeds: text,
  epochs: text,
  batchSize: text,
  augment: z.enum(AUGMENTATIONS),
  /** Empty: a new view every epoch. */
  views: text.default(''),
  input: inputDraftSchema.prefault({}),
  shuffle: z.boolean(),
  /** Epochs; empty: every epoch is trained. */
  patience: text.default(''),
  /** Whether a run that may end early tests the weights of its best epoch. */
  testsBest: z.boolean().default(true),
  /** Epochs; empty: none. */
  warmup: text.default(''),
  /** Empty: none. */
  labelSmoothing: text.default(''),
  /** The kind of the chosen optimizer. */
  optimizer: z.enum(OPTIMIZERS.map(({ kind }) => kind)),
  /** By kind, what was typed for each optimizer. */
  optimizers: z.record(text, kindDraftSchema),
  rates: ratesDraftSchema.prefault({}),
  /** What the runs begin with; null: weights drawn from the seed. */
  weights: weightsSchema.nullable().default(null),
  logEverySteps: text,
  checkpointEveryEpochs: text,
  precision: z.enum(PRECISIONS).default('float32'),
  device: z.enum(['auto', 'cpu', 'gpu']),
  prefixCache: z.enum(['auto', 'off']).default('auto'),
});

/** Drafts that version 0.1.0 kept are read too. */
export const studyDraftSchema = z.preprocess((kept) => withoutFirstKey(withOptimizers(kept)), draftFields);

export type StudyDraft = z.infer<typeof studyDraftSchema>;

/** A draft that version 0.1.0 kept has the fields of its only optimizer among its own. */
function withOptimizers(kept: unknown): unknown {
  if (typeof kept !== 'object' || kept === null || 'optimizers' in kept) return kept;
  const [{ kind, fields }] = OPTIMIZERS;
  const typed = new Map<string, unknown>(Object.entries(kept));
  const own = fields.flatMap(({ key }) => (typed.has(key) ? [[key, typed.get(key)]] : []));
  return { ...kept, optimizer: kind, optimizers: { [kind]: Object.fromEntries(own) } };
}

/** The draft that reads as this spec. */
export function draftOf({ name, base, arms, seeds, equalTimeBaseline, margin }: StudySpec): StudyDraft {
  const { optimizer } = base;
  return {
    name,
    dataset: base.dataset,
    train: numberText(base.train),
    validation: numberText(base.validation),
    test: numberText(base.test),
    split: base.split ?? '',
    model: base.model.kind,
    networks: { [base.model.kind]: kindDraft(networkOf(base.model), base.model) },
    policies: choicesOf(arms),
    equalTimeBaseline,
    margin: String(margin),
    seeds: formatSeeds(seeds),
    epochs: String(base.epochs),
    batchSize: String(base.batchSize),
    augment: base.augment,
    views: numberText(base.views),
    input: inputDraft(base),
    shuffle: base.shuffle,
    patience: numberText(base.earlyEnd?.patience),
    testsBest: base.earlyEnd?.weights !== 'last',
    warmup: numberText(base.warmupEpochs),
    labelSmoothing: numberText(base.labelSmoothing),
    optimizer: optimizer.kind ?? OPTIMIZERS[0].kind,
    optimizers: { [optimizerKindOf(optimizer).kind]: kindDraft(optimizerKindOf(optimizer), optimizer) },
    rates: ratesDraft(base.rates),
    weights: base.weights ?? null,
    logEverySteps: String(base.logEverySteps),
    checkpointEveryEpochs: String(base.checkpointEveryEpochs),
    precision: base.precision ?? 'float32',
    device: base.device,
    prefixCache: base.prefixCache,
  };
}

/** A study of this one run, as far as its arm and its seed say. */
export function studyOfRun(name: string, run: RunSpec): StudySpec {
  const { policy, seed, steps: _, ...base } = run;
  const arms = isBaseline(policy) ? [] : [policy];
  return { name, base, arms, seeds: [seed], equalTimeBaseline: true, margin: DEFAULT_MARGIN };
}

export function chosenNetwork(draft: Pick<StudyDraft, 'model'>): NetworkKind {
  return networkOf({ kind: draft.model });
}

/** What is typed for the chosen network; its defaults where nothing was typed yet. */
export function networkDraft(draft: StudyDraft): KindDraft {
  return { ...kindDraft(chosenNetwork(draft)), ...draft.networks[draft.model] };
}

export function chosenOptimizer(draft: Pick<StudyDraft, 'optimizer'>): OptimizerKind {
  return optimizerKindOf({ kind: draft.optimizer });
}

/** What is typed for the chosen optimizer; its defaults where nothing was typed yet. */
export function optimizerDraft(draft: StudyDraft): KindDraft {
  return { ...kindDraft(chosenOptimizer(draft)), ...draft.optimizers[draft.optimizer] };
}

/** The chosen network; null while its fields say none. */
export function draftModel(draft: StudyDraft): ModelSpec | null {
  return modelSchema.safeParse(kindJson(chosenNetwork(draft), networkDraft(draft))).data ?? null;
}

/** The spec that the draft would be, with NaN for what is not a number yet: for the schema to judge, and to be looked at. */
export function draftJson(draft: StudyDraft, name: string) {
  return {
    name,
    base: baseJson(draft),
    arms: chosenPolicies(draft.policies).map(({ json }) => json),
    seeds: parseSeeds(draft.seeds).seeds ?? [],
    equalTimeBaseline: draft.equalTimeBaseline,
    margin: numberIn(draft.margin),
  };
}

function baseJson(draft: StudyDraft) {
  const rates = ratesJson(draft.rates);
  const views = draft.augment === 'none' ? undefined : optionalNumberIn(draft.views);
  return {
    dataset: draft.dataset,
    ...counts(draft),
    ...(draft.split === '' ? {} : { split: draft.split }),
    model: kindJson(chosenNetwork(draft), networkDraft(draft)),
    optimizer: kindJson(chosenOptimizer(draft), optimizerDraft(draft)),
    ...(rates === undefined ? {} : { rates }),
    ...recipe(draft),
    epochs: numberIn(draft.epochs),
    batchSize: numberIn(draft.batchSize),
    augment: draft.augment,
    ...(views === undefined ? {} : { views }),
    ...inputJson(draft.input, draft.augment),
    shuffle: draft.shuffle,
    ...(draft.weights === null ? {} : { weights: draft.weights }),
    logEverySteps: numberIn(draft.logEverySteps),
    checkpointEveryEpochs: numberIn(draft.checkpointEveryEpochs),
    ...(draft.precision === 'float32' ? {} : { precision: draft.precision }),
    device: draft.device,
    prefixCache: draft.prefixCache,
  };
}

/** What is left empty is not done. */
function recipe(draft: StudyDraft): Pick<BaseSpec, 'warmupEpochs' | 'labelSmoothing' | 'earlyEnd'> {
  const patience = optionalNumberIn(draft.patience);
  const [warmupEpochs, labelSmoothing] = [draft.warmup, draft.labelSmoothing].map(optionalNumberIn);
  return {
    ...(warmupEpochs === undefined ? {} : { warmupEpochs }),
    ...(labelSmoothing === undefined ? {} : { labelSmoothing }),
    ...(patience === undefined ? {} : { earlyEnd: { patience, weights: draft.testsBest ? 'best' : 'last' } }),
  };
}

/** Those that are left empty follow from the data set. */
function counts(draft: StudyDraft): Pick<BaseSpec, 'train' | 'validation' | 'test'> {
  const [train, validation, test] = [draft.train, draft.validation, draft.test].map(optionalNumberIn);
  return {
    ...(train === undefined ? {} : { train }),
    ...(validation === undefined ? {} : { validation }),
    ...(test === undefined ? {} : { test }),
  };
}
