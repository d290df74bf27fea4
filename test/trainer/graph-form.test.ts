import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import type { RunEvent } from '#core/run-event.ts';
import { EventLog } from '#core/training/event-log.ts';
import type { TrainingRequest } from '#core/training/loop.ts';
import { FORMS } from '../../src-main/tensorflow/graph-choice.ts';
import { runInTrainer } from '../../src-main/trainer/start-command.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';
import { measured } from '../support/train-in-parts.ts';
import { storedAfter, tinyRun } from '../support/trainer.ts';

const [LAST, FIRST] = FORMS;
let cache: string;

// The processor passes for a card, of which the cache has a choice.
vi.mock('../../src-main/tensorflow/graph-choice.ts', async (original) => {
  const choice = await original<typeof import('../../src-main/tensorflow/graph-choice.ts')>();
  const graphForm: typeof choice.graphForm = (binding, _device, question) =>
    choice.graphForm(
      binding,
      { backend: 'tensorflow-gpu', device: 'card', tensorflowVersion: '1', threads: 1 },
      question,
    );
  return { ...choice, graphForm };
});

beforeEach(() => {
  cache = temporaryFolder();
  vi.stubEnv('FREEZEOUT_LAB_CACHE', cache);
  return () => vi.unstubAllEnvs();
});

function choose({ name }: (typeof FORMS)[number]): void {
  const folder = join(cache, 'graph-forms');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'card-1-float32.json'), JSON.stringify({ form: name }));
}

/** Trains until it is asked to pause at a step, or to the end. */
async function train(folder: string, earlier: readonly RunEvent[], pausedAt = Number.POSITIVE_INFINITY) {
  const events: RunEvent[] = [];
  const command = { ...tinyRun(folder, { epochs: 2 }), ...storedAfter(earlier), profile: 'none' } as const;
  const log = new EventLog({ ...command, now: Date.now, send: (event) => events.push(event) });
  const pause: TrainingRequest = { type: 'pause', reason: 'To go on elsewhere.' };
  const isPaused = () => events.some((event) => event.type === 'step.sampled' && event.step >= pausedAt);
  const pendingRequest = async () => (isPaused() ? pause : null);
  await runInTrainer(command, { log, pendingRequest, tell: () => undefined });
  return events;
}

const graphsIn = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'run.started' ? [event.environment.graph] : []));

it('a run keeps the form that it began with, and its bits, where the machine has chosen another one since', async () => {
  const [whole, cut, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  choose(FIRST);
  const expected = await train(whole, []);
  const begun = await train(cut, [], 17);
  choose(LAST);
  const resumed = await train(cut, begun);
  const withLast = await train(other, []);

  expect(begun.at(-1)?.type).toBe('run.paused');
  expect(resumed.find(({ type }) => type === 'run.resumed')).toMatchObject({ reason: 'Goes on with step 18.' });
  expect(measured([...begun, ...resumed])).toEqual(measured(expected));
  const weights = (folder: string) => readFileSync(join(folder, 'weights.safetensors'));
  expect(weights(cut)).toEqual(weights(whole));
  expect(weights(other)).not.toEqual(weights(whole));
  expect([expected, begun, withLast].flatMap(graphsIn)).toEqual([FIRST.name, FIRST.name, LAST.name]);
});
