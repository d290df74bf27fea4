/**
 * What does cubic 0.8 scaled save of a whole run's time, depth changes included? Trains it and the baseline, without the cache of
 * frozen layers; the two take turns every few steps, so that a machine that drifts is the same for both, and each has a clock
 * that counts its own time. Evaluation and checkpoints are not in it.
 *
 *   node test/bench/whole-run.ts                                   DenseNet-BC 40-12 and WRN-16-2, 1,000 images, 8 epochs
 *   node test/bench/whole-run.ts --model wide-resnet --epochs 40
 *   node test/bench/whole-run.ts --precision bf16                  both in bf16
 *   node test/bench/whole-run.ts --side 8 --images 200 --batch 10  a try that takes seconds
 *   node test/bench/whole-run.ts --clock cpu                       processor time: for a machine that does other work too
 *
 * A stall is the step right after a depth change, less the median step at that depth. Ends with 1 where less is saved than the bar
 * and than 0.95 of what the cost model predicts, or where a stall is longer than 300 ms.
 */
import { parseArgs } from 'node:util';
import { median } from '#core/analysis/quantile.ts';
import { precisionSchema } from '#core/training/precision.ts';
import { loadAsTrainer } from '../support/judged-networks.ts';
import type { Outcome } from '../support/training-in-turns.ts';
import { Turns, trainInTurns } from '../support/training-in-turns.ts';

/** Steps before it is the other one's turn. */
const TURN = 3;
const REQUIRED_SHARE = 0.95;
const LONGEST_STALL_MS = 300;

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    images: { type: 'string', default: '1000' },
    epochs: { type: 'string', default: '8' },
    batch: { type: 'string', default: '50' },
    side: { type: 'string', default: '32' },
    clock: { type: 'string', default: 'wall' },
    precision: { type: 'string' },
  },
});

const MODELS = [
  { model: { kind: 'densenet-bc', depth: 40, growth: 12 }, bar: 0.2 },
  { model: { kind: 'wide-resnet', depth: 16, width: 2, skip: true }, bar: 0.15 },
] as const;
type Judged = (typeof MODELS)[number];

const precision = precisionSchema.parse(options.precision);
const binding = loadAsTrainer(precision);
const met: boolean[] = [];
for (const judged of MODELS)
  if (options.model === undefined || options.model === judged.model.kind) met.push(await judge(judged));
process.exitCode = met.every(Boolean) ? 0 : 1;

async function judge({ model, bar }: Judged): Promise<boolean> {
  const turns = new Turns();
  const policy = { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true };
  const lengths = { epochs: Number(options.epochs), batchSize: Number(options.batch), augment: 'crop-flip', precision };
  const sizes = { side: Number(options.side), images: Number(options.images), stepsATurn: TURN };
  const [baseline, freezeOut] = await Promise.all(
    [{ kind: 'none' }, policy].map((one) =>
      trainInTurns({ binding, model, turns, change: { ...lengths, policy: one }, clock: options.clock, ...sizes }),
    ),
  );
  const steps = stepsOf(baseline).length;
  console.log(
    `\n${JSON.stringify(model)}, ${precision ?? 'float32'}: ${steps} steps of ${options.batch} images, ${options.side}x${options.side}x3`,
  );
  const isSaved = reportSaving(baseline, freezeOut, bar);
  return reportStalls(freezeOut) && isSaved;
}

function reportSaving(baseline: Outcome, freezeOut: Outcome, bar: number): boolean {
  const finished = freezeOut.events.find((event) => event.type === 'run.finished');
  if (finished?.type !== 'run.finished') throw new Error('A run has failed.');
  const predicted = finished.saved.compute;
  const saved = 1 - freezeOut.seconds / baseline.seconds;
  const stalledMs = stallsOf(freezeOut).reduce((sum, { stallMs }) => sum + stallMs, 0);
  const withoutStalls = 1 - (freezeOut.seconds - stalledMs / 1000) / baseline.seconds;
  const required = Math.min(bar, REQUIRED_SHARE * predicted);
  const isMet = saved >= required;
  console.log('baseline      cubic 0.8  saved  predicted  share  without stalls  required');
  console.log(
    `${baseline.seconds.toFixed(2).padStart(6)} s  ${freezeOut.seconds.toFixed(2).padStart(9)} s ${percent(saved)} ${percent(predicted)}` +
      `  ${(saved / predicted).toFixed(2)}  ${percent(withoutStalls)}  ${percent(required)}${isMet ? '' : '  NOT MET'}`,
  );
  return isMet;
}

interface TimedStep {
  readonly frozen: number;
  readonly ms: number;
}

/** Every step, in order. */
function stepsOf({ events }: Outcome): TimedStep[] {
  return events.flatMap((event) => {
    if (event.type !== 'step.sampled') return [];
    const frozen = event.learningRates.filter((rate) => rate === null).length;
    return [{ frozen, ms: event.ms.wait + event.ms.step + event.ms.other }];
  });
}

interface Stall {
  readonly frozen: number;
  readonly stallMs: number;
}

/** Of every depth change, in order; a depth of a single step has no median of its own to compare with, and is left out. */
function stallsOf(outcome: Outcome): Stall[] {
  const steps = stepsOf(outcome);
  const depths = new Set(steps.map(({ frozen }) => frozen).filter((frozen) => frozen > 0));
  return [...depths].flatMap((depth) => {
    const [first, ...others] = steps.filter(({ frozen }) => frozen === depth).map(({ ms }) => ms);
    return others.length === 0 ? [] : [{ frozen: depth, stallMs: first - median(others) }];
  });
}

function reportStalls(outcome: Outcome): boolean {
  const stalls = stallsOf(outcome);
  const longest = stalls.reduce((one, other) => (other.stallMs > one.stallMs ? other : one));
  const isMet = longest.stallMs <= LONGEST_STALL_MS;
  const middle = median(stalls.map(({ stallMs }) => stallMs));
  console.log(
    `stalls at ${stalls.length} depth changes: ${middle.toFixed(0)} ms median, ${longest.stallMs.toFixed(0)} ms at most ` +
      `(${longest.frozen} layers frozen), ${LONGEST_STALL_MS} ms allowed${isMet ? '' : '  NOT MET'}`,
  );
  return isMet;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`.padStart(8);
}
