/**
 * How much memory does training take, compared with PyTorch, and does it stay flat? Every side of every comparison is a process of its
 * own, which loads its library and builds its network; what counts is how far resident memory (Linux: VmHWM) rises above its
 * size after that, before the first training step.
 *
 *   node test/bench/step-memory.ts --python V/bin/python    DenseNet-BC 40-12, WRN-16-2 and VGG-16, batch 50, 32x32x3, unfrozen
 *                                                           and with half of the layers frozen; then 2,000 steps of a small net
 *   node test/bench/step-memory.ts                          our side alone
 *   node test/bench/step-memory.ts --precision bf16         our side in bf16, compared with itself in float32
 *   node test/bench/step-memory.ts --model vgg --repeats 1 --steps 3 --flat-steps 0
 *
 * V is a virtual environment with torch. The two processes run at once, since speed does not matter here; values are medians. Ends with 1
 * where our peak is above the other one, or where resident memory or the number of tensors rises over the 2,000 steps.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from '#core/analysis/quantile.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { precisionSchema } from '#core/training/precision.ts';
import { trainerEnvironment } from '../../src-main/trainer-host/trainer-environment.ts';
import { JUDGED_MODELS, judgedNetwork } from '../support/judged-networks.ts';
import type { MemoryRequest, MemorySample } from './step-memory-child.ts';

const BAR = 1;
const SMALL_MODEL: ModelSpec = { kind: 'densenet-bc', depth: 16, growth: 4 };
/** Of the steps at a depth, the share at its beginning in which TensorFlow still makes buffers. */
const SETTLING_SHARE = 0.25;
const FLAT_SAMPLES = 200;
/** MB over all of the steps: what an allocator's pages come and go by. */
const FLAT_NOISE = 2;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    model: { type: 'string' },
    side: { type: 'string', default: '32' },
    batch: { type: 'string', default: '50' },
    steps: { type: 'string', default: '5' },
    repeats: { type: 'string', default: '3' },
    'flat-steps': { type: 'string', default: '2000' },
    precision: { type: 'string' },
  },
});

interface Peak {
  readonly before: number;
  readonly peak: number;
}

/** With what our side is compared. */
interface OtherSide {
  readonly name: string;
  peakOf(request: MemoryRequest): Promise<Peak>;
}

const run = promisify(execFile);
const precision = precisionSchema.parse(options.precision);
const otherSide = chosenOtherSide();
const met: boolean[] = [];
console.log('resident memory in MB: before the first step, at most since, and the difference');
console.log(
  `${'frozen'.padStart(23)}  ${(precision ?? 'ours').padStart(24)}${otherSide === null ? '' : `  ${otherSide.name.padStart(24)}   ratio`}`,
);
for (const model of JUDGED_MODELS)
  if (options.model === undefined || options.model === model.kind) met.push(...(await compare(model)));
if (Number(options['flat-steps']) > 0) met.push(await judgeFlatness());
process.exitCode = met.every(Boolean) ? 0 : 1;

async function compare(model: ModelSpec): Promise<boolean[]> {
  const layers = judgedNetwork(model, Number(options.side)).layers.length;
  const judgements: boolean[] = [];
  for (const frozen of [0, Math.round(layers / 2)]) {
    const steps = Number(options.steps);
    const request = { ...{ model, steps, every: 1, freezes: [{ step: 0, frozen }] }, ...sizes() };
    const [ours, others]: [Peak[], Peak[]] = [[], []];
    for (let repeat = 0; repeat < Number(options.repeats); repeat++) {
      const sides = [ourPeak({ ...request, precision }), otherSide?.peakOf(request) ?? null] as const;
      const [our, other] = await Promise.all(sides);
      ours.push(our);
      if (other !== null) others.push(other);
    }
    judgements.push(report(`${model.kind.padEnd(16)} ${`${frozen}`.padStart(6)}`, ours, others));
  }
  return judgements;
}

function chosenOtherSide(): OtherSide | null {
  const { python } = options;
  if (precision !== undefined) return { name: 'float32', peakOf: ourPeak };
  return python === undefined ? null : { name: 'PyTorch', peakOf: (request) => pythonPeak(python, request) };
}

function sizes(): Pick<MemoryRequest, 'side' | 'batch'> {
  return { side: Number(options.side), batch: Number(options.batch) };
}

async function samplesOf(request: MemoryRequest): Promise<MemorySample[]> {
  const child = fileURLToPath(new URL('step-memory-child.ts', import.meta.url));
  const words = ['--expose-gc', child, JSON.stringify(request)];
  const { stdout } = await run(process.execPath, words, { env: trainerEnvironment({}, null) });
  return JSON.parse(stdout);
}

async function ourPeak(request: MemoryRequest): Promise<Peak> {
  const samples = await samplesOf(request);
  return { before: samples[0].now, peak: Math.max(...samples.map(({ peak }) => peak)) };
}

async function pythonPeak(python: string, request: MemoryRequest): Promise<Peak> {
  const script = fileURLToPath(new URL('step_memory.py', import.meta.url));
  const { stdout } = await run(python, [script, JSON.stringify(request)]);
  return JSON.parse(stdout);
}

function report(name: string, ours: readonly Peak[], others: readonly Peak[]): boolean {
  const rises = [ours, others].map((peaks) => median(peaks.map(({ before, peak }) => peak - before)));
  const columns = [ours, others].filter((peaks) => peaks.length > 0).map(columnOf);
  const ratio = rises[0] / rises[1];
  const isMet = others.length === 0 || ratio <= BAR;
  const judgement = others.length === 0 ? '' : `  ${ratio.toFixed(2).padStart(6)}${isMet ? '' : '  NOT MET'}`;
  console.log(`${name}  ${columns.join('  ')}${judgement}`);
  return isMet;
}

function columnOf(peaks: readonly Peak[]): string {
  const values = [peaks.map(({ before }) => before), peaks.map(({ peak }) => peak)];
  const rises = peaks.map(({ before, peak }) => peak - before);
  return [...values, rises].map((of) => median(of).toFixed(0).padStart(8)).join('');
}

/** A small network that freezes from a fifth of the steps on, one layer after the other. */
async function judgeFlatness(): Promise<boolean> {
  const steps = Number(options['flat-steps']);
  const layers = judgedNetwork(SMALL_MODEL, 8).layers.length;
  const freezes = Array.from({ length: layers }, (_, frozen) => {
    const step = Math.round(frozen === 0 ? 0 : steps * (0.2 + (0.8 * (frozen - 1)) / (layers - 1)));
    return { step, frozen };
  });
  const every = Math.ceil(steps / FLAT_SAMPLES);
  const samples = await samplesOf({ model: SMALL_MODEL, side: 8, batch: 8, steps, every, freezes });
  const settled = samples.slice(1);
  const [first, last] = [settled[0], settled[settled.length - 1]];
  const { rise, error } = riseAtDepths(settled, steps);
  const isFlat = rise - 2 * error <= FLAT_NOISE;
  const hasNoMoreTensors = last.tensors <= first.tensors;
  console.log(`\n${steps} steps of ${JSON.stringify(SMALL_MODEL)} over ${layers} freeze depths`);
  console.log(`resident MB: ${first.now.toFixed(1)} after ${first.step} steps, ${last.now.toFixed(1)} at the end`);
  console.log(
    `rise between depth changes, over all steps: ${rise.toFixed(2)} MB (standard error ${error.toFixed(2)}), at most ${FLAT_NOISE}` +
      `${isFlat ? '' : '  NOT MET'}`,
  );
  console.log(`tensors: ${first.tensors}, then ${last.tensors}${hasNoMoreTensors ? '' : '  NOT MET'}`);
  return isFlat && hasNoMoreTensors;
}

/** Least squares with one slope, in MB over all of the steps, and a level for each depth: what a depth itself takes is no slope. */
function riseAtDepths(
  samples: readonly MemorySample[],
  steps: number,
): { readonly rise: number; readonly error: number } {
  const depths = [...new Set(samples.map(({ frozen }) => frozen))];
  const phases = depths.map((depth) => {
    const phase = samples.filter(({ frozen }) => frozen === depth);
    return centred(phase.slice(Math.floor(SETTLING_SHARE * phase.length)));
  });
  const points = phases.flat();
  const spread = sum(points.map(({ x }) => x * x));
  const slope = sum(points.map(({ x, y }) => x * y)) / spread;
  const variance = sum(points.map(({ x, y }) => (y - slope * x) ** 2)) / (points.length - phases.length - 1);
  return { rise: slope * steps, error: Math.sqrt(variance / spread) * steps };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function centred(samples: readonly MemorySample[]): readonly Point[] {
  const [meanStep, meanSize] = [samples.map(({ step }) => step), samples.map(({ now }) => now)].map(
    (values) => sum(values) / values.length,
  );
  return samples.map(({ step, now }) => ({ x: step - meanStep, y: now - meanSize }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
