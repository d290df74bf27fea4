import { conditionsText, machineText } from '#core/analysis/machine-words.ts';
import { augmentationText, inputText, normalizationText } from '#core/data/input-words.ts';
import { recordedText } from '#core/data/run-data.ts';
import { HELD_OUT_WORDS } from '#core/data/split-words.ts';
import { datasetName, networkName } from '#core/figure/labels.ts';
import { kindDefaults, sharedFields, specValue } from '#core/kind.ts';
import { NETWORKS } from '#core/network/networks.ts';
import type { Optimizer } from '#core/optimizer/optimizer.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import { policyName } from '#core/policy/policy.ts';
import { ratesText } from '#core/policy/rates.ts';
import type { RunDetail } from '#core/records.ts';
import type { ResolvedRunSpec } from '#core/run.ts';
import { runSpecSchema } from '#core/run.ts';
import { earlyEndText } from '#core/training/early-end.ts';
import { PRECISION_WORDS } from '#core/training/precision.ts';
import { weightsStart } from '#core/weights/weights-spec.ts';
import { count, counted } from './format.ts';
import { plain } from './point-text.ts';

/** Something known of a run. */
export interface Fact {
  readonly name: string;
  readonly text: string;
  /** What it would be had nobody chosen it; null where there is no such thing, or where it is that. */
  readonly usually: string | null;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** How a part of the spec reads, and where it stands in it. */
interface Reading {
  readonly name: string;
  readonly text: (spec: ResolvedRunSpec) => string;
  /** Whether the schema has a default for it. */
  readonly hasDefault: boolean;
}

const reading = (name: string, text: Reading['text'], hasDefault = true): Reading => ({ name, text, hasDefault });

const DATA: readonly Reading[] = [
  reading('data set', ({ dataset }) => datasetName(dataset), false),
  reading('training images', ({ train }) => count(train), false),
  reading('validation images', ({ validation }) => count(validation), false),
  reading('held out', ({ split }) => HELD_OUT_WORDS[split], false),
  reading('test images', ({ test }) => count(test), false),
  reading('network reads', (spec) => inputText(spec) ?? 'images as they are stored'),
  reading('normalisation', normalizationText),
  reading('augmentation', viewsText),
  reading('order', ({ shuffle }) => (shuffle ? 'shuffled every epoch' : 'as in the file')),
];

/** What the table of runs has no column for, and a network's name does not say. */
const UNCOLUMNED = sharedFields(NETWORKS).filter(({ column }) => column === undefined);

const NETWORK: readonly Reading[] = [
  reading('network', ({ model }) => networkName(model)),
  ...UNCOLUMNED.map(({ key, label }) => reading(label.toLowerCase(), ({ model }) => valueText(specValue(model, key)))),
  reading('weights', ({ weights }) => weightsStart(weights)),
  reading('seed', ({ seed }) => String(seed), false),
];

const TRAINING: readonly Reading[] = [
  reading('policy', ({ policy }) => policyName(policy), false),
  reading('epochs', ({ epochs }) => count(epochs), false),
  reading('batch', ({ batchSize }) => counted(batchSize, 'image')),
  reading('optimizer', ({ optimizer }) => optimizerKindOf(optimizer).title),
  reading('rates of layers', ({ rates }) => ratesText(rates)),
  reading('warm-up', ({ warmupEpochs = 0 }) => counted(warmupEpochs, 'epoch')),
  reading('early end', ({ earlyEnd }) => (earlyEnd === undefined ? 'none' : earlyEndText(earlyEnd))),
  reading('label smoothing', ({ labelSmoothing = 0 }) => plain(labelSmoothing)),
  reading('products', ({ precision }) => PRECISION_WORDS[precision ?? 'float32']),
  reading('device', ({ device }) => device),
  reading('prefix cache', ({ prefixCache }) => prefixCache),
  reading('sampled', ({ logEverySteps }) => `every ${counted(logEverySteps, 'step')}`),
  reading('checkpoint', ({ checkpointEveryEpochs }) => `every ${counted(checkpointEveryEpochs, 'epoch')}`),
];

/** The numbers of the chosen optimizer. */
function optimizerReadings(optimizer: Optimizer): readonly Reading[] {
  const kind = optimizerKindOf(optimizer);
  const defaults = kindDefaults(kind);
  return kind.fields.map(({ key, label }) =>
    reading(label.toLowerCase(), (spec) => valueText(specValue({ ...defaults, ...spec.optimizer }, key))),
  );
}

function viewsText(spec: ResolvedRunSpec): string {
  const { augment, views } = spec;
  const text = augmentationText(spec);
  return augment === 'none' || views === undefined ? text : `${text}, ${counted(views, 'fixed view')} an image`;
}

function valueText(value: ReturnType<typeof specValue>): string {
  if (typeof value === 'number') return plain(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value ?? 'none';
}

/** The spec as a person reads it; what differs from the defaults says what they are. */
export function specFacts(
  run: Pick<RunDetail, 'spec' | 'data' | 'weights' | 'steps' | 'stepsPerEpoch'>,
): readonly FactGroup[] {
  const { spec } = run;
  const usual = usualSpec(spec);
  const factsOf = (readings: readonly Reading[]) =>
    readings.map(({ name, text, hasDefault }) => {
      const [own, usually] = [text(spec), text(usual)];
      return { name, text: own, usually: hasDefault && own !== usually ? usually : null };
    });
  const weightsFile =
    spec.weights === undefined ? [] : [{ name: 'weights file', text: recordedText(run.weights), usually: null }];
  const steps = { name: 'steps', text: `${count(run.steps)}, ${count(run.stepsPerEpoch)} an epoch`, usually: null };
  return [
    { title: 'Data', facts: [...factsOf(DATA), { name: 'data', text: recordedText(run.data), usually: null }] },
    { title: 'Network', facts: [...factsOf(NETWORK), ...weightsFile] },
    { title: 'Training', facts: [...factsOf([...TRAINING, ...optimizerReadings(spec.optimizer)]), steps] },
  ];
}

/** The same run with every default that the schema has. */
function usualSpec({
  dataset,
  model,
  optimizer,
  epochs,
  train,
  validation,
  test,
  split,
}: ResolvedRunSpec): ResolvedRunSpec {
  const usual = runSpecSchema.parse({
    ...{ dataset, epochs, model: { kind: model.kind } },
    optimizer: { kind: optimizer.kind },
  });
  return { ...usual, train, validation, test, split };
}

type Trained = Pick<RunDetail, 'environment' | 'conditions'>;

const UNKNOWN_ENVIRONMENT: readonly Fact[] = [
  { name: 'device', text: 'known once the run has started', usually: null },
];

/** What the run trained on, and what else that machine did meanwhile. */
export function environmentFacts({ environment, conditions }: Trained): readonly Fact[] {
  if (environment === null) return UNKNOWN_ENVIRONMENT;
  const { backend, tensorflowVersion, device, threads, node, platform, host, appVersion, arithmetic, graph } =
    environment;
  const facts = {
    device,
    ...(arithmetic === undefined ? {} : { arithmetic }),
    ...(graph === undefined ? {} : { graph }),
    backend,
    TensorFlow: tensorflowVersion,
    threads: threads === null ? 'unknown' : `${threads.intraOp} within an operation, ${threads.interOp} between`,
    Node: node,
    platform,
    host,
    machine: machineText(environment),
    meanwhile: conditionsText(conditions) ?? 'not known',
    'FreezeOut Lab': appVersion,
  };
  return Object.entries(facts).map(([name, text]) => ({ name, text, usually: null }));
}
