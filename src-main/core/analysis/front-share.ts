import { randomStream } from '#core/random.ts';
import type { PairedArm } from './paired-runs.ts';
import type { TradeOff } from './pareto-front.ts';
import { measuredOf, paretoFront } from './pareto-front.ts';
import { LEAST_PAIRS, mean } from './statistics.ts';

const RESAMPLES = 1_000;
/** Seeds only the resampling, and is the same for every study, so that a study always gives the same shares. */
const SEED = 0;

/**
 * How sure each arm's place on the front is: in 1,000 resamples of the seeds, with replacement, the share in which it is on
 * the front of all arms. One draw of seeds serves all arms, since their runs of a seed belong together (paired bootstrap,
 * Efron and Tibshirani 1993, chapter 8). An arm is left out where none of its seeds was drawn. Null with fewer than three pairs.
 */
export function frontShares(arms: readonly PairedArm[]): (number | null)[] {
  const seeds = [...new Set(arms.flatMap(({ points }) => points.map((point) => point.seed)))].sort((a, b) => a - b);
  const known = arms.map(({ points }) => points.length >= LEAST_PAIRS);
  if (!known.includes(true)) return arms.map(() => null);
  const bySeed = arms.map(({ points }) => new Map(points.map((point) => [point.seed, point])));
  const [shown, measured] = [arms.map(() => 0), arms.map(() => 0)];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const drawn = drawnSeeds(seeds, resample);
    const tradeOffs = bySeed.map((points) => tradeOffOf(drawn.flatMap((seed) => points.get(seed) ?? [])));
    const front = paretoFront(tradeOffs);
    tradeOffs.forEach((tradeOff, index) => {
      measured[index] += Number(measuredOf(tradeOff) !== null);
      shown[index] += Number(front[index]);
    });
  }
  return arms.map((_, index) => (known[index] && measured[index] > 0 ? shown[index] / measured[index] : null));
}

function drawnSeeds(seeds: readonly number[], resample: number): number[] {
  const draws = randomStream(SEED, 'resample', resample);
  return seeds.map(() => seeds[Math.floor(draws.nextUniform() * seeds.length)]);
}

function tradeOffOf(points: PairedArm['points']): TradeOff {
  return { saved: mean(points.map((point) => point.wall)), cost: mean(points.map((point) => point.errorDelta)) };
}
