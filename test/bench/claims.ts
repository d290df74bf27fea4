/**
 * How often is what studies conclude wrong? Simulates studies in which no arm has any effect to be claimed, has the comparison
 * judge them, and prints how many of the 95 % intervals hold the truth and in how many studies each kind of claim was made
 * falsely by at least one arm. `recommended`: studies that recommend to freeze a number of layers, where every depth saves a fifth of the
 * time and costs exactly the margin.
 *
 *   node test/bench/claims.ts                     10,000 studies of 4 policies for each scatter and 3, 5 and 10 seeds
 *   node test/bench/claims.ts --studies 500       a try that takes seconds
 *   node test/bench/claims.ts --scatter skewed    one of normal, heavy-tailed, skewed, coarse, one-sided
 */
import { parseArgs } from 'node:util';
import type { Scatter } from '../support/simulated-claims.ts';
import { SCATTERS, simulateClaims, simulateRecommendations } from '../support/simulated-claims.ts';

const { values: options } = parseArgs({
  options: {
    studies: { type: 'string', default: '10000' },
    arms: { type: 'string', default: '4' },
    scatter: { type: 'string' },
  },
});

const percent = (share: number) => (100 * share).toFixed(1);
const isWanted = (scatter: string): scatter is Scatter => options.scatter === undefined || options.scatter === scatter;

console.log(
  '| scatter | n | covered: error | covered: saved | faster | slower | better | worse | not worse | worse than the margin | better than less training | not better than less training | recommended |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const scatter of Object.keys(SCATTERS).filter(isWanted)) {
  for (const seeds of [3, 5, 10]) {
    const simulation = { scatter, seeds, arms: Number(options.arms), studies: Number(options.studies) };
    const { coverage, falseClaims } = simulateClaims(simulation);
    const rates = [
      coverage.errorDelta,
      coverage.wall,
      ...Object.values(falseClaims),
      simulateRecommendations(simulation),
    ].map(percent);
    console.log(`| ${[scatter, seeds, ...rates].join(' | ')} |`);
  }
}
