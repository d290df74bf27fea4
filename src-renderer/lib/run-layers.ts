import { UNKNOWN } from '#core/analysis/quantity.ts';
import { isEverTrained } from '#core/policy/cost.ts';
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
  readonly plannedEnd: string;
  readonly end: string;
  readonly params: number;
  readonly macs: number;
}

/** `rates` are those of the last sampled step; null where none was heard of yet. */
export function layerRows(
  { layers, freezes, unfreezes, frozenLayers }: Pick<RunDetail, 'layers' | 'freezes' | 'unfreezes' | 'frozenLayers'>,
  rates: readonly (number | null)[] | null,
): readonly LayerRow[] {
  const frozenAt = new Map(freezes.map(({ layer, step }) => [layer, step]));
  const unfrozenAt = new Map(unfreezes.map(({ layer, step }) => [layer, step]));
  return layers.map((layer) => {
    const { index, name, freezeStep, unfreezeStep, initialLearningRate, params, macs } = layer;
    const actual = frozenAt.get(index) ?? null;
    const end = unfrozenAt.get(index) ?? null;
    // The run's own count is that of its last epoch, which may be older than the layer's last change.
    const isFrozen = end === null && (index < frozenLayers || actual !== null);
    const rate = rates?.[index] ?? null;
    return {
      ...{ index, name, isFrozen, params, macs },
      rate: isFrozen || rate === null ? UNKNOWN : plain(rate),
      rateReason: isFrozen
        ? 'A frozen layer has none'
        : rate === null
          ? 'Shown while the run trains'
          : 'At the last sampled step',
      startRate: isEverTrained(layer) ? plain(initialLearningRate) : UNKNOWN,
      planned: stepText(freezeStep),
      actual: stepText(actual),
      plannedEnd: stepText(unfreezeStep),
      end: stepText(end),
    };
  });
}

function stepText(step: number | null): string {
  return step === null ? UNKNOWN : count(step);
}
