import type { Curve } from '../records.ts';
import { movingAverage } from './moving-average.ts';

/** The points of a curve in order, in columns of the same length. */
export interface CurveColumns {
  readonly epoch: Float64Array;
  readonly step: Float64Array;
  readonly seconds: Float64Array;
  readonly value: Float64Array;
}

/**
 * Points per bucket: the least power of two with which `points` points fill at most `buckets` buckets. Bucket k holds the
 * points k*stride .. (k+1)*stride - 1, so a growing curve changes only its last bucket, until neighbours merge.
 */
export function strideOf(points: number, buckets: number): number {
  let stride = 1;
  while (Math.ceil(points / stride) > buckets) stride *= 2;
  return stride;
}

/** The index after the last point of each bucket. */
export function bucketEnds(points: number, buckets: number): number[] {
  const stride = strideOf(points, buckets);
  return Array.from({ length: Math.ceil(points / stride) }, (_, bucket) => Math.min(points, (bucket + 1) * stride));
}

/** Smooths over all points first, then reduces to buckets. */
export function reduceCurve(
  of: Pick<Curve, 'runId' | 'layer'>,
  points: CurveColumns,
  { buckets, smoothing }: { readonly buckets: number; readonly smoothing: number },
): Curve {
  const ends = bucketEnds(points.value.length, buckets);
  const atEnds = (values: Float64Array) => ends.map((end) => values[end - 1]);
  const ranges = ends.map((end, bucket) => rangeOf(points.value, bucket === 0 ? 0 : ends[bucket - 1], end));
  return {
    ...of,
    epoch: atEnds(points.epoch),
    step: atEnds(points.step),
    seconds: atEnds(points.seconds),
    low: ranges.map(([low]) => low),
    high: ranges.map(([, high]) => high),
    last: atEnds(points.value),
    smooth: smoothing === 0 ? null : atEnds(movingAverage(points.value, smoothing)),
    points: points.value.length,
  };
}

/** Least and greatest of the values from `start` up to, but not including, `end`; NaN only where all of them are. */
function rangeOf(values: Float64Array, start: number, end: number): readonly [number, number] {
  let low = Number.NaN;
  let high = Number.NaN;
  for (let index = start; index < end; index++) {
    const value = values[index];
    if (!(low <= value) && !Number.isNaN(value)) low = value;
    if (!(high >= value) && !Number.isNaN(value)) high = value;
  }
  return [low, high];
}
