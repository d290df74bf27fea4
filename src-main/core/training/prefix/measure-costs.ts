import { stepCost } from '#core/policy/cost.ts';
import type { TrainingSession } from '../session.ts';
import type { DiskSpeed, PrefixCosts } from './costs.ts';

export interface MeasuredPrefix {
  readonly session: Pick<TrainingSession, 'advance' | 'rehearse'>;
  readonly batchSize: number;
  /** The number of frozen layers in front of each boundary. */
  readonly depths: readonly number[];
  /** The number of values of one image at each boundary. */
  readonly sizes: readonly number[];
  /** The bytes needed to keep values of this many bytes. */
  readonly bytesFor: (valueBytes: number) => number;
  /** Multiply-adds of one image in each layer. */
  readonly macs: readonly number[];
  readonly disk: DiskSpeed | null;
  /** Returns milliseconds. */
  readonly now: () => number;
}

/** Rounds of each pass. The first round does not count, since buffers are made in it. */
export const COST_ROUNDS = 3;
/** Larger than a processor's caches, like a batch's values. */
const COPIED_FLOATS = 4 * 2 ** 20;
/** Values are copied into a call once, and twice out of it, since that is new memory. */
const COPIES_IN = 1;
const COPIES_OUT = 2;

/**
 * Times a few passes through the layers that will freeze, from boundary to boundary, and a few steps with all of them frozen,
 * both from the images and from kept values. The difference between these steps is what a step saves; it is divided among the
 * parts like the times of their passes. Copies around a call do not count. The caller restores the session's variables.
 */
export function measureCosts(prefix: MeasuredPrefix): PrefixCosts {
  const { batchSize, depths, sizes, bytesFor, macs, disk, now } = prefix;
  const copyMsPerByte = timeCopy(now);
  const valueBytes = sizes.map((size) => size * Float32Array.BYTES_PER_ELEMENT);
  const copiesMs = (from: number, to: number) =>
    batchSize * (COPIES_IN * valueBytes[from] + COPIES_OUT * valueBytes[to]) * copyMsPerByte;
  const { partsMs, halfMs, stepMs, cachedStepMs } = timePasses(prefix);
  const advanceMs = partsMs.map((ms, boundary) =>
    boundary === 0 ? 0 : Math.max(0, ms - copiesMs(boundary - 1, boundary)),
  );
  const passMs = sumOf(advanceMs);
  const savedMs = Math.max(0, stepMs - cachedStepMs);
  const prefixMacs = (depth: number) => sumOf(macs.slice(0, depth));
  const msPerMac = savedMs / prefixMacs(depths[depths.length - 1]);
  return {
    batchSize,
    stepMs: advanceMs.map((ms) => (passMs === 0 ? 0 : (ms / passMs) * savedMs)),
    advanceMs,
    fixedShare: Math.min(1, Math.max(0, halfMs / sumOf(partsMs) - 1)),
    bytes: valueBytes.map(bytesFor),
    copyMsPerByte,
    activeMs: depths.map((depth) => (stepCost(macs, depth) - prefixMacs(depth)) * msPerMac),
    disk,
  };
}

/**
 * In milliseconds, the least of the rounds: `partsMs` for each boundary; `halfMs` the doubled sum of the same with half a
 * batch.
 */
function timePasses({ session, batchSize, depths, sizes, now }: MeasuredPrefix) {
  const images = new Float32Array(batchSize * sizes[0]).fill(0.5);
  const half = Math.max(1, Math.floor(batchSize / 2));
  const batch = { images, labels: new Int32Array(batchSize), count: batchSize };
  const frozenLayers = depths[depths.length - 1];
  const step = { batch, frozenLayers };
  const times = () => depths.slice(1).map(() => new LeastTime(now));
  const [whole, halved] = [times(), times()];
  const [ordinary, cached] = [new LeastTime(now), new LeastTime(now)];
  const passThrough = (parts: readonly LeastTime[], count: number) =>
    parts.reduce<Float32Array>(
      (values, part, boundary) =>
        part.of(() => session.advance(values, count, { from: depths[boundary], to: depths[boundary + 1] })),
      images.subarray(0, count * sizes[0]),
    );
  for (let round = 0; round < COST_ROUNDS; round++) {
    const prefixOutput = passThrough(whole, batchSize);
    passThrough(halved, half);
    ordinary.of(() => session.rehearse(step));
    cached.of(() => session.rehearse({ ...step, prefixOutput }));
  }
  return {
    partsMs: [0, ...whole.map(({ ms }) => ms)],
    halfMs: sumOf(halved.map(({ ms }) => ms)) * (batchSize / half),
    stepMs: ordinary.ms,
    cachedStepMs: cached.ms,
  };
}

/** The least time of work that is repeated; the first time does not count. */
class LeastTime {
  readonly #now: () => number;
  #count = 0;
  #ms = Number.POSITIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  get ms(): number {
    return this.#ms;
  }

  of<R>(work: () => R): R {
    const start = this.#now();
    const result = work();
    if (this.#count++ > 0) this.#ms = Math.min(this.#ms, this.#now() - start);
    return result;
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function timeCopy(now: () => number): number {
  const [source, target] = [new Float32Array(COPIED_FLOATS), new Float32Array(COPIED_FLOATS)];
  const copy = new LeastTime(now);
  for (let round = 0; round < COST_ROUNDS; round++) copy.of(() => target.set(source));
  return copy.ms / target.byteLength;
}
