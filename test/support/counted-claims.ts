import { clockStep, errorRounding, roundingOfMean, savedRounding } from '#core/analysis/rounding.ts';
import type { Alternative } from '#core/analysis/statistics.ts';
import { holm, pairedTest } from '#core/analysis/statistics.ts';
import type { RandomStream } from '#core/random.ts';
import { randomStream } from '#core/random.ts';

/**
 * Studies whose errors are counts of test images, and whose times are whole steps of a clock: how often is an arm without an effect
 * said to have one? A study of twelve arms holds those of its first three and six, so one draw serves all three.
 */
const MOST_ARMS = 12;
export const ARM_COUNTS = [3, 6, 12] as const;

const BASE_ERROR = 8;
const MARGIN = 0.5;
const LEVEL = 0.05;

type Noise = (draws: RandomStream) => number;

const normal: Noise = (draws) => draws.nextNormal();
/** Mean 0 and variance 1, as the normal one. */
const exponential: Noise = (draws) => -Math.log(1 - draws.nextUniform()) - 1;
const none: Noise = () => 0;

/** How runs scatter about their arm's mean, in points of error: `narrow` by less than an image of 500 or 1,000. */
export const COUNTED_SCATTERS = {
  normal: { spread: 0.3, baseline: normal, others: normal },
  narrow: { spread: 0.05, baseline: normal, others: normal },
  skewed: { spread: 0.3, baseline: exponential, others: exponential },
  'one-sided': { spread: 0.3, baseline: none, others: exponential },
} as const;

export type CountedScatter = keyof typeof COUNTED_SCATTERS;

export interface CountedSimulation {
  readonly scatter: CountedScatter;
  readonly images: number;
  readonly seeds: number;
  readonly studies: number;
}

/** A kind of claim: what an arm without the effect costs, what one with it does, and the test, whose family is all arms. */
const CLAIMS = {
  errors: { without: 0, with: MARGIN, alternative: 'two-sided', null: 0 },
  'not worse': { without: MARGIN, with: 0, alternative: 'less', null: MARGIN },
  worse: { without: MARGIN, with: 2 * MARGIN, alternative: 'greater', null: MARGIN },
} as const satisfies Record<string, { without: number; with: number; alternative: Alternative; null: number }>;

export type CountedClaim = keyof typeof CLAIMS;

/** Shares of the studies: with a false claim where no arm has the effect, and where half of them have it; and power. */
export interface ClaimRates {
  readonly allNull: number;
  readonly mixed: number;
  /** Share of the arms with the effect that are shown to have it, where all arms have it. */
  readonly power: number;
}

export type RatesByClaim = Readonly<Record<CountedClaim, readonly ClaimRates[]>>;

/** By kind of claim, for 3, 6 and 12 arms. */
export function simulateCountedClaims(simulation: CountedSimulation): RatesByClaim {
  const { images, seeds, studies } = simulation;
  const run = { testError: 0, testImages: images };
  const rounding = roundingOfMean([errorRounding(run, run)]);
  const tallies = { errors: noTallies(), 'not worse': noTallies(), worse: noTallies() };
  for (let study = 0; study < studies; study++) {
    const differences = countedDifferences(simulation, randomStream(study, 'synthetic', images, seeds));
    for (const kind of claimKinds()) {
      const { without, with: effect, ...hypothesis } = CLAIMS[kind];
      const p = (cost: number) =>
        differences(cost).map((values) => pairedTest(values, hypothesis, rounding)?.p ?? null);
      addStudy(tallies[kind], p(without), p(effect));
    }
  }
  const rates = (kind: CountedClaim) => tallies[kind].map((tally) => rated(tally, studies));
  return { errors: rates('errors'), 'not worse': rates('not worse'), worse: rates('worse') };
}

function claimKinds(): readonly CountedClaim[] {
  return ['errors', 'not worse', 'worse'];
}

/** The differences of each arm from the baseline, in points, by what the arms cost. */
function countedDifferences(
  { scatter, images, seeds }: CountedSimulation,
  draws: RandomStream,
): (cost: number) => number[][] {
  const { spread, baseline, others } = COUNTED_SCATTERS[scatter];
  const step = 100 / images;
  const base = BASE_ERROR + step * draws.nextUniform();
  const lucks = Array.from({ length: seeds }, () => base + spread * draws.nextNormal());
  const partners = lucks.map((luck) => Math.round((luck + spread * baseline(draws)) / step));
  const arms = Array.from({ length: MOST_ARMS }, () => lucks.map((luck) => luck + spread * others(draws)));
  return (cost) =>
    arms.map((errors) => errors.map((error, seed) => (Math.round((error + cost) / step) - partners[seed]) * step));
}

interface Tally {
  allNull: number;
  mixed: number;
  shown: number;
}

function noTallies(): Tally[] {
  return ARM_COUNTS.map(() => ({ allNull: 0, mixed: 0, shown: 0 }));
}

function addStudy(tallies: readonly Tally[], without: readonly (number | null)[], effect: readonly (number | null)[]) {
  ARM_COUNTS.forEach((arms, index) => {
    const half = Math.floor(arms / 2);
    const mixed = [...without.slice(0, half), ...effect.slice(half, arms)];
    const tally = tallies[index];
    if (shown(without.slice(0, arms)) > 0) tally.allNull++;
    if (shown(mixed, half) > 0) tally.mixed++;
    tally.shown += shown(effect.slice(0, arms)) / arms;
  });
}

/** How many of the first `count` arms are shown, adjusted over all. */
function shown(p: readonly (number | null)[], count = p.length): number {
  return holm(p)
    .slice(0, count)
    .filter((adjusted) => adjusted !== null && adjusted <= LEVEL).length;
}

function rated({ allNull, mixed, shown: all }: Tally, studies: number): ClaimRates {
  return { allNull: allNull / studies, mixed: mixed / studies, power: all / studies };
}

export interface TimedSimulation {
  /** Seconds by which the runs of 20 s scatter, and the step in which they are written down. */
  readonly spread: number;
  readonly step: number;
  readonly seeds: number;
  readonly studies: number;
}

/** Share of the studies of 3, 6 and 12 arms in which an arm that takes as long as the baseline is shown to take more or less time. */
export function simulateTimedClaims({ spread, step, seeds, studies }: TimedSimulation): number[] {
  const tallies = noTallies();
  for (let study = 0; study < studies; study++) {
    const draws = randomStream(study, 'synthetic', 1_000 * spread, seeds);
    const base = 20 + step * draws.nextUniform();
    const runs = Array.from({ length: MOST_ARMS + 1 }, () =>
      Array.from({ length: seeds }, () => Math.round((base + spread * draws.nextNormal()) / step) * step),
    );
    const read = clockStep(runs.flat());
    const [partners, ...arms] = runs;
    const p = arms.map((times) => {
      const rounding = roundingOfMean(times.map((time, seed) => savedRounding(time, partners[seed], read)));
      const saved = times.map((time, seed) => 1 - time / partners[seed]);
      return pairedTest(saved, { alternative: 'two-sided' }, rounding)?.p ?? null;
    });
    addStudy(tallies, p, p);
  }
  return tallies.map(({ allNull }) => allNull / studies);
}
