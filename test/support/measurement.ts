import type { MeasuredDepth, Measurement } from '#core/training/measured-pace.ts';

/** A measurement at no freeze depth, of steps that last this long. */
export function measurementOf(msPerStep: number): Measurement {
  return {
    ...{ msPerStep, steps: 30, imagesPerSecond: 50_000 / msPerStep, memoryBytes: 90e6, msPerBatch: 1 },
    ...{ depths: [], movingDepths: null, keptBytes: [0, 8192], cacheMemoryBytes: 1e9, cacheDisk: null },
    ...{ msPerNewDepth: 0, msPerNewKept: null, startUpSeconds: 2, device: 'a CPU' },
    ...{ msPerEvaluatedImage: 0.5, msFirstEvaluation: 0, msPerCheckpoint: 10, msFirstCheckpoint: 0 },
  };
}

/** A depth at which a step of 100 ms takes this share of its time. */
export function measuredDepth(frozenLayers: number, ratio: number, cachedStepMs = 10): MeasuredDepth {
  return {
    ...{ frozenLayers, firstTrained: 'head', steps: 3, stepMs: { minimum: 100 * ratio, median: 100 * ratio } },
    ratio: { low: ratio, median: ratio, high: ratio },
    ...{ imagesPerSecond: 500 / ratio, memoryBytes: 30e6, trainedShare: 0.25, cachedStepMs, fillingStepMs: null },
  };
}
