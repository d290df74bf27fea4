// Writes a home full of runs that nobody trained: `node test/bench/seed.ts HOME --runs 10000 --epochs 100 --studies 100`.
// `--samples 40000` gives every run that many sampled steps; 25 such runs are a million points.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seedHome } from '../support/seeded-home.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '1000' },
    epochs: { type: 'string', default: '100' },
    studies: { type: 'string', default: '10' },
    samples: { type: 'string', default: '0' },
  },
});
const [home] = positionals;
if (home === undefined || existsSync(join(home, 'lab.sqlite'))) {
  console.error('Name a folder that holds no home yet: node test/bench/seed.ts HOME --runs 1000');
  process.exit(2);
}
const size = {
  runs: Number(values.runs),
  epochs: Number(values.epochs),
  studies: Number(values.studies),
  samples: Number(values.samples),
};
const startedAt = performance.now();
seedHome(home, size);
const points = size.runs * (size.epochs + size.samples);
console.log(`${size.runs} runs, up to ${points} points in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
