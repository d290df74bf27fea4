import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { hindranceInWords, hindranceOf, waitAfterTries } from '#core/queue/hindrance.ts';
import { obstacleOf, type QueuedRun, type StoredQueue, shownQueue, waitWords } from '#core/queue/queue.ts';
import { movedTo } from '#core/queue/reordering.ts';

const WORK = {
  left: { unfrozenSteps: 10, epochs: 2, share: 1 },
  recorded: { armSeconds: null, pace: null },
};

function queued(id: string, changes: Partial<QueuedRun> = {}): StoredQueue['runs'][number] {
  const run = { studyId: null, studyName: null, name: id, seed: 1, status: 'queued', held: false } as const;
  return { id, ...run, epoch: 0, epochs: 2, ...WORK, ...changes };
}

const FULL = { kind: 'disk', reason: 'The disk is full.', since: 0, nextTryAt: 1 } as const;

describe('reordering', () => {
  it('puts the item at its place, keeps the order of all others, and loses none', () => {
    const lists = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(lists, fc.nat(), fc.integer({ min: -5, max: 60 }), (items, index, place) => {
        const item = items[index % items.length] ?? 0;
        const ordered = movedTo(items, item, place);
        const without = (list: readonly number[]) => list.filter((one) => one !== item);
        expect(without(ordered)).toEqual(without(items));
        expect(ordered.indexOf(item)).toBe(Math.max(0, Math.min(items.length - 1, place - 1)));
        expect(movedTo(ordered, item, items.indexOf(item) + 1)).toEqual(items);
      }),
    );
  });

  it('changes nothing for what is not there', () => {
    expect(movedTo([1, 2], 3, 1)).toEqual([1, 2]);
  });
});

describe('why a run waits', () => {
  const runs = [queued('d', { status: 'running' }), queued('a'), queued('b', { held: true }), queued('c'), queued('e')];
  const now = { runId: 'd', stage: 'tensorflow' } as const;
  const asked = { now, standstill: null, isAsked: (id: string) => id !== 'e' };
  const wordsOf = (stored: StoredQueue, state: Parameters<typeof shownQueue>[1]) =>
    shownQueue(stored, state).map(({ id, waits }) => `${id} ${waitWords(waits, state)}`);

  it('is its turn, that it is held, or that nobody trains it', () => {
    expect(wordsOf({ paused: false, runs }, asked)).toEqual([
      'd starts TensorFlow',
      'a behind 1 run',
      'b held',
      'c behind 2 runs',
      'e nobody trains it: resume it',
    ]);
  });

  it('is what concerns all runs, a pause or a hindrance', () => {
    const paused = { ...asked, now: null };
    expect(wordsOf({ paused: true, runs: runs.slice(1, 3) }, paused)).toEqual([
      'a waits for the paused queue',
      'b held',
    ]);
    expect(wordsOf({ paused: false, runs: runs.slice(1, 2) }, { ...paused, standstill: FULL })).toEqual([
      'a waits: the disk is full or cannot be written',
    ]);
  });

  it('is an obstacle only where nothing but a person or the machine can end it', () => {
    const of = (stored: StoredQueue, standstill: typeof FULL | null = null) => {
      const state = { standstill, now: null, isAsked: () => true };
      return obstacleOf({ ...stored, standstill, runs: shownQueue(stored, state) }, ['a', 'b']);
    };
    expect(of({ paused: false, runs })).toBeNull();
    expect(of({ paused: true, runs })?.sentence).toMatch(/^The queue is paused/);
    expect(of({ paused: false, runs: [queued('b', { held: true })] })?.sentence).toMatch(/are held/);
    expect(of({ paused: false, runs }, FULL)).toEqual({
      sentence: 'The disk is full. The queue goes on by itself once there is space again.',
      hindrance: 'disk',
    });
    expect(of({ paused: true, runs: [] })).toBeNull();
  });
});

describe('what keeps all runs from training', () => {
  it('is told by the code, the mark or the cause of an error', () => {
    const system = (code: string) => Object.assign(new Error(`${code}: no`), { code, syscall: 'write' });
    expect(hindranceOf(system('ENOSPC'))?.kind).toBe('disk');
    expect(hindranceOf(system('ENOMEM'))?.kind).toBe('memory');
    expect(hindranceOf(new AppError('no-space', 'Full.'))).toEqual({ kind: 'disk', reason: 'Full.' });
    expect(hindranceOf(new AppError('locked', 'Taken.', { hinders: 'database' }))?.kind).toBe('database');
    for (const code of ['conflict', 'corrupt', 'not-found', 'bad-request', 'unavailable'] as const)
      expect(hindranceOf(new AppError(code, 'Only this run.'))).toBeNull();
  });

  it.each([
    ['OOM when allocating tensor with shape[64,512]', 'memory'],
    ['RESOURCE_EXHAUSTED: failed to allocate', 'memory'],
    ['CUDA_ERROR_DEVICE_UNAVAILABLE: all devices are busy', 'device'],
    ['Incompatible shapes: [2,3] vs. [4]', null],
  ])('is known by the words of TensorFlow: %s', (words, hindrance) => {
    expect(hindranceInWords(words)).toBe(hindrance);
  });

  it('is looked at after waits that grow to a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 100].map(waitAfterTries)).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });
});
