import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movedTo } from '#core/queue/reordering.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import {
  ARMS,
  epochFinished,
  newRun,
  newStudy,
  numbered,
  runFinished,
  started,
  temporaryStore,
} from '../support/store-fixtures.ts';

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

test('what finished runs of its arm, its study, and its own epochs tell of a run that waits', () => {
  const { store } = temporaryStore();
  store.createStudy(newStudy('study-1', 'small'), ARMS, [1, 2]);
  const [baseline, policy] = ARMS.map(({ name }) => name);
  const inStudy = (id: string, arm: string) => newRun(id, { studyId: 'study-1', arm, computeSaved: 0 });
  store.enqueue([inStudy('run-a', baseline), inStudy('run-b', policy), newRun('run-c')]);
  const recorded = (id: string) => store.queue().runs.find((run) => run.id === id)?.recorded;
  expect(recorded('run-b')).toEqual({ armSeconds: null, pace: null });

  const seconds = { training: 10, evaluation: 2, checkpoint: 1 };
  const epochs = [1, 2, 3].map((epoch) => epochFinished(epoch, { seconds }));
  const total = { training: 30, evaluation: 6, checkpoint: 3 };
  store.appendEvents(numbered('run-a', [started, ...epochs, runFinished({ seconds: total })]));
  store.enqueue([inStudy('run-d', baseline)]);
  expect(recorded('run-d')?.armSeconds).toBeCloseTo(39, 9);
  // 60 unfrozen steps in 30 s, and 9 s behind three epochs.
  const pace = { secondsPerUnfrozenStep: 0.5, secondsBetweenEpochs: 3 };
  expect(recorded('run-b')).toEqual({ armSeconds: null, pace });

  // Of no study, and never trained: nothing tells it before its own epochs do.
  expect(recorded('run-c')).toEqual({ armSeconds: null, pace: null });
  store.appendEvents(numbered('run-c', [started, epochs[0]]));
  const trained = store.queue().runs.find(({ id }) => id === 'run-c');
  expect(trained).toMatchObject({ left: { epochs: 2, share: 2 / 3 }, recorded: { armSeconds: null } });
  expect(trained?.recorded.pace?.secondsBetweenEpochs).toBeCloseTo(3, 9);
});
