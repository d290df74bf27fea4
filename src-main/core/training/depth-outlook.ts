import { countedNoun, decimal, percent, wholeNumber } from '#core/analysis/quantity.ts';
import type { RunSpec } from '#core/run.ts';
import type { MeasuredDepth, Measurement } from './measured-pace.ts';
import { keptViews } from './prefix/fixed-views.ts';

/** The part of a spec that decides what a freeze depth saves. */
export type DepthSettings = Pick<RunSpec, 'augment' | 'views' | 'prefixCache' | 'batchSize'>;

/** What a step does with some layers frozen from the start. Milliseconds are those of one step. */
export interface MeasuredDepthRow {
  readonly frozenLayers: number;
  /** The first layer that trains; null where all do. */
  readonly firstTrained: string | null;
  readonly stepMs: number;
  readonly imagesPerSecond: number;
  /** Share of the unfrozen step's time. */
  readonly saved: number;
  readonly memoryBytes: number;
  readonly trainedShare: number;
  /** The same once the frozen layers' output is kept; null where it is not: no image comes again, or the cache is off. */
  readonly kept: KeptStep | null;
}

export interface KeptStep {
  readonly stepMs: number;
  readonly imagesPerSecond: number;
  readonly saved: number;
  /** The first epoch that finds kept values: the one after every view has been read. */
  readonly fromEpoch: number;
}

/** The unfrozen step and those at the measured depths, in their order. */
export function depthRows(measured: Measurement, settings: DepthSettings): readonly MeasuredDepthRow[] {
  const { msPerStep, imagesPerSecond, memoryBytes, depths } = measured;
  const unfrozen = { frozenLayers: 0, firstTrained: null, stepMs: msPerStep, imagesPerSecond, saved: 0 };
  return [
    { ...unfrozen, memoryBytes, trainedShare: 1, kept: null },
    ...depths.map((depth) => rowOf(depth, measured, settings)),
  ];
}

/** The first epoch that finds kept values at some depth; null where none are kept. */
export function keptFromEpoch(rows: readonly MeasuredDepthRow[]): number | null {
  return rows.findLast(({ kept }) => kept !== null)?.kept?.fromEpoch ?? null;
}

function rowOf(depth: MeasuredDepth, { msPerStep }: Measurement, settings: DepthSettings): MeasuredDepthRow {
  const { frozenLayers, firstTrained, imagesPerSecond, memoryBytes, trainedShare, ratio, cachedStepMs } = depth;
  const views = keptViews(settings);
  const kept =
    views === null
      ? null
      : {
          stepMs: cachedStepMs,
          imagesPerSecond: (1000 * settings.batchSize) / cachedStepMs,
          saved: 1 - cachedStepMs / msPerStep,
          fromEpoch: views + 1,
        };
  const stepMs = ratio.median * msPerStep;
  const of = { frozenLayers, firstTrained, stepMs, imagesPerSecond, memoryBytes, trainedShare };
  return { ...of, saved: 1 - ratio.median, kept };
}

/**
 * What the deepest of the depths saves and why it is not more, and what the cache adds to that: sentences under the table of the
 * depths. Empty where nothing can freeze.
 */
export function depthSentences(measured: Measurement, settings: DepthSettings): readonly string[] {
  const deepest = measured.depths.at(-1);
  const row = depthRows(measured, settings).at(-1);
  if (deepest === undefined || row === undefined) return [];
  return [
    ...[savingSentence(row, measured), restSentence(deepest, measured), keptSentence(row, settings)],
    ...movingSentence(measured),
    MEMORY_SENTENCE,
  ];
}

function movingSentence({ movingDepths }: Measurement): readonly string[] {
  const deepest = movingDepths?.at(-1);
  if (deepest === undefined) return [];
  const saved = 1 - deepest.ratio.median;
  const what = saved >= 0 ? `saves ${percent(saved, 0)} of a step` : 'saves nothing of a step';
  return [`Where their statistics move, freezing the same layers ${what}, and their output is never kept.`];
}

function savingSentence({ frozenLayers, saved }: MeasuredDepthRow, { keptBytes }: Measurement): string {
  const layers = `${wholeNumber(frozenLayers)} of ${countedNoun(keptBytes.length, 'layer')}`;
  return saved >= 0
    ? `Freezing ${layers} saves ${percent(saved, 0)} of a step.`
    : `Freezing ${layers} saves nothing of a step.`;
}

/** A frozen layer still has its forward pass; the layers behind it train; a step cannot be shorter than its batch takes. */
function restSentence(
  { ratio, cachedStepMs, firstTrained }: MeasuredDepth,
  { msPerStep, msPerBatch }: Measurement,
): string {
  const trained = cachedStepMs / msPerStep;
  const forward = Math.max(0, ratio.median - trained);
  const rest =
    `The rest is the forward pass of the frozen layers (${percent(forward, 0)}) and training from ${firstTrained} ` +
    `on (${percent(trained, 0)}).`;
  const waits = msPerBatch > ratio.median * msPerStep;
  return waits ? `${rest} Making a batch takes ${decimal(msPerBatch, 1)} ms, which such a step waits for.` : rest;
}

function keptSentence({ kept }: MeasuredDepthRow, { prefixCache }: DepthSettings): string {
  if (kept !== null) {
    return `From epoch ${kept.fromEpoch} on, where the output of the frozen layers is kept and fits, a step saves ${percent(kept.saved, 0)}.`;
  }
  return prefixCache === 'off'
    ? 'With the cache of the frozen layers switched on, their forward pass would be saved too.'
    : 'With "views" in place of a new version of each image in every epoch, the forward pass would be saved too.';
}

const MEMORY_SENTENCE =
  'Memory is measured: what the process grows by for such steps, on top of network and program. Times between these depths follow the cost model.';
