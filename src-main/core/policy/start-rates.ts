import type { LayerRecord } from '../records.ts';
import { isEverTrained } from './cost.ts';

/**
 * A start rate above this many times the base rate is marked as dangerously high: lr_i(0) = a / r_i is 8 a in the
 * first layer of cubic scaled 0.5, where the authors' own choice, cubic scaled 0.8, starts at 2 a.
 */
export const HIGH_START = 4;

export interface HighStart {
  readonly layer: string;
  /** The start rate divided by the base rate. */
  readonly factor: number;
  readonly learningRate: number;
  /** The number of layers that start above HIGH_START. */
  readonly layers: number;
}

/** The highest start rate, where it is dangerously high; null otherwise. */
export function highStart(layers: readonly LayerRecord[], learningRate: number): HighStart | null {
  // Rounding must not turn exactly four times the rate into more than four times.
  const high = layers.filter(
    (layer) => isEverTrained(layer) && layer.initialLearningRate > HIGH_START * learningRate * (1 + 1e-9),
  );
  if (high.length === 0) return null;
  const top = high.reduce((highest, layer) =>
    layer.initialLearningRate > highest.initialLearningRate ? layer : highest,
  );
  return {
    layer: top.name,
    factor: top.initialLearningRate / learningRate,
    learningRate: top.initialLearningRate,
    layers: high.length,
  };
}
