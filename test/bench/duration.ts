/**
 * How far is the estimate before training from the training itself? Estimates a study as `lab estimate` does, from a measurement of
 * some seconds, trains it, and prints both for every run. Nothing else should be at work on the machine.
 *
 *   node test/bench/duration.ts [PRESET]                         a preset, the quick study if none is named, in a home of its own
 *   node test/bench/duration.ts --study study.json --home HOME   a study of data sets and weights that this home has, and that stays there
 *   node test/bench/duration.ts --clock cpu                      processor time, of all threads: for a machine that does other work too
 *
 * Ends with 1 where the estimate of all runs together is more than 10 % off.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { presetStudy } from '#core/presets/presets.ts';
import type { RunDetail } from '#core/records.ts';
import { readStudySpecs } from '../../src-main/cli/spec-file.ts';
import { openHost } from '../../src-main/host.ts';

const MOST_ERROR = 0.1;

const { values: options, positionals } = parseArgs({
  options: { study: { type: 'string' }, home: { type: 'string' }, clock: { type: 'string', default: 'wall' } },
  allowPositionals: true,
});
const shell = { folder: process.cwd(), readStdin: () => Promise.reject(new Error('Give a file.')) };
const [spec] =
  options.study === undefined ? [presetStudy(positionals[0] ?? 'quick')] : await readStudySpecs(options.study, shell);
const home = options.home ?? mkdtempSync(join(tmpdir(), 'freezeout-lab-duration-'));
const isProcessorTime = options.clock === 'cpu';
const folder = mkdtempSync(join(tmpdir(), 'freezeout-lab-seconds-'));
const secondsFile = join(folder, 'seconds');
if (isProcessorTime) {
  // Trainers inherit the environment.
  process.env.NODE_OPTIONS = `--import=${new URL('./processor-seconds.ts', import.meta.url)}`;
  process.env.PROCESSOR_SECONDS_FILE = secondsFile;
}
const host = await openHost({ home, serve: false });

const askedAt = performance.now();
const estimate = await host.client.studies.estimate({ spec });
const measuringSeconds = (performance.now() - askedAt) / 1000;

const startedOn = Date.now();
const startedAt = performance.now();
const { studyId } = await host.client.studies.start({ spec });
await host.idle();
const wallSeconds = (performance.now() - startedAt) / 1000;

const study = await host.client.studies.show({ study: studyId });
const shown = await Promise.all(study.runs.map((run) => host.client.runs.show({ run: run.id })));
const runs = shown.toSorted((one, other) => (one.startedAt ?? 0) - (other.startedAt ?? 0));
await host.close('The benchmark is over.');
// Runs follow one another: each begins with the start of its trainer, right after the end of the one before.
const ends = [startedOn, ...runs.map(({ endedAt }) => endedAt ?? 0)];
const wholes = isProcessorTime
  ? readFileSync(secondsFile, 'utf8').trim().split('\n').slice(1).map(Number)
  : runs.map((_, index) => (ends[index + 1] - ends[index]) / 1000);
const real = isProcessorTime ? wholes.reduce((sum, seconds) => sum + seconds, 0) : wallSeconds;
if (options.home === undefined) rmSync(home, { recursive: true });
rmSync(folder, { recursive: true });

const inSeconds = (...values: readonly number[]) =>
  values.map((value) => `${value.toFixed(1)} s`.padStart(10)).join('');
console.log(`measured in ${measuringSeconds.toFixed(1)} s: ${estimate.measurement.msPerStep.toFixed(1)} ms a step`);
const parts = ['all', 'start', 'profile', 'training', 'evaluation', 'checkpoints'];
console.log(`${'predicted, real:'.padEnd(34)}${parts.map((part) => part.padStart(20)).join('')}`);
for (const [index, run] of runs.entries()) console.log(lineOf(run, wholes[index]));
const error = (estimate.seconds - real) / real;
const clock = isProcessorTime ? ' of processor time' : '';
const totals = `predicted ${estimate.seconds.toFixed(1)} s${clock}, real ${real.toFixed(1)} s`;
console.log(`${spec.name}: ${totals}, error ${(100 * error).toFixed(1)} %`);
process.exitCode = Math.abs(error) <= MOST_ERROR ? 0 : 1;

function lineOf({ arm, seconds, profile }: RunDetail, all: number): string {
  const predicted = estimate.arms.find(({ name }) => name === arm);
  if (predicted === undefined) throw new Error(`The estimate has no arm ${arm}.`);
  const known = [profile?.seconds ?? 0, seconds.training, seconds.evaluation, seconds.checkpoint];
  const start = all - known.reduce((sum, part) => sum + part, 0);
  const expected = [predicted.profile, predicted.training, predicted.evaluation, predicted.checkpoints];
  const pairs = [predicted.total, predicted.startUp, ...expected].map((one, index) => [
    one,
    [all, start, ...known][index],
  ]);
  return `${String(arm).padEnd(34)}${pairs.map(([one, other]) => inSeconds(one, other)).join('')}`;
}
