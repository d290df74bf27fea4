import { stepsPerEpoch } from '#core/data/batch-schedule.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { splitCounts } from '#core/data/split.ts';
import { messageOf } from '#core/errors.ts';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { baseSpecSchema } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { studySpecSchema } from '#core/study.ts';
import { infoOf } from './dataset-info.ts';
import { optionalNumberIn } from './draft-number.ts';
import { issueSentence } from './issue-sentence.ts';
import { RULE_FIELDS, ruleErrors } from './rule-drafts.ts';
import { parseSeeds } from './seeds.ts';
import type { StudyDraft } from './study-draft.ts';
import { draftJson } from './study-draft.ts';
import { warmUpComplaint, warmUpsIn } from './warm-up.ts';

/** The fields of the form that can be wrong, in the order in which they stand there. */
export const FIELD_LABELS = {
  name: 'Name',
  dataset: 'Data set',
  train: 'Training images',
  validation: 'Validation images',
  test: 'Test images',
  model: 'Network',
  depth: 'Depth',
  growth: 'Growth rate',
  width: 'Width',
  dropout: 'Dropout',
  warmupEpochs: 'Warm-up epochs',
  curves: 'Drawn curves',
  rules: 'Other rules',
  policies: 'Policies',
  scheduleSteps: 'Schedule steps',
  margin: 'Margin, points',
  seeds: 'Seeds',
  epochs: 'Epochs',
  batchSize: 'Batch size',
  views: 'Views of an image',
  learningRate: 'Learning rate',
  momentum: 'Momentum',
  weightDecay: 'Weight decay',
  logEverySteps: 'Log every … steps',
  checkpointEveryEpochs: 'Checkpoint every … epochs',
} as const;

export type FieldName = keyof typeof FIELD_LABELS;

/** Those that are folded away. */
export const ADVANCED_FIELDS: readonly FieldName[] = ['scheduleSteps', 'logEverySteps', 'checkpointEveryEpochs'];
export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>;

export interface ReadingContext {
  /** Null while they are being read. */
  readonly datasets: readonly DatasetRecord[] | null;
  /** Names of the studies that are there. */
  readonly takenNames: ReadonlySet<string>;
  /** The draft's name, or the one that is suggested. */
  readonly name: string;
}

export interface Reading {
  /** What would be started; null while something is wrong. */
  readonly spec: StudySpec | null;
  readonly errors: FieldErrors;
  /** The part of it that all arms share; null while that is wrong. */
  readonly base: BaseSpec | null;
  /** Null where the sizes of the data set are not known. */
  readonly images: DatasetInfo | null;
}

/** Judges a draft with the very schemas and functions that judge it when it is started. */
export function readDraft(draft: StudyDraft, context: ReadingContext): Reading {
  const json = draftJson(draft, context.name);
  const parsed = studySpecSchema.safeParse(json);
  const base = baseSpecSchema.safeParse(json.base).data ?? null;
  const images = infoOf(draft.dataset, context.datasets ?? []);
  const errors: FieldErrors = {
    ...(images === null ? {} : misfits(json.base, images)),
    ...schemaErrors(parsed.error?.issues ?? []),
    ...policyErrors(draft, json.base.epochs),
    ...contextErrors(draft, context),
  };
  const isSound = Object.keys(errors).length === 0;
  const fits = errors.train ?? errors.test ?? errors.model ?? errors.depth ?? errors.batchSize;
  return { spec: isSound ? (parsed.data ?? null) : null, errors, base: fits === undefined ? base : null, images };
}

export interface Lack {
  readonly field: FieldName;
  readonly label: string;
  readonly sentence: string;
}

/** What stands between the draft and its start, in the order of the form. */
export function lacksOf(errors: FieldErrors): readonly Lack[] {
  return (Object.keys(FIELD_LABELS) as FieldName[]).flatMap((field) => {
    const sentence = errors[field];
    return sentence === undefined ? [] : [{ field, label: FIELD_LABELS[field], sentence }];
  });
}

/** The first issue of each field. */
function schemaErrors(issues: readonly Parameters<typeof issueSentence>[0][]): FieldErrors {
  const unsaid = issues.filter(({ path }) => !isPolicyField(path));
  return Object.fromEntries(unsaid.reverse().map((issue) => [fieldAt(issue.path), issueSentence(issue)]));
}

/** Those that `policyErrors` says, since a number of an arm says nothing of the field that it comes from. */
function isPolicyField(path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  return path[0] === 'arms' && (last === 'warmupEpochs' || RULE_FIELDS.some((key) => key === last));
}

/** What is wrong with warm-ups and with rules beside FreezeOut's, each at its place in the form. */
function policyErrors({ policies }: StudyDraft, epochs: number): FieldErrors {
  const ofCurves = policies.curves.map(({ warmup }) => warmUpComplaint([optionalNumberIn(warmup) ?? 0], epochs));
  return defined({
    warmupEpochs: warmUpComplaint(warmUpsIn(policies.warmups), epochs),
    curves: ofCurves.find((complaint) => complaint !== null) ?? null,
    rules: policies.rules.flatMap((rule) => Object.values(ruleErrors(rule)))[0] ?? null,
  });
}

function fieldAt(path: readonly PropertyKey[]): FieldName {
  const last = path.at(-1);
  if (path[0] === 'arms') return last === 'scheduleSteps' ? 'scheduleSteps' : 'policies';
  if (path[0] === 'seeds') return 'seeds';
  return (Object.keys(FIELD_LABELS) as FieldName[]).find((field) => field === last) ?? 'model';
}

function contextErrors(draft: StudyDraft, { datasets, takenNames, name }: ReadingContext): FieldErrors {
  const seeds = parseSeeds(draft.seeds).error;
  const isAbsent =
    typeof draft.dataset === 'string' &&
    datasets !== null &&
    datasets.every((dataset) => dataset.name !== draft.dataset);
  return {
    ...(seeds === null ? {} : { seeds }),
    ...(takenNames.has(name.trim()) ? { name: 'A study of this name is there already: choose another.' } : {}),
    ...(isAbsent ? { dataset: 'This data set is not here: choose another, or add it under Data sets.' } : {}),
  };
}

/**
 * Where counts, batch, network and images do not fit each other: asked one by one, so that each finds its field, and that
 * one which is no number yet hides none of the others.
 */
function misfits(json: BaseSpec, images: DatasetInfo): FieldErrors {
  const { train, validation, test, model, batchSize } = validParts(json);
  const split = complaint(() => splitCounts(images, { train, validation }));
  const training = { batchSize: batchSize ?? 1, shortLastBatch: 'drop' } as const;
  return defined({
    train: split,
    test: split === null ? complaint(() => splitCounts(images, { train, validation, test })) : null,
    batchSize:
      split === null
        ? complaint(() => stepsPerEpoch(training, splitCounts(images, { train, validation }).train))
        : null,
    [json.model.kind === 'vgg' ? 'model' : 'depth']:
      model === undefined ? null : complaint(() => describeNetwork(buildNetwork(model, images, images.classes))),
  });
}

/** Undefined for what the schema refuses: it has its own sentence then. */
function validParts(json: BaseSpec) {
  const { train, validation, test, model, batchSize } = baseSpecSchema.shape;
  return {
    train: train.safeParse(json.train).data,
    validation: validation.safeParse(json.validation).data,
    test: test.safeParse(json.test).data,
    model: model.safeParse(json.model).data,
    batchSize: batchSize.safeParse(json.batchSize).data,
  };
}

function complaint(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function defined(errors: Readonly<Partial<Record<FieldName, string | null>>>): FieldErrors {
  return Object.fromEntries(Object.entries(errors).filter(([, sentence]) => sentence !== null));
}
