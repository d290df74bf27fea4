/**
 * How often do the step and epoch times of a study part from its profiles, by the comparison's own check? Simulates studies of a
 * baseline and an arm with right profiles, and prints the share of them with a warning: without a load, where any is a false
 * alarm, and with one.
 *
 *   node test/bench/pace.ts                  1,000 studies a number
 *   node test/bench/pace.ts --studies 100    a try
 */
import { parseArgs } from 'node:util';
import type { PacedStudy } from '../support/paced-study.ts';
import { warningsOf } from '../support/paced-study.ts';
import { loaded } from '../support/sampled-steps.ts';

const { values: options } = parseArgs({ options: { studies: { type: 'string', default: '1000' } } });
const studies = Number(options.studies);

const LOADS = {
  'no load': {},
  'arm 1.18x': { cubic: loaded(1.18) },
  'arm 1.3x from half-way on': { cubic: loaded(1.3, 0.5) },
  'arm 1.5x from half-way on': { cubic: loaded(1.5, 0.5) },
  'baseline 1.3x': { baseline: loaded(1.3) },
} as const satisfies Readonly<Record<string, PacedStudy['loads']>>;
const NOISES = [
  { noise: 0.05, spikes: 0 },
  { noise: 0.1, spikes: 0 },
  { noise: 0.2, spikes: 0 },
  { noise: 0.05, spikes: 0.1 },
] as const;
const RUNS = [
  { seeds: 1, samples: 16 },
  { seeds: 3, samples: 16 },
  { seeds: 3, samples: 40 },
] as const;

console.log(`| seeds | samples a run | noise | ${Object.keys(LOADS).join(' | ')} |`);
console.log(
  `| --- | --- | --- | ${Object.keys(LOADS)
    .map(() => '---')
    .join(' | ')} |`,
);
for (const run of RUNS) {
  for (const { noise, spikes } of NOISES) {
    const shares = Object.values(LOADS).map((loads) => {
      const study = { ...run, noise, spikes, loads, stepsPerEpoch: 200 };
      const hit = Array.from({ length: studies }, (_, draw) => warningsOf({ ...study, draw }).length > 0);
      return `${((100 * hit.filter(Boolean).length) / studies).toFixed(1)} %`;
    });
    const scatter = spikes === 0 ? noise : `${noise}, a tenth of the steps 2 to 4 times as long`;
    console.log(`| ${[run.seeds, run.samples, scatter, ...shares].join(' | ')} |`);
  }
}
