import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { RunDetail } from '#core/records.ts';
import type { RunEvent, RunEventBody } from '#core/run-event.ts';
import {
  checkpointSaved,
  epochFinished,
  newRun,
  profiled,
  started,
  stepSampled,
  temporaryStore,
} from '../support/store-fixtures.ts';

// -0 is left out: SQLite keeps whole numbers as integers, which have no negative zero.
const measured = fc.oneof(
  fc.double().map((value) => value + 0),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, 1),
);
const known = fc.option(measured);
const reason = fc.constant('Because.');
const step = fc.integer({ min: 0, max: 5 });
const amount = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => value + 0));
const conditions = fc.record({
  otherLoad: amount,
  throttledSeconds: amount,
  thermalThrottles: fc.option(fc.nat(1000)),
  frequencyMHz: amount,
});

const body: fc.Arbitrary<RunEventBody> = fc.oneof(
  fc.constant(started),
  fc
    .array(
      fc.double({ min: 0, max: 2, noNaN: true }).map((ratio) => ratio + 0),
      { maxLength: 3 },
    )
    .map((ratios) => profiled(0.5, ...ratios)),
  fc
    .record({
      epoch: fc.integer({ min: 1, max: 6 }),
      trainLoss: measured,
      validationLoss: known,
      validationError: known,
      conditions,
    })
    .map((changes) => epochFinished(changes.epoch, changes)),
  fc.record({ type: fc.constant('layer.frozen'), layer: fc.integer({ min: 0, max: 2 }), step, epoch: fc.constant(1) }),
  fc.record({ step, loss: measured }).map((changes) => stepSampled(changes.step, changes)),
  step.map((at) => checkpointSaved(at, at * 10)),
  fc
    .record({ split: fc.constantFrom('validation' as const, 'test' as const), wrong: fc.integer({ min: 0, max: 10 }) })
    .map(({ split, wrong }) => ({
      ...{
        type: 'predictions.counted' as const,
        split,
        classNames: ['cat', 'dog'],
        images: [10, 0],
        topFiveErrors: null,
      },
      predicted: [wrong === 0 ? { 0: 10 } : { 1: wrong }, {}],
    })),
  fc.record({
    type: fc.constantFrom('run.paused', 'run.stopped', 'run.failed', 'run.resumed'),
    step: fc.constant(null),
    reason,
  }),
);

/** Events in batches; some numbers come again, with other contents. */
const batches = fc.array(fc.array(fc.record({ body, repeats: fc.integer({ min: 0, max: 9 }) }), { maxLength: 8 }), {
  maxLength: 8,
});

type Draw = { readonly body: RunEventBody; readonly repeats: number };

/** Every tenth event bears a number that was given before. */
function numberEvents(runId: string, drawn: readonly (readonly Draw[])[]): RunEvent[][] {
  let next = 1;
  return drawn.map((batch) =>
    batch.map(({ body, repeats }) => {
      const seq = repeats === 0 && next > 1 ? next - 1 : next++;
      return { ...body, seq, runId, at: seq * 1000 };
    }),
  );
}

/** What the store promises, said in the simplest way: the newest event about a thing is what is stored of it. */
function newestAbout(events: readonly RunEvent[]): RunEvent[] {
  const newest = new Map<string, RunEvent>();
  let lastSeq = 0;
  for (const event of events) {
    if (event.seq <= lastSeq) continue;
    lastSeq = event.seq;
    newest.set(subjectOf(event), event);
  }
  return [...newest.values()].sort((left, right) => left.seq - right.seq);
}

function subjectOf(event: RunEvent): string {
  if (event.type === 'run.profiled') return 'profile';
  if (event.type === 'epoch.finished') return `epoch ${event.epoch}`;
  if (event.type === 'layer.frozen') return `layer ${event.layer}`;
  if (event.type === 'step.sampled') return `step ${event.step}`;
  if (event.type === 'checkpoint.saved') return `checkpoint ${event.step}`;
  if (event.type === 'predictions.counted') return `predictions ${event.split}`;
  return `event ${event.seq}`;
}

function statusOf(kept: readonly RunEvent[]): string {
  const last = kept.filter(({ type }) => type.startsWith('run.') && type !== 'run.profiled').at(-1)?.type;
  if (last === undefined) return 'queued';
  return last === 'run.started' || last === 'run.resumed' ? 'running' : last.slice('run.'.length);
}

function validationErrorOf(kept: readonly RunEvent[]): number | null {
  return seriesOf(kept, 'validationError').at(-1)?.value ?? null;
}

/** The known values of an epoch series, in order of epoch. */
function seriesOf(kept: readonly RunEvent[], name: 'trainLoss' | 'validationError') {
  const points = kept.flatMap((event) => {
    const value = event.type === 'epoch.finished' ? event[name] : null;
    return event.type === 'epoch.finished' && value !== null ? [{ epoch: event.epoch, value }] : [];
  });
  return points.sort((left, right) => left.epoch - right.epoch);
}

interface Stats {
  readonly first: number | null;
  readonly first_step: number;
  readonly last: number | null;
  readonly last_step: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly nan_mask: number;
}

/** The row of run_stats; NaN is NULL there, with its bit set where it is the first or the last value. */
function statsOf(kept: readonly RunEvent[]): Stats | undefined {
  const points = seriesOf(kept, 'trainLoss');
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const numbers = points.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  return {
    first: nullForNaN(first.value),
    first_step: first.epoch,
    last: nullForNaN(last.value),
    last_step: last.epoch,
    min: numbers.length === 0 ? null : Math.min(...numbers),
    max: numbers.length === 0 ? null : Math.max(...numbers),
    nan_mask: (Number.isNaN(first.value) ? 1 : 0) + (Number.isNaN(last.value) ? 2 : 0),
  };
}

function nullForNaN(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function openSegments({ segments }: RunDetail): number {
  return segments.filter(({ endedAt }) => endedAt === null).length;
}

test('whatever comes, the store holds the newest word on every epoch, layer, step and checkpoint', () => {
  const { store, path } = temporaryStore();
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const trainLossStats = database.prepare<[string], Stats>(`
    SELECT first, first_step, last, last_step, min, max, run_stats.nan_mask
    FROM run_stats JOIN runs ON runs.id = run_id WHERE key_id = 1 AND public_id = ?`);
  let count = 0;
  fc.assert(
    fc.property(batches, (drawn) => {
      const runId = `run-${++count}`;
      store.enqueue([newRun(runId)]);
      const sent = numberEvents(runId, drawn);
      for (const batch of sent) store.appendEvents(batch);
      const kept = newestAbout(sent.flat());
      const run = store.run(runId);
      expect(store.events(runId)).toEqual(kept);
      expect(run.status).toBe(statusOf(kept));
      expect(run.lastSeq).toBe(Math.max(0, ...sent.flat().map(({ seq }) => seq)));
      expect(run.validationError).toEqual(validationErrorOf(kept));
      expect(trainLossStats.get(runId)).toEqual(statsOf(kept));
      expect(openSegments(run)).toBe(run.status === 'running' ? 1 : 0);
      // What is derived is what the kept events give, whatever came before them.
      if (count % 10 === 0) expect(store.recount(runId)).toBe(false);
      for (const batch of sent) store.appendEvents(batch);
      expect(store.run(runId)).toEqual(run);
    }),
    { numRuns: 100 },
  );
});
