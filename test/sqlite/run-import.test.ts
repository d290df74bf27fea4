import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { endExchange, newExchangeMeter } from '#core/exchange/exchange-meter.ts';
import type { RunOutcome } from '#core/exchange/staged-file.ts';
import { toJson } from '#core/numbers.ts';
import type { RunEvent } from '#core/run-event.ts';
import { findDamage } from '../../src-main/sqlite/damage.ts';
import { MIGRATIONS, readMigrations } from '../../src-main/sqlite/migrate.ts';
import type { SqliteStore } from '../../src-main/sqlite/store.ts';
import { stagedFile } from '../support/staged-file.ts';
import {
  checkpointSaved,
  epochFinished,
  newRun,
  numbered,
  profiled,
  runFinished,
  started,
  stemFrozen,
  stepSampled,
  temporaryStore,
} from '../support/store-fixtures.ts';

const FINISHED = runFinished();

/** A run that was resumed after its second epoch, so that it repeats what came after its checkpoint. */
const EVENTS: readonly RunEvent[] = numbered('run-1', [
  ...[started, profiled(0.2, 0.8), stepSampled(0), epochFinished(1, { metrics: { topFiveError: 0.5 } })],
  ...[checkpointSaved(20, 10), stemFrozen, stepSampled(21), epochFinished(2), stepSampled(41)],
  { type: 'run.interrupted', step: null, reason: 'The power failed.' },
  ...[{ type: 'run.resumed', step: 20, reason: 'Asked for.' } as const, stemFrozen, stepSampled(21), epochFinished(2)],
  ...[stepSampled(41, { loss: Number.NaN }), epochFinished(3, { metrics: { norms: [1, null] } }), FINISHED],
]);

function staged(...events: readonly RunEvent[]): string {
  return stagedFile(events.map((event) => toJson(event)));
}

function take(store: SqliteStore, ...events: readonly RunEvent[]): RunOutcome {
  const { outcomes } = store.importRuns({ staging: staged(...events), from: 1, meter: newExchangeMeter() });
  return outcomes[0];
}

/** Every row of every table, without what a clock decides: moments, and so the sums of rows, which have to hold. */
function rowsOf(path: string): Record<string, unknown> {
  expect(findDamage(path, readMigrations(MIGRATIONS))).toBeNull();
  const database = new Database(path, { readonly: true });
  const tables = database
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'checksums' ORDER BY name`)
    .pluck();
  const rows = tables.all().map((table) => {
    const all = database.prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}"`).all();
    return [table, all.map(({ created_at: _, applied_at: __, ...row }) => row)] as const;
  });
  database.close();
  return Object.fromEntries(rows);
}

function rowsOfUndisturbed(): Record<string, unknown> {
  const { store, path } = temporaryStore();
  take(store, ...EVENTS);
  return rowsOf(path);
}

it('an import that is repeated completes what any part of the events has left, row for row', () => {
  const whole = rowsOfUndisturbed();
  // Bit i says whether the part has event i; the start is always there.
  for (const part of [0b1, 0b11, 0b1011, 0b11111111, 0b101010101010101, 0b10000000000000001, 0b1111111101111111]) {
    const { store, path } = temporaryStore();
    take(store, ...EVENTS.filter((_, index) => part & (1 << index)));
    expect(take(store, ...EVENTS)).toMatchObject({ state: 'completed', problem: null });
    expect(rowsOf(path), part.toString(2)).toEqual(whole);
    expect(take(store, ...EVENTS)).toMatchObject({ state: 'unchanged', added: 0, there: EVENTS.length });
  }
});

it('a run that a killed import left queued is ended when its home opens, and completed by the next import', () => {
  const { store, path } = temporaryStore();
  store.enqueue([newRun('run-1', { imported: true })]);
  store.interruptAbandoned();
  expect(store.run('run-1')).toMatchObject({
    status: 'interrupted',
    reason: expect.stringContaining('import the file again'),
  });
  expect(take(store, ...EVENTS)).toMatchObject({ state: 'completed', added: EVENTS.length });
  expect(rowsOf(path).events).toEqual(rowsOfUndisturbed().events);
  expect(store.run('run-1')).toMatchObject({ status: 'finished', testError: 0.1 });
});

it('a run without its end is interrupted, and goes on with a file that has grown', () => {
  const { store, path } = temporaryStore();
  take(store, ...EVENTS.slice(0, 4));
  expect(store.run('run-1')).toMatchObject({ status: 'interrupted', reason: 'Imported without its end.', lastSeq: 4 });
  store.interruptAbandoned();
  expect(take(store, ...EVENTS.slice(3))).toMatchObject({ state: 'completed', there: 1, added: EVENTS.length - 4 });
  expect(rowsOf(path)).toEqual(rowsOfUndisturbed());
});

it('an event with the number of another is told with what differs, and changes nothing', () => {
  const { store, path } = temporaryStore();
  take(store, ...EVENTS.slice(0, 8));
  const before = rowsOf(path);
  const [changed] = numbered('run-1', [epochFinished(1, { trainLoss: 9 })], 4);
  expect(take(store, EVENTS[0], changed, ...EVENTS.slice(8))).toEqual({
    ...{ id: 'run-1', state: 'left-out', added: 0, there: 0 },
    problem: 'Run run-1 was left as it is: "trainLoss" of its event 4 is 2 here and 9 in the file.',
  });
  expect(rowsOf(path)).toEqual(before);
});

it('a file with two events of one number leaves their run out, by its lines; the same event twice counts once', () => {
  const { store } = temporaryStore();
  const twice = numbered('run-1', [epochFinished(1), epochFinished(2)], 2).map((event) => ({
    ...event,
    seq: 2,
    at: 2000,
  }));
  expect(take(store, EVENTS[0], ...twice).problem).toBe(
    'Run run-1 was left out: lines 2 and 3 both hold its event 2, but "epoch" is 1 in one and 2 in the other.',
  );
  expect(store.runs({})).toEqual([]);
  expect(take(store, EVENTS[0], EVENTS[0], ...EVENTS.slice(1))).toMatchObject({ state: 'new', added: EVENTS.length });
});

it('events may stand in any order, and one run that does not fit takes no other with it', () => {
  const { store } = temporaryStore();
  const [start, ...rest] = EVENTS;
  const foreign = { ...start, runId: 'run-2', studyId: 'gone', arm: 'gone' };
  const request = { staging: staged(...rest, foreign, start), from: 1, meter: newExchangeMeter() };
  expect(store.importRuns(request).outcomes.map(({ id, state }) => [id, state])).toEqual([
    ['run-1', 'new'],
    ['run-2', 'left-out'],
  ]);
  expect(store.run('run-1').status).toBe('finished');
});

it('a run that trains or waits here gets no event from a file', () => {
  const { store } = temporaryStore();
  store.enqueue([newRun('run-1')]);
  expect(take(store, ...EVENTS).problem).toContain('it waits here for its training');
  store.appendEvents(EVENTS.slice(0, 2));
  expect(take(store, ...EVENTS).problem).toContain('it trains here, and the file has 15 events more');
  expect(take(store, ...EVENTS.slice(0, 2))).toMatchObject({ state: 'unchanged', there: 2 });
  expect(store.run('run-1')).toMatchObject({ status: 'running', lastSeq: 2 });
});

it('an import that is ended within a run stores nothing of it', () => {
  const { store } = temporaryStore();
  const meter = newExchangeMeter();
  endExchange(meter);
  expect(store.importRuns({ staging: staged(...EVENTS), from: 1, meter })).toEqual({
    outcomes: [],
    next: 1,
    isEnded: true,
  });
  expect(store.runs({})).toEqual([]);
});

it('an end that an older version added to an imported run gives way to the event of that number', () => {
  const { store, path } = temporaryStore();
  take(store, ...EVENTS.slice(0, 5));
  const ending = { type: 'run.interrupted', step: null, reason: 'The program that trained it ended.' } as const;
  store.appendEvents(numbered('run-1', [ending], 6));
  expect(take(store, ...EVENTS)).toMatchObject({ state: 'completed', there: 5 });
  expect(rowsOf(path)).toEqual(rowsOfUndisturbed());
});
