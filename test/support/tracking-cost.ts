import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSpec } from '#core/network/network.ts';
import type { TrainerHost, TrainerMessage } from '#core/ports.ts';
import { runSpecSchema } from '#core/run.ts';
import { openHost } from '../../src-main/host.ts';
import { connectToOwner } from '../../src-main/socket/client.ts';
import { CLASSES } from './judged-networks.ts';

const ENTRY = fileURLToPath(new URL('../bench/reporting-trainer.ts', import.meta.url));

/** Processor time of one reported step, in ms. */
export interface TrackingCost {
  /** To make and to send it. */
  readonly trainerMs: number;
  /** To store it in a transaction of its own and to hand it on to a follower on the socket, the follower's own part included. */
  readonly hostMs: number;
}

/** Of steps that are reported one by one to the services over a real store, by a process that does nothing else. */
export async function measureTracking(model: ModelSpec, steps: number): Promise<TrackingCost> {
  const home = await mkdtemp(join(tmpdir(), 'tracking-cost-'));
  const trainer = new ReportingTrainer();
  const host = await openHost({ home, serve: true, createTrainers: () => trainer });
  const page = await connectToOwner(home);
  if (page === null) throw new Error('The host cannot be reached.');
  const followed = countSteps(await page.client.events.follow({}), steps);
  const dataset = {
    kind: 'synthetic',
    classes: CLASSES,
    height: 32,
    width: 32,
    channels: 3,
    train: steps,
    test: 1,
    seed: 0,
  };
  const spec = runSpecSchema.parse({
    dataset,
    model,
    validation: 0,
    test: 1,
    batchSize: 1,
    epochs: 1,
    logEverySteps: 1,
  });
  await host.client.runs.start({ spec });
  const hostMs = await followed;
  await host.idle();
  page.close();
  await host.close('The measurement is over.');
  await rm(home, { recursive: true });
  return { trainerMs: trainer.workedMs / steps, hostMs: hostMs / steps };
}

/** Processor time of this process, in ms, from the run's start until all of its steps have come. */
async function countSteps(events: AsyncIterable<{ readonly type: string }>, steps: number): Promise<number> {
  let [start, left] = [process.cpuUsage(), steps];
  for await (const { type } of events) {
    if (type === 'run.started') start = process.cpuUsage();
    if (type === 'step.sampled') left -= 1;
    if (left === 0) break;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Starts the stand-in as the trainer is started. */
class ReportingTrainer implements TrainerHost {
  workedMs = 0;

  start(_folder: string, onMessage: (message: TrainerMessage) => void) {
    const child = fork(ENTRY, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    child.on('message', (message) => onMessage(message as TrainerMessage));
    child.stdout?.on('data', (text) => {
      this.workedMs += Number(text);
    });
    return {
      send: (command: object) => child.connected && child.send(command),
      ended: once(child, 'close').then(() => null),
      kill: () => child.kill('SIGKILL'),
    };
  }
}
