import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { RunDetail } from '#core/records.ts';
import { count } from './format.ts';
import { plain } from './point-text.ts';

/** A layer as its row shows it. */
export interface LayerRow {
  readonly index: number;
  readonly name: string;
  readonly isFrozen: boolean;
  readonly rate: string;
  readonly rateReason: string;
  readonly startRate: string;
  readonly planned: string;
  readonly actual: string;
  readonly params: number;
  readonly macs: number;
}

/** `rates` are those of the last sampled step; null where none was heard of yet. */
export function layerRows(
  { layers, freezes, frozenLayers }: Pick<RunDetail, 'layers' | 'freezes' | 'frozenLayers'>,
  rates: readonly (number | null)[] | null,
): readonly LayerRow[] {
  const frozenAt = new Map(freezes.map(({ layer, step }) => [layer, step]));
  return layers.map((layer) => {
    const { index, name, freezeStep, initialLearningRate, params, macs } = layer;
    const actual = frozenAt.get(index) ?? null;
    const isFrozen = index < frozenLayers || actual !== null;
    const rate = rates?.[index] ?? null;
    return {
      ...{ index, name, isFrozen, params, macs },
      rate: isFrozen || rate === null ? UNKNOWN : plain(rate),
      rateReason: isFrozen
        ? 'A frozen layer has none'
        : rate === null
          ? 'Shown while the run trains'
          : 'At the last sampled step',
      startRate: plain(initialLearningRate),
      planned: freezeStep === null ? UNKNOWN : count(freezeStep),
      actual: actual === null ? UNKNOWN : count(actual),
    };
  });
}
