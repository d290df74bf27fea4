/**
 * How much of what a schedule should save does it save? Measures the step at every freeze depth of three schedules, each time
 * paired with an unfrozen step, as a run's own profile is measured, and prints the saving by depth and by schedule.
 *
 *   node test/bench/schedule-saving.ts                           DenseNet-BC 40-12, WRN-16-2 and VGG-16, batch 50, 32x32x3
 *   node test/bench/schedule-saving.ts --model vgg --rounds 15   one of them, at most 15 rounds
 *   node test/bench/schedule-saving.ts --precision bf16          in bf16
 *   node test/bench/schedule-saving.ts --side 8 --batch 10       a try that takes seconds
 *
 * `predicted` is the cost model, `reachable` what multiply-adds alone leave to any implementation: the cost model counts no input
 * gradient for the first active layer, but a bottleneck or a residual block starts with a batch norm, and the gradients of that
 * norm's gamma and beta need the input gradients of all convolutions behind it. Ratios are medians over the pairs of steps.
 * Ends with 1 where a schedule saves less than 0.95 of its prediction.
 */

import { parseArgs } from 'node:util';
import type { ModelSpec } from '#core/network/network.ts';
import { stepCost } from '#core/policy/cost.ts';
import { scheduleOf } from '#core/policy/policy.ts';
import type { Schedule } from '#core/policy/schedule.ts';
import type { StepProfile } from '#core/run-event.ts';
import { precisionSchema } from '#core/training/precision.ts';
import type { ProfiledTraining } from '#core/training/profile.ts';
import { frozenDepths, measureProfile } from '#core/training/profile.ts';
import { depthSavings, predictedRatio, profileSaved, stepRatios } from '#core/training/profile-savings.ts';
import { JUDGED_MODELS, judgedNetwork, loadAsTrainer, macsOf, steppedNetwork } from '../support/judged-networks.ts';
import { layerNames } from '../support/layer-names.ts';

const REQUIRED_SHARE = 0.95;
/** Of a run: enough that every layer freezes at a step of its own. */
const STEPS = 10_000;
const POLICIES = [
  { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
  { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true },
  { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true },
] as const;

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    side: { type: 'string', default: '32' },
    batch: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '7' },
    precision: { type: 'string' },
  },
});

const precision = precisionSchema.parse(options.precision);
const binding = loadAsTrainer(precision);
const met: boolean[] = [];
for (const model of JUDGED_MODELS)
  if (options.model === undefined || options.model === model.kind) met.push(await judge(model));
process.exitCode = met.every(Boolean) ? 0 : 1;

async function judge(model: ModelSpec): Promise<boolean> {
  const network = judgedNetwork(model, Number(options.side));
  const macs = macsOf(network);
  const schedules = POLICIES.map((policy) =>
    scheduleOf(policy, { layerNames: layerNames(macs.length), learningRate: 0.1, steps: STEPS, stepsPerEpoch: STEPS }),
  );
  const depths = new Set(schedules.flatMap((schedule) => frozenDepths(schedule, STEPS)));
  const { session, batch } = steppedNetwork(binding, network, { batchSize: Number(options.batch), precision });
  const profile = await measureProfile({
    ...{ session, batch, depths: [...depths].sort((a, b) => a - b), layerNames: layerNames(macs.length) },
    budgetMs: budgetOfRounds(Number(options.rounds)),
    monotonicMs: () => performance.now(),
    isUnwanted: async () => false,
  });
  session.dispose();
  if (profile === null) throw new Error('The measurement has left off.');

  console.log(
    `\n${JSON.stringify(model)}, ${precision ?? 'float32'}, batch ${options.batch}, ${options.side}x${options.side}x3`,
  );
  reportDepths(profile, model, macs);
  console.log('\n             predicted  reachable   measured   share of both');
  return schedules.map((schedule, place) => reportSchedule(place, { schedule, profile, model, macs })).every(Boolean);
}

/** Asked for once a round, by a measurement that goes on while it is within its budget. */
function budgetOfRounds(rounds: number): ProfiledTraining['budgetMs'] {
  let round = 0;
  return () => (++round < rounds ? Number.POSITIVE_INFINITY : 0);
}

function reportDepths(profile: StepProfile, model: ModelSpec, macs: readonly number[]): void {
  const { steps, stepMs } = profile.unfrozen;
  console.log('frozen  steps    min ms    median  ratio  predicted  reachable   measured   residual');
  console.log(`${'0'.padStart(6)}  ${`${steps}`.padStart(5)}  ${milliseconds(stepMs)}`);
  const savings = depthSavings(profile, macs);
  for (const [place, depth] of profile.depths.entries()) {
    const { predicted, measured, residual } = savings[place];
    const reachable = 1 - reachableRatio(model, macs, depth.frozenLayers);
    const times = `${`${depth.steps}`.padStart(5)}  ${milliseconds(depth.stepMs)}  ${depth.ratio.median.toFixed(3)}`;
    const shares = [predicted, reachable, measured, residual].map(percent).join('  ');
    console.log(`${`${depth.frozenLayers}`.padStart(6)}  ${times}  ${shares}`);
  }
}

/** Share of the unfrozen step's multiply-adds that no implementation can do without. */
function reachableRatio(model: ModelSpec, macs: readonly number[], frozenLayers: number): number {
  const withinFirstActive = model.kind === 'vgg' || frozenLayers === 0 ? 0 : macs[frozenLayers];
  return predictedRatio(macs, frozenLayers) + withinFirstActive / stepCost(macs, 0);
}

interface MeasuredSchedule {
  readonly schedule: Schedule;
  readonly profile: StepProfile;
  readonly model: ModelSpec;
  readonly macs: readonly number[];
}

function reportSchedule(place: number, { schedule, profile, model, macs }: MeasuredSchedule): boolean {
  const length = { steps: STEPS, baselineSteps: STEPS };
  const savedBy = (ratioAt: (frozenLayers: number) => number) => profileSaved(ratioAt, schedule, length);
  const predicted = savedBy(stepRatios(null, macs));
  const reachable = savedBy((frozenLayers) => reachableRatio(model, macs, frozenLayers));
  const measured = savedBy(stepRatios(profile, macs));
  const { shape, t0 } = POLICIES[place];
  const shares = [predicted, reachable].map((bound) => (measured / bound).toFixed(3).padStart(6)).join(' ');
  const isMet = measured >= REQUIRED_SHARE * predicted;
  const values = [predicted, reachable, measured].map(percent).join('  ');
  console.log(`${`${shape} ${t0}`.padEnd(11)}  ${values}  ${shares}${isMet ? '' : '  NOT MET'}`);
  return isMet;
}

function milliseconds({ minimum, median }: { readonly minimum: number; readonly median: number }): string {
  return [minimum, median].map((value) => value.toFixed(1).padStart(8)).join('  ');
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`.padStart(9);
}
