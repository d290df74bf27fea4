import { z } from 'zod';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import type { BaseSpec, ModelSpec, RunSpec } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { DEFAULT_MARGIN } from '#core/study.ts';
import { numberIn, numberText, optionalNumberIn } from './draft-number.ts';
import { choicesOf, chosenPolicies, policyChoicesSchema } from './policy-choices.ts';
import { formatSeeds, parseSeeds } from './seeds.ts';

const text = z.string();

/** What is in the form, as it was typed: texts that are no numbers yet are kept too, and so are those of other networks. */
export const studyDraftSchema = z.object({
  /** Empty: suggested. */
  name: text,
  /** A name, or where the images are, as a duplicated spec may say. */
  dataset: z.union([text, datasetLocationSchema]),
  train: text,
  validation: text,
  test: text,
  model: z.enum(['densenet-bc', 'wide-resnet', 'vgg']),
  denseNet: z.object({ depth: text, growth: text }),
  wideResNet: z.object({ depth: text, width: text, skip: z.boolean() }),
  /** Width empty: the whole VGG-16. */
  vgg: z.object({ dropout: text, width: text.default('') }),
  policies: policyChoicesSchema,
  equalTimeBaseline: z.boolean(),
  /** Points. */
  margin: text.default(String(DEFAULT_MARGIN)),
  seeds: text,
  epochs: text,
  batchSize: text,
  augment: z.enum(['none', 'crop-flip']),
  /** Empty: a new view every epoch. */
  views: text.default(''),
  shuffle: z.boolean(),
  learningRate: text,
  momentum: text,
  nesterov: z.boolean(),
  weightDecay: text,
  initialWeights: text.nullable(),
  logEverySteps: text,
  checkpointEveryEpochs: text,
  device: z.enum(['auto', 'cpu', 'gpu']),
  prefixCache: z.enum(['auto', 'off']).default('auto'),
});

export type StudyDraft = z.infer<typeof studyDraftSchema>;

/** The draft that reads as this spec. */
export function draftOf({ name, base, arms, seeds, equalTimeBaseline, margin }: StudySpec): StudyDraft {
  const { optimizer } = base;
  return {
    name,
    dataset: base.dataset,
    train: numberText(base.train),
    validation: numberText(base.validation),
    test: numberText(base.test),
    ...modelTexts(base.model),
    policies: choicesOf(arms),
    equalTimeBaseline,
    margin: String(margin),
    seeds: formatSeeds(seeds),
    epochs: String(base.epochs),
    batchSize: String(base.batchSize),
    augment: base.augment,
    views: numberText(base.views),
    shuffle: base.shuffle,
    learningRate: String(optimizer.learningRate),
    momentum: String(optimizer.momentum),
    nesterov: optimizer.nesterov,
    weightDecay: String(optimizer.weightDecay),
    initialWeights: base.initialWeights ?? null,
    logEverySteps: String(base.logEverySteps),
    checkpointEveryEpochs: String(base.checkpointEveryEpochs),
    device: base.device,
    prefixCache: base.prefixCache,
  };
}

/** A study of this one run, as far as its arm and its seed say. */
export function studyOfRun(name: string, run: RunSpec): StudySpec {
  const { policy, seed, steps: _, ...base } = run;
  const arms = policy.kind === 'none' ? [] : [policy];
  return { name, base, arms, seeds: [seed], equalTimeBaseline: true, margin: DEFAULT_MARGIN };
}

/** The spec that the draft would be, with NaN for what is no number yet: for the schema to judge, and to be looked at. */
export function draftJson(draft: StudyDraft, name: string) {
  return {
    name,
    base: baseJson(draft),
    arms: chosenPolicies(draft.policies).map(({ policy }) => policy),
    seeds: parseSeeds(draft.seeds).seeds ?? [],
    equalTimeBaseline: draft.equalTimeBaseline,
    margin: numberIn(draft.margin),
  };
}

function baseJson(draft: StudyDraft): BaseSpec {
  const initialWeights = draft.initialWeights === null ? {} : { initialWeights: draft.initialWeights };
  const views = draft.augment === 'none' ? undefined : optionalNumberIn(draft.views);
  return {
    dataset: draft.dataset,
    ...counts(draft),
    model: modelJson(draft),
    optimizer: {
      learningRate: numberIn(draft.learningRate),
      momentum: numberIn(draft.momentum),
      nesterov: draft.nesterov,
      weightDecay: numberIn(draft.weightDecay),
    },
    epochs: numberIn(draft.epochs),
    batchSize: numberIn(draft.batchSize),
    augment: draft.augment,
    ...(views === undefined ? {} : { views }),
    shuffle: draft.shuffle,
    ...initialWeights,
    logEverySteps: numberIn(draft.logEverySteps),
    checkpointEveryEpochs: numberIn(draft.checkpointEveryEpochs),
    device: draft.device,
    prefixCache: draft.prefixCache,
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

function modelJson(draft: StudyDraft): ModelSpec {
  switch (draft.model) {
    case 'densenet-bc':
      return { kind: 'densenet-bc', depth: numberIn(draft.denseNet.depth), growth: numberIn(draft.denseNet.growth) };
    case 'wide-resnet': {
      const { depth, width, skip } = draft.wideResNet;
      return { kind: 'wide-resnet', depth: numberIn(depth), width: numberIn(width), skip };
    }
    case 'vgg': {
      const width = optionalNumberIn(draft.vgg.width);
      return {
        kind: 'vgg',
        depth: 16,
        dropout: numberIn(draft.vgg.dropout),
        ...(width === undefined ? {} : { width }),
      };
    }
  }
}

/** The chosen network's parameters, and the paper's for the others. */
function modelTexts(model: ModelSpec): Pick<StudyDraft, 'model' | 'denseNet' | 'wideResNet' | 'vgg'> {
  const texts = {
    model: model.kind,
    denseNet: { depth: '76', growth: '12' },
    wideResNet: { depth: '40', width: '4', skip: true },
    vgg: { dropout: '0.5', width: '' },
  };
  switch (model.kind) {
    case 'densenet-bc':
      return { ...texts, denseNet: { depth: String(model.depth), growth: String(model.growth) } };
    case 'wide-resnet':
      return {
        ...texts,
        wideResNet: { depth: String(model.depth), width: String(model.width), skip: model.skip },
      };
    case 'vgg':
      return { ...texts, vgg: { dropout: String(model.dropout), width: String(model.width ?? '') } };
  }
}
