/**
 * Stands in for the trainer in epoch-overhead.ts: reports a run as a trainer does, over the same line to its host, but trains
 * nothing, so that what its process works is the reporting alone. Writes that, in ms, to its standard output.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentSchema } from '#core/run-event.ts';
import { EventLog } from '#core/training/event-log.ts';
import { planRun } from '#core/training/run-planning.ts';
import type { StartCommand } from '../../src-main/trainer/start-command.ts';
import { hostPort } from '../../src-main/trainer-host/host-port.ts';

/** Longer than an event takes to be stored, so that every one gets a transaction of its own. */
const PAUSE_MS = 10;

const host = hostPort();
host.onGone(() => process.exit(1));
host.onCommand((command) => {
  if (command.type === 'start') void report(command);
});

async function report({
  runId,
  lastSeq,
  stored,
  spec,
  dataset,
  data,
  classGaps: gaps,
  studyId,
  arm,
}: StartCommand): Promise<void> {
  if (dataset.kind !== 'synthetic') throw new Error('Made-up images, please.');
  const { layers, steps, stepsPerEpoch } = planRun(spec, { ...dataset, training: dataset.train, validation: 0 });
  const log = new EventLog({
    runId,
    lastSeq,
    stored,
    now: Date.now,
    send: (event) => host.send({ type: 'event', event }),
  });
  const seconds = { training: 1, evaluation: 0, checkpoint: 0 };
  const normalization = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
  const classGaps = gaps === null ? null : [...gaps];
  const names = { data, weights: null, classGaps, environment: environmentSchema.parse({}), studyId, arm };
  log.emit({ type: 'run.started', spec, layers: [...layers], normalization, stepsPerEpoch, ...names });
  await sleep(PAUSE_MS);

  let workedMs = 0;
  for (let step = 0; step < steps; step++) {
    const start = process.cpuUsage();
    const learningRates = layers.map(({ initialLearningRate }) => initialLearningRate * (1 - step / steps));
    log.emit({
      type: 'step.sampled',
      step,
      loss: 1 / (step + 1),
      learningRates,
      ms: { wait: 0.1, step: 100, other: 0.1 },
    });
    await host.flush();
    const { user, system } = process.cpuUsage(start);
    workedMs += (user + system) / 1000;
    await sleep(PAUSE_MS);
  }
  log.emit({ type: 'run.finished', testError: 0.5, testLoss: 1, seconds, saved: { compute: 0, profile: null } });
  await host.flush();
  process.stdout.write(`${workedMs}\n`, () => process.exit(0));
}
