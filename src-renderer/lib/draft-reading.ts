import { stepsPerEpoch } from '#core/data/batch-schedule.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { inputSettingsSchema } from '#core/data/input-settings.ts';
import { networkInput } from '#core/data/network-input.ts';
import { splitCounts } from '#core/data/split.ts';
import { messageOf } from '#core/errors.ts';
import type { Kind } from '#core/kind.ts';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { checkedSchedule } from '#core/policy/checked-schedule.ts';
import { BASELINE } from '#core/policy/policy.ts';
import { rateFactors } from '#core/policy/rates.ts';
import { checkWarmUp } from '#core/policy/warm-up.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { baseSpecSchema, runSpecFields } from '#core/run.ts';
import { parseSeeds } from '#core/seeds.ts';
import type { StudySpec } from '#core/study.ts';
import { runSpecOf, studySpecSchema } from '#core/study.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { planForImages } from '#core/training/run-planning.ts';
import { infoOf } from './dataset-info.ts';
import { draftInput, inputJson } from './input-draft.ts';
import { issueSentence } from './issue-sentence.ts';
import type { KindErrors } from './kind-draft.ts';
import { numberIn, optionalNumberIn } from './number-text.ts';
import type { PolicyChoices } from './policy-choices.ts';
import { chosenPolicies } from './policy-choices.ts';
import { RULE_FIELDS, ruleErrors } from './rule-drafts.ts';
import type { StudyDraft } from './study-draft.ts';
import { chosenNetwork, chosenOptimizer, draftJson, draftModel } from './study-draft.ts';
import { warmUpComplaint, warmUpsIn } from './warm-up.ts';

/** The fields of the form that can be wrong, in the order in which they stand there; behind a choice of a kind, the kind's own. */
export const FIELD_LABELS = {
  name: 'Name',
  dataset: 'Data set',
  train: 'Training images',
  validation: 'Validation images',
  test: 'Test images',
  split: 'Held out for validation',
  model: 'Network',
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
  warmup: 'Warm-up of all arms, epochs',
  labelSmoothing: 'Label smoothing',
  cropScale: 'Least area of a crop',
  inputSize: 'Input size',
  inputChannels: 'Channels',
  normalization: 'Normalisation',
  mean: 'Mean',
  std: 'Deviation',
  patience: 'Early end after, epochs',
  optimizer: 'Optimizer',
  layerDecay: 'Decay of rates a layer',
  factors: 'Factors of rates',
  headFactor: 'Factor of the head',
  logEverySteps: 'Log every … steps',
  checkpointEveryEpochs: 'Checkpoint every … epochs',
} as const;

type OwnField = keyof typeof FIELD_LABELS;
/** Stand before the key of a field of the chosen network or optimizer: `model.depth`. */
export const NETWORK_FIELD = 'model.';
export const OPTIMIZER_FIELD = 'optimizer.';
type KindPrefix = typeof NETWORK_FIELD | typeof OPTIMIZER_FIELD;
export type FieldName = OwnField | `${KindPrefix}${string}`;
/** The choices of the form whose kinds have fields of their own. */
type KindChoices = Pick<StudyDraft, 'model' | 'optimizer'>;

const OWN_FIELDS = Object.keys(FIELD_LABELS).filter(isOwnField);

const INPUT_FIELDS = ['cropScale', 'inputSize', 'inputChannels', 'normalization'] as const;

/** The fields that are folded away. */
export const ADVANCED_FIELDS: readonly FieldName[] = ['scheduleSteps', 'logEverySteps', 'checkpointEveryEpochs'];
export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>;

export interface ReadingContext {
  /** The data sets; null while they are being read. */
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
  /** The images' sizes; null where those of the data set are not known. */
  readonly images: DatasetInfo | null;
}

/** Judges a draft with the very schemas and functions that judge it when it is started. */
export function readDraft(draft: StudyDraft, context: ReadingContext): Reading {
  const json = draftJson(draft, context.name);
  const parsed = studySpecSchema.safeParse(json);
  const base = baseSpecSchema.safeParse(json.base).data ?? null;
  const images = infoOf(draft.dataset, context.datasets ?? []);
  const errors: FieldErrors = {
    ...(images === null ? {} : misfits(draft, images)),
    ...schemaErrors(draft, parsed.error?.issues ?? []),
    ...planErrors(draft, parsed.data?.base ?? null, images),
    ...inputErrors(draft, images),
    ...policyErrors(draft, json.base.epochs),
    ...contextErrors(draft, context),
  };
  const isSound = Object.keys(errors).length === 0;
  const fits = ['train', 'test', 'split', 'batchSize', ...INPUT_FIELDS, networkSizeField(draft)].every(
    (field) => !(field in errors),
  );
  return { spec: isSound ? (parsed.data ?? null) : null, errors, base: fits ? base : null, images };
}

export interface Lack {
  readonly field: FieldName;
  readonly label: string;
  readonly sentence: string;
}

/** What stands between the draft and its start, in the order of the form. */
export function lacksOf(errors: FieldErrors, draft: KindChoices): readonly Lack[] {
  return fieldsOf(draft).flatMap(({ field, label }) => {
    const sentence = errors[field];
    return sentence === undefined ? [] : [{ field, label, sentence }];
  });
}

function fieldsOf(draft: KindChoices): readonly Omit<Lack, 'sentence'>[] {
  return OWN_FIELDS.flatMap((field) => [
    { field, label: FIELD_LABELS[field] },
    ...(field === 'model' ? kindFields(NETWORK_FIELD, chosenNetwork(draft)) : []),
    ...(field === 'optimizer' ? kindFields(OPTIMIZER_FIELD, chosenOptimizer(draft)) : []),
  ]);
}

/** The fields of a kind for which the form asks. */
function kindFields(prefix: KindPrefix, { fields }: Kind) {
  return fields
    .filter(({ isFixed }) => !isFixed)
    .map(({ key, label }) => ({ key, label, field: `${prefix}${key}` as const }));
}

/** What is wrong at the fields of a chosen kind, by their keys. */
export function errorsOfKind(errors: FieldErrors, prefix: KindPrefix, kind: Kind): KindErrors {
  return Object.fromEntries(kindFields(prefix, kind).map(({ key, field }) => [key, errors[field]]));
}

/** The first issue of each field. */
function schemaErrors(draft: StudyDraft, issues: readonly Parameters<typeof issueSentence>[0][]): FieldErrors {
  const unsaid = issues.filter(({ path }) => !isPolicyField(path));
  return Object.fromEntries(unsaid.reverse().map((issue) => [fieldAt(draft, issue.path), issueSentence(issue)]));
}

/** Those that `policyErrors` says, since a number of an arm says nothing of the field that it comes from. */
function isPolicyField(path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  return path[0] === 'arms' && (last === 'warmupEpochs' || RULE_FIELDS.some(({ key }) => key === last));
}

/** Where a rule, or the factors of rates, do not fit the layers and the length of the run. */
function planErrors(draft: StudyDraft, base: BaseSpec | null, images: DatasetInfo | null): FieldErrors {
  if (base === null || images === null) return {};
  const { rates, ...plain } = base;
  const rules = chosenPolicies(draft.policies).flatMap(({ policy, source }) =>
    policy === null || source.kind !== 'rule' ? [] : [policy],
  );
  // Planning a deep network would be felt at each key.
  const plan = rates === undefined && rules.length === 0 ? null : unfrozenPlan(plain, images);
  if (plan === null) return {};
  const { steps, stepsPerEpoch, layers } = plan;
  const length = { layerNames: layers.map(({ name }) => name), steps, stepsPerEpoch };
  const refusals = rules.map((policy) => complaint(() => checkedSchedule({ ...plain, policy }, length)));
  return defined({
    rules: refusals.find((sentence) => sentence !== null) ?? null,
    factors: rates === undefined ? null : complaint(() => rateFactors(rates, length.layerNames)),
  });
}

/** Null where the images do not fit: other fields then say why. */
function unfrozenPlan(base: BaseSpec, images: DatasetInfo): TrainingPlan | null {
  try {
    return planForImages(runSpecOf(base, { policy: BASELINE }, { seed: 1, steps: null }), images);
  } catch {
    return null;
  }
}

/** What is wrong with warm-ups and with rules other than FreezeOut's, each at its place in the form. */
function policyErrors({ policies, warmup }: StudyDraft, epochs: number): FieldErrors {
  const ofCurves = policies.curves.map(({ warmup }) => warmUpComplaint([optionalNumberIn(warmup) ?? 0], epochs));
  return defined({
    warmupEpochs: warmUpComplaint(warmUpsIn(policies.warmups), epochs),
    curves: ofCurves.find((complaint) => complaint !== null) ?? null,
    warmup: baseWarmUpComplaint(warmup, policies, epochs),
    rules: policies.rules.flatMap((rule) => Object.values(ruleErrors(rule)))[0] ?? null,
  });
}

/** What is wrong with the warm-up of all arms: that it is too long, or that an arm has its own too. */
function baseWarmUpComplaint(warmup: string, { warmups, curves }: PolicyChoices, epochs: number): string | null {
  const ofAll = optionalNumberIn(warmup) ?? 0;
  if (!(ofAll > 0)) return null;
  const ofArms = [...warmUpsIn(warmups), ...curves.map((curve) => optionalNumberIn(curve.warmup) ?? 0)];
  if (ofArms.some((own) => own > 0)) return 'Some policies have a warm-up of their own: leave one of them out.';
  return epochs > 0 ? complaint(() => checkWarmUp(ofAll, epochs)) : null;
}

function fieldAt(draft: StudyDraft, path: readonly PropertyKey[]): FieldName {
  const last = path.at(-1);
  if (path[0] === 'arms') return last === 'scheduleSteps' ? 'scheduleSteps' : 'policies';
  if (path[0] === 'seeds') return 'seeds';
  if (path[1] === 'model') return networkField(draft, last);
  if (path[1] === 'warmupEpochs') return 'warmup';
  if (path[1] === 'input') return last === 'size' ? 'inputSize' : 'inputChannels';
  if (path[1] === 'optimizer') return path.length > 2 ? `${OPTIMIZER_FIELD}${String(last)}` : 'optimizer';
  // An issue may be with one number of a list, whose index ends the path.
  return path.findLast(isOwnField) ?? 'model';
}

function isOwnField(name: PropertyKey): name is OwnField {
  return name in FIELD_LABELS;
}

/** The field of the chosen network with that key; the choice of the network where the form asks for none such. */
function networkField(draft: StudyDraft, key: PropertyKey | undefined): FieldName {
  return kindFields(NETWORK_FIELD, chosenNetwork(draft)).find((own) => own.key === key)?.field ?? 'model';
}

/** Where the form says that there is no such network, or none for such images. */
function networkSizeField(draft: StudyDraft): FieldName {
  return networkField(draft, chosenNetwork(draft).sizeField);
}

function contextErrors(draft: StudyDraft, { datasets, takenNames, name }: ReadingContext): FieldErrors {
  const seeds = parseSeeds(draft.seeds).error;
  const isAbsent =
    typeof draft.dataset === 'string' &&
    datasets !== null &&
    datasets.every((dataset) => dataset.name !== draft.dataset);
  return {
    ...(seeds === null ? {} : { seeds }),
    ...(draft.patience.trim() !== '' && numberIn(draft.validation) === 0
      ? { patience: 'An early end needs validation images: hold some out, or leave it empty.' }
      : {}),
    ...(takenNames.has(name.trim()) ? { name: 'A study of this name is there already: choose another.' } : {}),
    ...(isAbsent ? { dataset: 'This data set is not here: choose another, or add it under Data sets.' } : {}),
  };
}

/**
 * Where counts, batch, network and images do not fit each other: asked one by one, so that each finds its field, and that
 * one that is not a number yet hides none of the others.
 */
function misfits(draft: StudyDraft, images: DatasetInfo): FieldErrors {
  const { train, validation, test, batchSize } = validCounts(draft);
  const model = draftModel(draft);
  const input = draftInput(draft, images);
  const split = draft.split === '' ? undefined : draft.split;
  const ofRule = complaint(() => splitCounts(images, { split }));
  const ofCounts = complaint(() => splitCounts(images, { train, validation, split }));
  const isSound = ofRule === null && ofCounts === null;
  const training = { batchSize: batchSize ?? 1, shortLastBatch: 'drop' } as const;
  return defined({
    split: ofRule,
    train: ofRule === null ? ofCounts : null,
    test: isSound ? complaint(() => splitCounts(images, { train, validation, test, split })) : null,
    batchSize: isSound
      ? complaint(() => stepsPerEpoch(training, splitCounts(images, { train, validation, split }).train))
      : null,
    [networkSizeField(draft)]:
      model === null || input === null
        ? null
        : complaint(() => describeNetwork(buildNetwork(model, input, images.classes))),
  });
}

/** What is wrong with what the network is to read of an image, apart from its size. */
function inputErrors({ input, augment }: StudyDraft, images: DatasetInfo | null): FieldErrors {
  const parsed = inputSettingsSchema.safeParse({ augment, ...inputJson(input, augment) });
  // Issues further inside are said at the mean and the deviation.
  const isUnread = parsed.error?.issues.some(({ path }) => path.length === 1 && path[0] === 'normalization') === true;
  if (isUnread) return { normalization: 'Give a mean from 0 to 1 and a deviation above 0 for each channel.' };
  const settings = parsed.data;
  if (settings === undefined || images === null) return {};
  const ofChannels = complaint(() => networkInput({ ...settings, normalization: undefined }, images));
  const ofAll = ofChannels === null ? complaint(() => networkInput(settings, images)) : null;
  return defined({ inputChannels: ofChannels, normalization: ofAll });
}

/** Undefined for what the schema refuses: it has its own sentence then. */
function validCounts(draft: StudyDraft) {
  const { train, validation, test, batchSize } = runSpecFields;
  return {
    train: train.safeParse(optionalNumberIn(draft.train)).data,
    validation: validation.safeParse(optionalNumberIn(draft.validation)).data,
    test: test.safeParse(optionalNumberIn(draft.test)).data,
    batchSize: batchSize.safeParse(numberIn(draft.batchSize)).data,
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
  return Object.fromEntries(
    Object.entries(errors).flatMap(([field, sentence]) => (typeof sentence === 'string' ? [[field, sentence]] : [])),
  );
}
