import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Trainer, TrainerCommand, TrainerMessage } from '#core/ports.ts';
import type { RunSpec } from '#core/run.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { createChildProcessHost } from '../../src-main/trainer-host/child-process.ts';

type StartCommand = Extract<TrainerCommand, { readonly type: 'start' }>;

export const DATASET = {
  kind: 'synthetic',
  classes: 4,
  height: 8,
  width: 8,
  channels: 3,
  train: 200,
  test: 40,
  seed: 0,
} as const;

/** 20 steps an epoch, 3 epochs; layers freeze at steps 8, 14, ... of 60. */
export function tinyRun(folder: string, change: Partial<RunSpec> = {}): StartCommand {
  const spec = resolvedRunSpecSchema.parse({
    dataset: DATASET,
    train: 160,
    validation: 40,
    test: 40,
    model: { kind: 'densenet-bc', depth: 10, growth: 4 },
    policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
    epochs: 3,
    batchSize: 8,
    logEverySteps: 1,
    seed: 3,
    ...change,
  });
  const { dataset } = spec;
  if (typeof dataset === 'string') throw new Error('a location, please');
  const names = { runId: 'run', studyId: null, arm: null };
  return {
    type: 'start',
    ...names,
    spec,
    dataset,
    data: null,
    weights: null,
    classGaps: null,
    folder,
    ...storedAfter([]),
    profile: 'first',
  };
}

/** What a host tells of a run of which it has stored these events. */
export function storedAfter(events: readonly RunEvent[]): Pick<StartCommand, 'reached' | 'lastSeq' | 'stored'> {
  return {
    reached: events.flatMap((event) => (event.type === 'checkpoint.saved' ? [event] : [])),
    lastSeq: events.at(-1)?.seq ?? 0,
    stored: events.map(({ seq, at }) => ({ seq, at })),
  };
}

export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'trainer-'));
}

export interface StartedTrainer {
  readonly trainer: Trainer;
  /** Those that have come so far. */
  readonly events: readonly RunEvent[];
  /** Resolves with the first such event. */
  readonly waitFor: (matches: (event: RunEvent) => boolean) => Promise<RunEvent>;
}

export function startTrainer(command: StartCommand): StartedTrainer {
  const events: RunEvent[] = [];
  const waiting: { matches: (event: RunEvent) => boolean; resolve: (event: RunEvent) => void }[] = [];
  const host = createChildProcessHost({ threads: { intraOp: 2, interOp: 1 } });
  const listen = (message: TrainerMessage) => {
    if (message.type !== 'event') return;
    const { event } = message;
    events.push(event);
    for (const { matches, resolve } of waiting) if (matches(event)) resolve(event);
  };
  const trainer = host.start(command.folder, listen, null);
  trainer.send(command);
  const waitFor = (matches: (event: RunEvent) => boolean) =>
    new Promise<RunEvent>((resolve) => {
      const known = events.find(matches);
      if (known === undefined) waiting.push({ matches, resolve });
      else resolve(known);
    });
  return { trainer, events, waitFor };
}
