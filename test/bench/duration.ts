// Predicts how long a preset's study will take, from a measurement of some seconds, then trains it and prints both:
// `node test/bench/duration.ts [PRESET]`. Nothing else should be at work on the machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetStudy } from '#core/presets/presets.ts';
import type { RunDetail, StudyRecord } from '#core/records.ts';
import { runSpecSchema } from '#core/run.ts';
import type { RunEstimate } from '#core/training/duration-estimate.ts';
import { estimateStudy } from '#core/training/duration-estimate.ts';
import { datasetCatalog, locationOf } from '../../src-main/datasets/catalog.ts';
import { openHost } from '../../src-main/host.ts';

const [preset = 'quick'] = process.argv.slice(2);
const spec = presetStudy(preset);
const location = locationOf(spec.base.dataset);
if (location === null) throw new Error(`The data set of ${preset} is not there: run the set-up first.`);
const images = await datasetCatalog.describe(location);
const home = mkdtempSync(join(tmpdir(), 'freezeout-lab-duration-'));
const host = await openHost({ home, serve: false });

const askedAt = performance.now();
const measured = await host.client.runs.measure({ spec: runSpecSchema.parse(spec.base) });
const measuringSeconds = (performance.now() - askedAt) / 1000;

const startedAt = performance.now();
const { studyId } = await host.client.studies.start({ spec });
const planned = await host.client.studies.show({ study: studyId });
const estimate = estimateStudy(planned, images, measured);
await host.idle();
const real = (performance.now() - startedAt) / 1000;

const study = await host.client.studies.show({ study: studyId });
const runs = await Promise.all(study.runs.map((run) => host.client.runs.show({ run: run.id })));
await host.close('The benchmark is over.');
rmSync(home, { recursive: true });

const inSeconds = (...values: readonly number[]) => values.map((value) => `${value.toFixed(1)} s`.padStart(9)).join('');
console.log(`measured in ${measuringSeconds.toFixed(1)} s: ${measured.msPerStep.toFixed(1)} ms a step`);
console.log(`${'predicted, real:'.padEnd(34)}         all      training    evaluation   checkpoints       profile`);
for (const run of runs) console.log(lineOf(run, study));
const error = (100 * (estimate.seconds - real)) / real;
console.log(
  `${preset}: predicted ${estimate.seconds.toFixed(1)} s, real ${real.toFixed(1)} s, error ${error.toFixed(1)} %`,
);

function lineOf(run: RunDetail, { arms }: StudyRecord): string {
  const predicted: RunEstimate = estimate.runs[arms.findIndex((arm) => arm.name === run.arm)];
  const { seconds, profile } = run;
  const total = ((run.endedAt ?? 0) - (run.startedAt ?? 0)) / 1000;
  const pairs = [
    [predicted.total - predicted.startUp, total],
    [predicted.training, seconds.training],
    [predicted.evaluation, seconds.evaluation],
    [predicted.checkpoints, seconds.checkpoint],
    [predicted.profile, profile?.seconds ?? 0],
  ];
  return `${String(run.arm).padEnd(34)}${pairs.map(([one, other]) => inSeconds(one, other)).join('')}`;
}
