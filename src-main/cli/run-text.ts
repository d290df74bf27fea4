import { machineUseText } from '#core/analysis/machine-means.ts';
import { conditionsText, machineText, nodeText } from '#core/analysis/machine-words.ts';
import { percent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import { gapSentences } from '#core/data/class-gaps.ts';
import { type DatasetLocation, datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import { augmentationText, inputText, normalizationText } from '#core/data/input-words.ts';
import { HELD_OUT_WORDS } from '#core/data/split-words.ts';
import { datasetName } from '#core/figure/labels.ts';
import { optimizerText } from '#core/optimizer/optimizer.ts';
import { ratesText } from '#core/policy/rates.ts';
import type { EpochRecord, FreezeRecord, RunDetail, RunProfile, RunRecord } from '#core/records.ts';
import type { Series } from '#core/series/series.ts';
import { isOfMachine, MEASURED_EPOCH_SERIES } from '#core/series/series-lists.ts';
import { epochCount } from '#core/training/course.ts';
import { earlyEndText } from '#core/training/early-end.ts';
import { PRECISION_WORDS } from '#core/training/precision.ts';
import type { CacheReport } from '#core/training/prefix/cache-report.ts';
import { depthSavings, profileWarning } from '#core/training/profile-savings.ts';
import { weightsStart } from '#core/weights/weights-spec.ts';
import { countText, durationText, moment } from './quantity-text.ts';
import type { TextColumn } from './text-table.ts';
import { textFacts, textTable } from './text-table.ts';

const RUN_COLUMNS: readonly TextColumn<RunRecord>[] = [
  { title: 'id', cell: ({ id }) => id },
  { title: 'study', cell: ({ studyName }) => studyName ?? UNKNOWN },
  { title: 'arm', cell: ({ arm }) => arm ?? UNKNOWN },
  { title: 'seed', align: 'right', cell: ({ seed }) => seed },
  { title: 'status', cell: ({ status }) => status },
  { title: 'epoch', align: 'right', cell: (run) => `${run.epoch}/${epochCount(run)}` },
  { title: 'frozen', align: 'right', cell: ({ frozenLayers, layerCount }) => `${frozenLayers}/${layerCount}` },
  { title: 'training', align: 'right', cell: ({ seconds }) => durationText(seconds.training) },
  { title: 'validation error', align: 'right', cell: ({ validationError }) => percent(validationError, 2) },
  { title: 'test error', align: 'right', cell: ({ testError }) => percent(testError, 2) },
];

/** Where it trains, or has left its checkpoints; without other machines there is nothing to tell. */
const WHERE: TextColumn<RunRecord> = { title: 'where', cell: ({ elsewhere }) => elsewhere?.machine ?? 'here' };

function measuredColumn({ key, name, format }: Series): TextColumn<EpochRecord> {
  const textOf = (value: number) => (format === 'percent' ? percent(value, 2) : value.toFixed(4));
  return {
    title: name,
    align: 'right',
    cell: ({ metrics }) => {
      const value = metrics?.[key];
      return typeof value === 'number' ? textOf(value) : UNKNOWN;
    },
  };
}

const EPOCH_COLUMNS: readonly TextColumn<EpochRecord>[] = [
  { title: 'epoch', align: 'right', cell: ({ epoch }) => epoch },
  { title: 'training loss', align: 'right', cell: ({ trainLoss }) => trainLoss.toFixed(4) },
  { title: 'validation loss', align: 'right', cell: ({ validationLoss }) => validationLoss?.toFixed(4) ?? UNKNOWN },
  { title: 'validation error', align: 'right', cell: ({ validationError }) => percent(validationError, 2) },
  ...MEASURED_EPOCH_SERIES.filter((series) => series.of === 'run' && !isOfMachine(series)).map(measuredColumn),
  { title: 'frozen', align: 'right', cell: ({ frozenLayers }) => frozenLayers },
  { title: 'training', align: 'right', cell: ({ seconds }) => `${seconds.training.toFixed(1)} s` },
];

export function runTable(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return 'There are no such runs.';
  const isAnyElsewhere = runs.some(({ elsewhere }) => elsewhere !== null);
  return textTable(isAnyElsewhere ? [...RUN_COLUMNS, WHERE] : RUN_COLUMNS, runs);
}

/** All that `runs show` prints about a run. */
export function runText(run: RunDetail, cache: CacheReport | null): string {
  const facts = textFacts([identity, dataOf, weightsOf, imagesOf, reached, trainedOn].flatMap((facts) => facts(run)));
  const parts = [facts];
  if (run.epochs.length > 0) parts.push(textTable(EPOCH_COLUMNS, run.epochs));
  if (run.profile !== null) parts.push(profileText(run, run.profile));
  if (run.freezes.length > 0) parts.push(freezesText(run));
  if (cache !== null) parts.push(cacheText(cache));
  return parts.join('\n\n');
}

type Facts = readonly (readonly [name: string, value: string | number])[];

function identity(run: RunDetail): Facts {
  return [
    ['run', run.id],
    ['study', run.studyName === null ? UNKNOWN : `${run.studyName}, arm ${run.arm}`],
    ['seed', run.seed],
    ['optimizer', optimizerText(run.spec.optimizer)],
    ...(run.spec.rates === undefined ? [] : [['rates', ratesText(run.spec.rates)] as const]),
    ...recipeOf(run),
    ['status', run.reason === null ? run.status : `${run.status}: ${run.reason}`],
    ['created', moment(run.createdAt)],
    ['marks', marksOf(run) || UNKNOWN],
    ['note', run.note || UNKNOWN],
  ];
}

/** What a run does only where its spec says so. */
function recipeOf({ spec: { warmupEpochs, labelSmoothing, earlyEnd, precision } }: RunDetail): Facts {
  return [
    ...(warmupEpochs === undefined ? [] : [['warm-up', `${countText(warmupEpochs)} epochs`] as const]),
    ...(earlyEnd === undefined ? [] : [['early end', earlyEndText(earlyEnd)] as const]),
    ...(labelSmoothing === undefined ? [] : [['label smoothing', labelSmoothing] as const]),
    ...(precision === undefined ? [] : [['products', PRECISION_WORDS[precision]] as const]),
  ];
}

/** How many images each part has, which ones are held out, and the classes that a part lacks. */
function imagesOf({ spec, classGaps }: RunDetail): Facts {
  const { train, validation, test, split } = spec;
  const read = inputText(spec);
  const heldOut = validation === 0 ? 'none held out' : `${countText(validation)} for validation`;
  const parts = `${countText(train)} trained on, ${heldOut}, ${countText(test)} tested on`;
  return [
    ['images', parts],
    ['split', `${split}: ${HELD_OUT_WORDS[split]}`],
    ...(read === null ? [] : [['network reads', read] as const]),
    ...(spec.normalization === undefined ? [] : [['normalisation', normalizationText(spec)] as const]),
    ['augmentation', augmentationText(spec)],
    ...gapSentences(classGaps ?? [], split).map((sentence) => ['careful', sentence] as const),
  ];
}

function marksOf(run: RunDetail): string {
  const { imported, archived, deleted, locked } = run;
  const marks = Object.entries({ imported, archived, 'in the trash': deleted, locked });
  return [...marks.filter(([, isSet]) => isSet).map(([name]) => name), ...run.tags].join(', ');
}

function reached(run: RunDetail): Facts {
  const { training, evaluation, checkpoint } = run.seconds;
  return [
    ['epoch', `${run.epoch} of ${epochCount(run)}, ${run.stepsPerEpoch} steps each`],
    ['frozen', `${run.frozenLayers} of ${run.layerCount} layers`],
    [
      'time',
      `${durationText(training)} training, ${durationText(evaluation)} evaluation, ${durationText(checkpoint)} checkpoints`,
    ],
    ['saved', `${percent(run.profileSaved)} by its profile, ${percent(run.computeSaved)} of the compute`],
    ['validation error', percent(run.validationError, 2)],
    ['test error', percent(run.testError, 2)],
    ...machineFacts(run),
  ];
}

/** What it took of the machine while it trained. */
function machineFacts({ epochs }: RunDetail): Facts {
  const use = machineUseText(epochs);
  return use === null ? [] : [['took', use]];
}

/** What it trains on: the whole hash, so that it can be compared by eye and by programs. */
function dataOf({ spec, data }: RunDetail): Facts {
  const location = data?.location ?? null;
  return [
    ['data set', datasetName(spec.dataset)],
    ['data', data === null ? 'not recorded: the run is of version 0.1.0' : `SHA-256 ${data.sha256}`],
    ...(location === null ? [] : [['data were in', placeText(location)] as const]),
  ];
}

/** The file with which it begins, as the data are shown: nothing where its weights are drawn. */
function weightsOf({ spec, weights }: RunDetail): Facts {
  if (spec.weights === undefined) return [];
  return [
    ['weights', weightsStart(spec.weights)],
    ['weights file', weights === null ? 'not recorded' : `SHA-256 ${weights.sha256}`],
  ];
}

function placeText(location: DatasetLocation): string {
  return pathOf(location) ?? datasetKindOf(location).placeOf?.(location) ?? location.kind;
}

function trainedOn({ environment, conditions }: RunDetail): Facts {
  if (environment === null) return [['trained on', UNKNOWN]];
  const { backend, tensorflowVersion, device, threads, node, arithmetic, graph } = environment;
  const threadText = threads === null ? '' : `, ${threads.intraOp} threads`;
  return [
    ['trained on', `${backend} ${tensorflowVersion}, ${device}${threadText}, Node ${node}`],
    ...(arithmetic === undefined ? [] : [['arithmetic', arithmetic] as const]),
    ...(graph === undefined ? [] : [['graph', graph] as const]),
    ['machine', `${nodeText(environment)}, ${machineText(environment)}`],
    ['meanwhile', conditionsText(conditions) ?? UNKNOWN],
  ];
}

/** How long a step takes at each depth and what it saves, next to what the cost model predicts. */
function profileText({ layers }: RunDetail, profile: RunProfile): string {
  const savings = depthSavings(
    profile,
    layers.map(({ macs }) => macs),
  );
  const { steps, stepMs } = profile.unfrozen;
  const unfrozen = `Unfrozen step: ${stepMs.median.toFixed(1)} ms, median of ${steps}.`;
  const rows = profile.depths.map((depth, index) => ({ ...depth, ...savings[index] }));
  const table = textTable(
    [
      { title: 'frozen layers', align: 'right', cell: ({ frozenLayers }) => frozenLayers },
      { title: 'step', align: 'right', cell: (row) => `${row.stepMs.median.toFixed(1)} ms` },
      { title: 'saves', align: 'right', cell: ({ measured }) => percent(measured) },
      { title: 'predicted', align: 'right', cell: ({ predicted }) => percent(predicted) },
      { title: 'residual', align: 'right', cell: ({ residual }) => `${signedPoints(100 * residual)} pts` },
      { title: 'pairs', align: 'right', cell: (row) => row.steps },
    ],
    rows,
  );
  const warning = profileWarning(savings);
  return [unfrozen, ...(rows.length === 0 ? [] : [table]), ...(warning === null ? [] : [warning])].join('\n');
}

function freezesText({ freezes, unfreezes, layers }: RunDetail): string {
  const unfrozenAt = new Map(unfreezes.map(({ layer, step }) => [layer, step]));
  const unfreezeColumns: readonly TextColumn<FreezeRecord>[] = [
    { title: 'trains again from', align: 'right', cell: ({ layer }) => unfrozenAt.get(layer) ?? UNKNOWN },
    { title: 'planned', align: 'right', cell: ({ layer }) => layers[layer]?.unfreezeStep ?? UNKNOWN },
  ];
  const hasUnfreezes = layers.some(({ unfreezeStep }) => unfreezeStep !== null);
  return textTable<FreezeRecord>(
    [
      { title: 'layer', align: 'right', cell: ({ layer }) => layer },
      { title: 'name', cell: ({ layer }) => layers[layer]?.name ?? UNKNOWN },
      { title: 'froze at step', align: 'right', cell: ({ step }) => step },
      { title: 'planned', align: 'right', cell: ({ plannedStep }) => plannedStep ?? UNKNOWN },
      { title: 'epoch', align: 'right', cell: ({ epoch }) => epoch },
      ...(hasUnfreezes ? unfreezeColumns : []),
    ],
    freezes,
  );
}

const MEGABYTE = 1e6;
const PLACES = { memory: 'in memory', disk: 'on disk', none: 'nothing' } as const;

/** How much of the frozen layers' output is kept at each depth, and how much time that saved. */
function cacheText({ decisions, outcome }: CacheReport): string {
  const table = textTable(
    [
      { title: 'frozen layers', align: 'right', cell: ({ depth }) => depth },
      { title: 'kept', cell: ({ place }) => PLACES[place] },
      { title: 'size', align: 'right', cell: ({ bytes }) => `${(bytes / MEGABYTE).toFixed(1)} MB` },
      { title: 'to save', align: 'right', cell: ({ predictedSaved }) => `${predictedSaved.toFixed(2)} s` },
      { title: 'why', cell: ({ reason }) => reason },
    ],
    decisions,
  );
  if (outcome === null) return table;
  const { images, kept, saved, predictedSaved } = outcome;
  const times = `${saved.toFixed(1)} s saved, ${predictedSaved.toFixed(1)} s predicted`;
  return `${table}\nCache of frozen layers: ${times}; kept for ${percent(kept / images, 0)} of the images read.`;
}
