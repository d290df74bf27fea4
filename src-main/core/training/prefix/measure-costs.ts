import { stepCost } from '#core/policy/cost.ts';
import type { TrainingSession } from '../session.ts';
import type { DiskSpeed, PrefixCosts } from './costs.ts';

export interface MeasuredPrefix {
  readonly session: Pick<TrainingSession, 'advance'>;
  readonly batchSize: number;
  /** Frozen layers, by phase. */
  readonly depths: readonly number[];
  /** Values of one image at the boundary, by phase. */
  readonly sizes: readonly number[];
  /** Bytes that keeping so many values takes. */
  readonly bytesFor: (valueBytes: number) => number;
  /** Multiply-adds of an image, by layer. */
  readonly macs: readonly number[];
  readonly disk: DiskSpeed | null;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Of each pass; the first one of each is not counted: buffers are made in it. */
const ROUNDS = 3;
/** Larger than a processor's caches, as a batch's values are. */
const COPIED_FLOATS = 4 * 2 ** 20;
/** Into a call and, being new memory, twice out of it. */
const COPIES_IN = 1;
const COPIES_OUT = 2;

/**
 * Times a few passes through the layers that will freeze, from boundary to boundary and through all at once. The passes of the
 * parts are scaled to the one through all, in which nothing is copied between; what is copied around a call does not count.
 */
export function measureCosts(prefix: MeasuredPrefix): PrefixCosts {
  const { batchSize, depths, sizes, bytesFor, macs, disk, now } = prefix;
  const copyMsPerByte = timeCopy(now);
  const valueBytes = sizes.map((size) => size * Float32Array.BYTES_PER_ELEMENT);
  const copiesMs = (from: number, to: number) =>
    batchSize * (COPIES_IN * valueBytes[from] + COPIES_OUT * valueBytes[to]) * copyMsPerByte;
  const last = depths.length - 1;
  const { partsMs, wholeMs, halfMs } = timePasses(prefix);
  const parts = partsMs.map((ms, phase) => (phase === 0 ? 0 : Math.max(0, ms - copiesMs(phase - 1, phase))));
  const sum = parts.reduce((total, ms) => total + ms, 0);
  const layersMs = Math.max(0, wholeMs - copiesMs(0, last));
  const scale = sum === 0 ? 0 : Math.min(1, layersMs / sum);
  const msPerMac = layersMs / macs.slice(0, depths[last]).reduce((total, count) => total + count, 0);
  const prefixMacs = (depth: number) => macs.slice(0, depth).reduce((total, count) => total + count, 0);
  return {
    batchSize,
    advanceMs: parts.map((ms) => ms * scale),
    fixedShare: Math.min(1, Math.max(0, (2 * halfMs) / wholeMs - 1)),
    bytes: valueBytes.map(bytesFor),
    copyMsPerByte,
    activeMs: depths.map((depth) => (stepCost(macs, depth) - prefixMacs(depth)) * msPerMac),
    disk,
  };
}

/** Milliseconds, the least of the rounds. `partsMs` by phase; `halfMs` through all with half a batch. */
function timePasses({ session, batchSize, depths, sizes, now }: MeasuredPrefix) {
  const images = new Float32Array(batchSize * sizes[0]).fill(0.5);
  const all = { from: 0, to: depths[depths.length - 1] };
  const half = Math.max(1, Math.floor(batchSize / 2));
  const least = {
    partsMs: depths.map(() => Number.POSITIVE_INFINITY),
    wholeMs: Number.POSITIVE_INFINITY,
    halfMs: Number.POSITIVE_INFINITY,
  };
  for (let round = 0; round < ROUNDS; round++) {
    const timed = (known: number, pass: () => void) => {
      const start = now();
      pass();
      return round === 0 ? known : Math.min(known, now() - start);
    };
    let values: Float32Array = images;
    for (let phase = 1; phase < depths.length; phase++) {
      least.partsMs[phase] = timed(least.partsMs[phase], () => {
        values = session.advance(values, batchSize, { from: depths[phase - 1], to: depths[phase] });
      });
    }
    least.wholeMs = timed(least.wholeMs, () => session.advance(images, batchSize, all));
    least.halfMs = timed(least.halfMs, () => session.advance(images, half, all));
  }
  return { ...least, halfMs: least.halfMs * (batchSize / (2 * half)) };
}

function timeCopy(now: () => number): number {
  const [source, target] = [new Float32Array(COPIED_FLOATS), new Float32Array(COPIED_FLOATS)];
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = now();
    target.set(source);
    if (round > 0) least = Math.min(least, now() - start);
  }
  return least / target.byteLength;
}
