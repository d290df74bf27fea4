import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TrainerMessage } from '#core/ports.ts';
import { HeardMessages } from '../../src-main/trainer-host/heard-messages.ts';
import { checkpointSaved, epochFinished, numbered, profiled, started, stepSampled } from '../support/store-fixtures.ts';

const EVENTS: readonly TrainerMessage[] = numbered('run-1', [
  ...[started, profiled(0.2, 0.8), stepSampled(0), epochFinished(1), checkpointSaved(20, 10)],
  { type: 'layer.frozen', layer: 0, step: 21, epoch: 2 },
  { type: 'run.failed', step: 3, reason: 'It could not go on.' },
]).map((event) => ({ type: 'event', event }));

const MEASURED: TrainerMessage = {
  type: 'measured',
  measurement: {
    ...{ msPerStep: 10, steps: 3, imagesPerSecond: 100, memoryBytes: -5, msPerBatch: 1, depths: [], keptBytes: [0, 8] },
    ...{ movingDepths: null, cacheMemoryBytes: 1e9, cacheDisk: { bytes: 1e9, readMsPerByte: 0, writeMsPerByte: 1e-6 } },
    ...{ msPerNewDepth: 6, msPerNewKept: 3, msPerEvaluatedImage: 0.1, msFirstEvaluation: 4, startUpSeconds: 1 },
    ...{ msPerCheckpoint: 2, msFirstCheckpoint: 1, device: 'CPU' },
  },
};

function hearing() {
  const told: unknown[] = [];
  let kills = 0;
  const messages = new HeardMessages({ onMessage: (message) => told.push(message), kill: () => kills++ });
  return { told, messages, kills: () => kills };
}

const DEATH = { reason: 'The trainer was ended by SIGKILL.', isAccident: true };

it('what a trainer says is passed on, and its last word tells that its end is no accident', () => {
  const { told, messages, kills } = hearing();
  for (const message of EVENTS.slice(0, -1)) messages.hear(message);
  expect(messages.endedBy(DEATH)).toEqual(DEATH);
  messages.hear(EVENTS.at(-1));
  expect(messages.endedBy(DEATH)).toBeNull();
  expect([told, kills()]).toEqual([EVENTS, 0]);
});

/** The places of all numbers in a message. */
function numberPlaces(value: unknown, place: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'number') return [place];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numberPlaces(inner, [...place, key]));
}

function withNumber(message: unknown, [key, ...rest]: readonly string[], number: unknown): unknown {
  if (key === undefined) return number;
  const copy = structuredClone(message) as Record<string, unknown>;
  copy[key] = withNumber(copy[key], rest, number);
  return copy;
}

it('a number that no trainer can report ends it with one sentence, and is not passed on', () => {
  const places = [...EVENTS, MEASURED].flatMap((message) => numberPlaces(message).map((place) => ({ message, place })));
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom('7', 1e308, -1e308), ({ message, place }, odd) => {
      const { told, messages, kills } = hearing();
      messages.hear(withNumber(message, place, odd));
      messages.hear(EVENTS[0]);
      const { reason, ...end } = messages.endedBy(DEATH) ?? { reason: '' };
      expect(end, place.join('.')).toEqual({ isAccident: false, isNonsense: true });
      expect(reason).toMatch(/^In what the trainer reported, .*\.$/);
      expect([told, kills()]).toEqual([[], 1]);
    }),
  );
});

it.each([null, undefined, 'event', 7, {}, { type: 'event' }, { type: 'event', event: null }, { type: 'strange' }])(
  'what is no message at all is refused too: %j',
  (message) => {
    const { messages, kills } = hearing();
    messages.hear(message);
    expect(kills()).toBe(1);
    expect(messages.endedBy(DEATH)?.isNonsense).toBe(true);
  },
);
