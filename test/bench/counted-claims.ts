/**
 * How often does a study claim what is not there, where errors are counts of test images and times are read off a clock? Prints, in
 * percent, the studies of 3, 6 and 12 arms with a false claim: where no arm has the effect, where half of them have it, and the
 * share of the arms with an effect of half a point that are shown to have it. The worst of three kinds of claims each: more or fewer
 * errors, not worse than the margin of half a point, worse than it.
 *
 *   node test/bench/counted-claims.ts                    10,000 studies for each scatter, number of images and number of seeds
 *   node test/bench/counted-claims.ts --studies 500      a try
 */
import { parseArgs } from 'node:util';
import type { ClaimRates, CountedScatter, RatesByClaim } from '../support/counted-claims.ts';
import { ARM_COUNTS, COUNTED_SCATTERS, simulateCountedClaims, simulateTimedClaims } from '../support/counted-claims.ts';

const { values: options } = parseArgs({
  options: { studies: { type: 'string', default: '10000' }, scatter: { type: 'string' } },
});
const studies = Number(options.studies);
const SEEDS = [2, 3, 5, 10];

const percent = (share: number) => (100 * share).toFixed(1);
const isWanted = (scatter: string): scatter is CountedScatter =>
  options.scatter === undefined || options.scatter === scatter;

function worst(rates: RatesByClaim, of: (rate: ClaimRates) => number): string {
  return ARM_COUNTS.map((_, index) => percent(Math.max(...Object.values(rates).map((all) => of(all[index]))))).join(
    ' / ',
  );
}

function least(rates: RatesByClaim): string {
  return ARM_COUNTS.map((_, index) => percent(Math.min(...Object.values(rates).map((all) => all[index].power)))).join(
    ' / ',
  );
}

console.log('| scatter | n | test images | no arm has the effect | half of them have | power |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const scatter of Object.keys(COUNTED_SCATTERS).filter(isWanted))
  for (const seeds of SEEDS)
    for (const images of [500, 1_000, 10_000]) {
      const rates = simulateCountedClaims({ scatter, images, seeds, studies });
      const columns = [worst(rates, ({ allNull }) => allNull), worst(rates, ({ mixed }) => mixed), least(rates)];
      console.log(`| ${[scatter, seeds, images.toLocaleString('en-US'), ...columns].join(' | ')} |`);
    }

console.log('\n| times scatter by | clock of | n | more or less time, no arm has it |\n| --- | --- | --- | --- |');
for (const spread of [0.02, 0.2, 2])
  for (const step of [1, 0.1, 0.001])
    for (const seeds of SEEDS) {
      const rates = simulateTimedClaims({ spread, step, seeds, studies });
      console.log(`| ${spread} s | ${step} s | ${seeds} | ${rates.map(percent).join(' / ')} |`);
    }
