import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movedTo } from '#core/queue/reordering.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { newRun, numbered, started, temporaryStore } from '../support/store-fixtures.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `run-${letter}`);
const order = (store: SqliteStore) => store.queue().runs.map(({ id }) => id);

function storeWith(ids: readonly string[]) {
  const opened = temporaryStore();
  opened.store.enqueue(ids.map((id) => newRun(id)));
  return opened;
}

test('any moves of any runs leave the order that they say, also after the home was opened again', () => {
  const { store, path } = storeWith(IDS);
  let expected = IDS;
  const move = fc.tuple(fc.constantFrom(...IDS), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(fc.array(move, { maxLength: 5 }), (moves) => {
      for (const [id, place] of moves) {
        store.moveInQueue(id, place);
        expected = movedTo(expected, id, place);
      }
      expect(order(store)).toEqual(expected);
      expect(store.nextQueued(IDS)?.id).toBe(expected[0]);
    }),
    { numRuns: 12 },
  );
  store.close();
  const again = SqliteStore.open(path);
  expect(order(again)).toEqual(expected);
  again.close();
});

test('a held run keeps its place and is passed over, and a paused queue has no next run', () => {
  const { store } = storeWith(IDS.slice(0, 2));
  store.holdInQueue('run-a', true);
  expect(order(store)).toEqual(['run-a', 'run-b']);
  expect(store.nextQueued(IDS)?.id).toBe('run-b');
  store.pauseQueue(true);
  store.pauseQueue(true);
  expect(store.queue().paused).toBe(true);
  expect(store.nextQueued(IDS)).toBeNull();
  store.tryWriting();
  expect(store.queue().paused).toBe(true);
  store.pauseQueue(false);
  store.holdInQueue('run-a', false);
  expect(store.nextQueued(IDS)?.id).toBe('run-a');
  store.setStatus('run-a', 'paused', 'By hand.');
  expect(() => store.moveInQueue('run-a', 1)).toThrow('is paused: only a run that waits in the queue can be moved');
  expect(() => store.holdInQueue('run-a', true)).toThrow('can be held');
  // A hold ends with the wait.
  store.holdInQueue('run-b', true);
  store.setStatus('run-b', 'paused', 'By hand.');
  store.setStatus('run-b', 'queued', null);
  expect(store.queue().runs).toMatchObject([{ id: 'run-b', held: false }]);
});

test('a run that is put back waits before all others, with the event that says why, or neither is stored', () => {
  const { store } = storeWith(IDS.slice(0, 3));
  store.appendEvents(numbered('run-b', [started]));
  expect(store.queue().runs.map(({ id, status }) => [id, status])).toEqual([
    ['run-b', 'running'],
    ['run-a', 'queued'],
    ['run-c', 'queued'],
  ]);
  const interrupted = { type: 'run.interrupted', step: null, reason: 'The disk is full.' } as const;
  const [, event] = numbered('run-b', [started, interrupted]);
  expect(() => store.putBack('run-x', [event], 'why')).toThrow('no run');
  expect(store.run('run-b').status).toBe('running');
  store.putBack('run-b', [event], 'It waits.');
  expect(order(store)).toEqual(['run-b', 'run-a', 'run-c']);
  expect(store.run('run-b')).toMatchObject({ status: 'queued', reason: 'It waits.', endedAt: null, lastSeq: 2 });
  expect(store.run('run-b').segments).toMatchObject([{ reason: 'The disk is full.' }]);
});
