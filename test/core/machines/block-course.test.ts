import { describe, expect, it } from 'vitest';
import type { AttemptEnd } from '#core/block/block.ts';
import { type BlockSight, isAllRead, nextStep } from '#core/machines/block-course.ts';
import type { AttemptNews } from '#core/machines/follow-lines.ts';
import type { SeenJob } from '#core/machines/ports.ts';

const course = { job: '7', vain: 0, progress: 10 };

function job(word: string, change: Partial<SeenJob> = {}): SeenJob {
  return { block: 'b', id: '7', state: 'over', word, reason: null, node: 'n1', endsAt: null, ...change };
}

function ended(word: AttemptEnd['ended']): AttemptEnd {
  return { at: 5, ended: word, reason: `It is ${word}.`, runs: { r: 12 }, gaveUp: [] };
}

function attempt(change: Partial<AttemptNews> = {}): AttemptNews {
  return { attempt: 1, job: '7', node: 'n1', run: 'r', step: 3, quietMs: 0, end: null, ...change };
}

function sight(change: Partial<BlockSight>): BlockSight {
  return { job: null, sinceMs: 0, attempt: null, isWhole: false, progress: 10, output: 'box.out', ...change };
}

const WAITS = { do: 'wait' };

describe('what follows for a block', () => {
  it('is nothing while its job waits, trains or is being ended, whatever its files say', () => {
    for (const state of ['waits', 'held', 'runs', 'ending'] as const) {
      const seen = { job: job('X', { state }), sinceMs: 1e9, attempt: attempt({ quietMs: 1e9, end: ended('done') }) };
      expect(nextStep(course, sight({ ...seen, isWhole: true }))).toEqual(WAITS);
    }
  });

  it('is its end once the last attempt has done all, and all of that was read', () => {
    const done = { job: job('COMPLETED'), attempt: attempt({ end: ended('done') }) };
    expect(nextStep(course, sight(done))).toEqual(WAITS);
    expect(nextStep(course, sight({ ...done, isWhole: true }))).toEqual({ do: 'settle', reason: 'It is done.' });
    // Lines that are not shown after a minute are not there.
    expect(nextStep(course, sight({ ...done, sinceMs: 60_000 }))).toMatchObject({ do: 'settle' });
  });

  it('is its end where no run can train on the machine', () => {
    const hindered = sight({ job: job('COMPLETED'), attempt: attempt({ end: ended('hindered') }), isWhole: true });
    expect(nextStep(course, hindered)).toEqual({ do: 'settle', reason: 'It is hindered.' });
  });

  it.each(['TIMEOUT', 'NODE_FAIL', 'FAILED', 'OUT_OF_MEMORY', 'PREEMPTED', 'BOOT_FAIL'])(
    'is another job after %s, also where no attempt has left a file',
    (word) => {
      expect(nextStep(course, sight({ job: job(word), attempt: attempt(), progress: 11 }))).toEqual({
        ...{ do: 'submit', isVain: false },
      });
      expect(nextStep(course, sight({ job: job(word) }))).toEqual({ do: 'submit', isVain: true });
    },
  );

  it('is another job where the last one gave way and was not requeued', () => {
    const yielded = sight({ job: job('COMPLETED'), attempt: attempt({ end: ended('yielded') }), progress: 12 });
    expect(nextStep(course, yielded)).toEqual({ do: 'submit', isVain: false });
  });

  it('is another job where one says that it ended well, and no last word is shown for a minute', () => {
    const silent = { job: job('COMPLETED'), attempt: attempt() };
    expect(nextStep(course, sight(silent))).toEqual(WAITS);
    expect(nextStep(course, sight({ ...silent, sinceMs: 60_000 }))).toMatchObject({ do: 'submit' });
  });

  it('takes the last word of another job for none of this one', () => {
    const before = attempt({ job: '6', end: ended('done') });
    expect(nextStep(course, sight({ job: job('NODE_FAIL'), attempt: before, isWhole: true }))).toMatchObject({
      ...{ do: 'submit' },
    });
  });

  it('is its end once somebody cancelled the job, and it has said its last word or said nothing', () => {
    const reason = 'Its job 7 was cancelled.';
    expect(nextStep(course, sight({ job: job('CANCELLED') }))).toEqual({ do: 'settle', reason });
    const yielding = { job: job('CANCELLED'), attempt: attempt() };
    expect(nextStep(course, sight(yielding))).toEqual(WAITS);
    expect(nextStep(course, sight({ ...yielding, sinceMs: 60_000 }))).toEqual({ do: 'settle', reason });
    const said = { ...yielding, attempt: attempt({ end: ended('yielded') }) };
    expect(nextStep(course, sight({ ...said, isWhole: true }))).toEqual({ do: 'settle', reason });
  });

  it('is nothing for a minute where the scheduler does not know its job, and for as long as it gives signs of life', () => {
    expect(nextStep(course, sight({}))).toEqual(WAITS);
    expect(nextStep(course, sight({ sinceMs: 60_000, attempt: attempt({ quietMs: 10_000 }) }))).toEqual(WAITS);
    expect(nextStep(course, sight({ sinceMs: 60_000, attempt: attempt({ quietMs: 60_000 }) }))).toMatchObject({
      ...{ do: 'submit' },
    });
    const forgotten = { attempt: attempt({ end: ended('done') }), isWhole: true };
    expect(nextStep(course, sight({ ...forgotten, sinceMs: 60_000 }))).toMatchObject({ do: 'settle' });
  });

  it('is its end after the fourth job in a row that brought nothing', () => {
    const failed = sight({ job: job('FAILED', { reason: 'NonZeroExitCode' }) });
    expect(nextStep({ ...course, vain: 2 }, failed)).toEqual({ do: 'submit', isVain: true });
    expect(nextStep({ ...course, vain: 3 }, failed)).toMatchObject({
      ...{ do: 'settle' },
      reason: expect.stringContaining(
        '4 jobs in a row ended without getting further (the last one, 7: FAILED, NonZeroExitCode): look into box.out',
      ),
    });
    expect(nextStep({ ...course, vain: 3 }, { ...failed, progress: 11 })).toEqual({ do: 'submit', isVain: false });
  });
});

it('knows by the last word of an attempt whether all of it was read', () => {
  expect(isAllRead(null, {})).toBe(false);
  expect(isAllRead(attempt(), { r: 12 })).toBe(false);
  expect(isAllRead(attempt({ end: ended('done') }), { r: 11 })).toBe(false);
  expect(isAllRead(attempt({ end: ended('done') }), { r: 12 })).toBe(true);
});
