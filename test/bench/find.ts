/**
 * How often does `find` recommend a t0 that costs the tolerance or more? Simulates whole searches, as the program makes them,
 * over runs with drawn errors, and prints the share of false recommendations, of searches with a false claim that a t0 exceeds the
 * tolerance, and of false claims of being better than training less, or not, together with how much of the possible saving was
 * found and how many runs that took.
 *
 *   node test/bench/find.ts                    10,000 searches a line
 *   node test/bench/find.ts --searches 500     a try
 *
 * Ends with 1 where one of these shares is more than 5 %, by more than chance would have it. The last lines of each kind of errors, in
 * which those of the candidate scatter twice as much as the baseline's, do not count: with skewed errors the differences are
 * then skewed themselves, and no test of a mean over so few of them holds (Bahadur and Savage 1956).
 */
import { parseArgs } from 'node:util';
import { ERROR_RATE } from '#core/find/spending.ts';
import type { SimulatedTruth } from '../support/simulated-search.ts';
import { NOISES, SIMULATED, simulateSearch } from '../support/simulated-search.ts';

const { values: options } = parseArgs({ options: { searches: { type: 'string', default: '10000' } } });
const searches = Number(options.searches);
const { tolerance } = SIMULATED;

/** Of a true increase that is the tolerance everywhere, up to a step at 0.5, and rising evenly through the tolerance. */
const INCREASES: Readonly<Record<string, SimulatedTruth['increase']>> = {
  'at the tolerance': () => tolerance,
  'just above it below 0.55': (t0) => (t0 < 0.549 ? tolerance : 0),
  'evenly through it at 0.5': (t0) => tolerance * (1 + 2 * (0.501 - t0)),
  'steeply through it at 0.5': (t0) => tolerance * (1 + 10 * (0.501 - t0)),
  nothing: () => 0,
};

/** Spreads of candidate and baseline, in points; unlike ones make the differences themselves skewed. */
const SPREADS = [
  { spread: 0.05, baselineSpread: 0.05 },
  { spread: 0.2, baselineSpread: 0.2 },
  { spread: 0.5, baselineSpread: 0.5 },
  { spread: 0.3, baselineSpread: 0.15 },
] as const;

let isMet = true;
console.log('noise    spread      true increase               false outside  better  not-b.  shown  at      runs');
for (const [noiseName, noise] of Object.entries(NOISES)) {
  for (const spreads of SPREADS) {
    for (const [name, increase] of Object.entries(INCREASES)) report(noiseName, name, { increase, noise, ...spreads });
  }
}
process.exitCode = isMet ? 0 : 1;

function report(noiseName: string, name: string, truth: SimulatedTruth): void {
  const found = Array.from({ length: searches }, (_, seed) => simulateSearch(SIMULATED, truth, seed));
  const shown = found.flatMap(({ best }) => (best === null ? [] : [best.value]));
  const falseShare = shown.filter((t0) => truth.increase(t0) >= tolerance).length / searches;
  const betterShare = found.filter((search) => search.beatsEqualTime).length / searches;
  const outsideShare =
    found.filter((search) => search.outside.some((t0) => truth.increase(t0) <= tolerance)).length / searches;
  const notBetterShare = found.filter((search) => search.isNotBetter).length / searches;
  const shares = [falseShare, outsideShare, betterShare, notBetterShare];
  if (truth.spread === truth.baselineSpread) isMet &&= shares.every(isWithin);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const place = shown.length === 0 ? '' : mean(shown).toFixed(3);
  const runs = mean(found.map((search) => search.runs)).toFixed(1);
  console.log(
    noiseName.padEnd(8),
    `${truth.spread}/${truth.baselineSpread}`.padEnd(11),
    name.padEnd(26),
    ...shares.map(percentText),
    percentText(shown.length / searches),
    place.padStart(6),
    runs.padStart(5),
  );
}

function percentText(share: number): string {
  return `${(100 * share).toFixed(2)}%`.padStart(7);
}

/** Three standard errors of a share of 5 %. */
function isWithin(share: number): boolean {
  return share <= ERROR_RATE + 3 * Math.sqrt((ERROR_RATE * (1 - ERROR_RATE)) / searches);
}
