/**
 * What does a run cost in addition to its steps? Epochs of the trainer's own loop (batch thread, crop-flip, losses read where they are logged)
 * take turns with as many pure steps on one batch. Then the cost of tracking a run is measured: events, SQLite, a live follower.
 *
 *   node test/bench/epoch-overhead.ts                              DenseNet-BC 40-12 and WRN-16-2, 10 epochs of 10 steps
 *   node test/bench/epoch-overhead.ts --model wide-resnet --epochs 30
 *   node test/bench/epoch-overhead.ts --side 8 --batch 10 --events 50   a try that takes seconds
 *
 * Tracking is too small to be seen between two runs: a millisecond every 50 steps. So its work is measured by itself, as processor
 * time of every part of its way: a process that reports steps as a trainer does, the host that stores each in a transaction of its
 * own, a follower on the socket. All of it counts against the run, as if none of it could be done during the training.
 * Ends with 1 where the median epoch takes more than 1.03 of its pure steps, or tracking more than 0.5 % of the run.
 */
import { parseArgs } from 'node:util';
import { median } from '#core/analysis/quantile.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { runSpecFields } from '#core/run.ts';
import { JUDGED_MODELS, judgedNetwork, loadAsTrainer, steppedNetwork } from '../support/judged-networks.ts';
import type { TrackingCost } from '../support/tracking-cost.ts';
import { measureTracking } from '../support/tracking-cost.ts';
import { Turns, trainInTurns } from '../support/training-in-turns.ts';

const STEPS_AN_EPOCH = 10;
const BARS = { epoch: 1.03, tracking: 0.005 };
/** Of the epochs that tracking is judged by: 50,000 images in batches of 50. */
const TRACKED_STEPS = 1000;
/** Reported once an epoch: its end and its checkpoint, and, at most, the freeze of a layer. */
const EVENTS_AN_EPOCH = 3;

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    epochs: { type: 'string', default: '10' },
    batch: { type: 'string', default: '50' },
    side: { type: 'string', default: '32' },
    events: { type: 'string', default: '500' },
  },
});

const binding = loadAsTrainer();
const met: boolean[] = [];
for (const model of JUDGED_MODELS.slice(0, 2))
  if (options.model === undefined || options.model === model.kind) met.push(await judge(model));
process.exitCode = met.every(Boolean) ? 0 : 1;

async function judge(model: ModelSpec): Promise<boolean> {
  console.log(`\n${JSON.stringify(model)}, batch ${options.batch}, ${options.side}x${options.side}x3`);
  const epochs = await measureEpochs(model);
  const isEpochMet = reportEpochs(epochs);
  const stepMs = median(epochs.map(({ pureMs }) => pureMs)) / STEPS_AN_EPOCH;
  return reportTracking(stepMs, await measureTracking(model, Number(options.events))) && isEpochMet;
}

interface TimedEpoch {
  readonly wholeMs: number;
  /** Duration of as many pure steps, in the turn next to it. */
  readonly pureMs: number;
}

/** All epochs but the first, in which buffers are made. */
async function measureEpochs(model: ModelSpec): Promise<TimedEpoch[]> {
  const [turns, batchSize] = [new Turns(), Number(options.batch)];
  const epochs = Number(options.epochs);
  const { logEverySteps } = runSpecFields;
  const change = { epochs, batchSize, augment: 'crop-flip', logEverySteps: logEverySteps.parse(undefined) };
  const sizes = { side: Number(options.side), images: STEPS_AN_EPOCH * batchSize, stepsATurn: STEPS_AN_EPOCH };
  const [{ events }, pure] = await Promise.all([
    trainInTurns({ binding, model, turns, change, ...sizes }),
    pureSteps(model, turns, epochs),
  ]);
  const whole = events.flatMap((event) => (event.type === 'epoch.finished' ? [1000 * event.seconds.training] : []));
  return whole.map((wholeMs, epoch) => ({ wholeMs, pureMs: pure[epoch] })).slice(1);
}

/** Milliseconds of as many blocks of steps as there are epochs. */
async function pureSteps(model: ModelSpec, turns: Turns, blocks: number): Promise<number[]> {
  const network = judgedNetwork(model, Number(options.side));
  const { session, batch, learningRates } = steppedNetwork(binding, network, { batchSize: Number(options.batch) });
  const times: number[] = [];
  for (let block = 0; block < blocks; block++) {
    await turns.take();
    const start = performance.now();
    for (let step = 0; step < STEPS_AN_EPOCH; step++)
      session.train({ batch, step, frozenLayers: 0, learningRates, readsLoss: false });
    times.push(performance.now() - start);
    turns.pass();
  }
  session.dispose();
  return times;
}

function reportEpochs(epochs: readonly TimedEpoch[]): boolean {
  const ratio = median(epochs.map(({ wholeMs, pureMs }) => wholeMs / pureMs));
  const [whole, pure] = [epochs.map(({ wholeMs }) => wholeMs), epochs.map(({ pureMs }) => pureMs)];
  const isMet = ratio <= BARS.epoch;
  console.log(`${epochs.length} epochs of ${STEPS_AN_EPOCH} steps     least    median`);
  for (const [name, times] of [['epoch', whole] as const, ['pure steps', pure] as const])
    console.log(`${name.padEnd(20)} ${[Math.min(...times), median(times)].map(milliseconds).join(' ')}`);
  const byLeast = Math.min(...whole) / Math.min(...pure);
  console.log(
    `epoch / pure steps: ${ratio.toFixed(3)} median of pairs, ${byLeast.toFixed(3)} by the least; at most ${BARS.epoch}${isMet ? '' : '  NOT MET'}`,
  );
  return isMet;
}

function reportTracking(stepMs: number, { trainerMs, hostMs }: TrackingCost): boolean {
  const eventMs = trainerMs + hostMs;
  const { logEverySteps } = runSpecFields;
  const every = logEverySteps.parse(undefined);
  const shareAt = (steps: number) => (eventMs * (TRACKED_STEPS / steps + EVENTS_AN_EPOCH)) / (stepMs * TRACKED_STEPS);
  const isMet = shareAt(every) <= BARS.tracking;
  console.log(
    `an event: ${milliseconds(trainerMs).trim()} of work in the trainer, ${milliseconds(hostMs).trim()} in host and follower (${options.events} events)`,
  );
  console.log(
    `tracking: ${percent(shareAt(every))} of the run, every ${every}th step logged; at most ${percent(BARS.tracking)}` +
      `${isMet ? '' : '  NOT MET'}; with every step logged ${percent(shareAt(1))}`,
  );
  return isMet;
}

function milliseconds(value: number): string {
  return `${value.toFixed(2)} ms`.padStart(10);
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(3)} %`;
}
