import { describe, expect, it } from 'vitest';
import { attemptsAtRun, attemptsIn } from '#core/block/attempt-files.ts';
import type { AttemptEnd } from '#core/block/block.ts';
import { type PastAttempt, reportedStanding, standingAfter, vainAttempts } from '#core/block/run-standing.ts';
import { endOfJob } from '#core/block/slurm-words.ts';
import { checkpointSaved, epochFinished, numbered, started } from '../../support/store-fixtures.ts';

const NEW = { lastSeq: 0, stored: [], reached: [] };

describe('where a run of a block stands', () => {
  it('is what it came with, until something is reported', () => {
    const came = { ...NEW, lastSeq: 7, stored: [{ seq: 7, at: 70 }] };
    expect(reportedStanding(came, [])).toEqual({ ...came, isOver: false });
  });

  it.each([
    ['run.interrupted', false],
    ['run.paused', true],
    ['run.stopped', true],
    ['run.failed', true],
    ['run.diverged', true],
  ] as const)('after %s is over: %s', (type, isOver) => {
    const events = numbered('run-1', [started, { type, step: null, reason: 'Because.' }]);
    expect(reportedStanding(NEW, events).isOver).toBe(isOver);
  });

  it('goes on after an end, and has the newest report of each checkpoint', () => {
    const end = { type: 'run.paused', step: 20, reason: 'Because.' } as const;
    const first = reportedStanding(NEW, numbered('run-1', [started, checkpointSaved(20, 1), end]));
    const goesOn = { type: 'run.resumed', step: 20, reason: 'Goes on.' } as const;
    const second = standingAfter(first, numbered('run-1', [goesOn, checkpointSaved(20, 1), epochFinished(2)], 4));
    expect(second).toMatchObject({ lastSeq: 6, isOver: false, reached: [{ step: 20, seq: 5 }] });
    expect(second.stored.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('attempts without a new checkpoint', () => {
  const past = (attempt: number, run: string | null, end: Partial<AttemptEnd> | null = null): PastAttempt => ({
    attempt,
    beat: run === null ? null : { at: 0, run, step: null, seq: 0 },
    end: end && { at: 0, ended: 'done', reason: '', runs: {}, gaveUp: [], ...end },
  });

  it('are counted up to the last one, those of other runs left out', () => {
    const three = [past(1, 'run-1'), past(2, 'run-2'), past(3, 'run-1'), past(4, 'run-1')];
    expect(vainAttempts('run-1', three, new Map())).toBe(3);
    expect(vainAttempts('run-2', three, new Map())).toBe(1);
  });

  it('end with a checkpoint that is further, not with one that was there', () => {
    const three = [past(1, 'run-1'), past(2, 'run-1'), past(3, 'run-1')];
    expect(vainAttempts('run-1', three, new Map([[2, [20]]]))).toBe(1);
    expect(
      vainAttempts(
        'run-1',
        three,
        new Map([
          [1, [20]],
          [3, [20]],
        ]),
      ),
    ).toBe(2);
  });

  it('are counted anew once it was given up', () => {
    const four = [past(1, 'run-1'), past(2, 'run-1'), past(3, 'run-1', { gaveUp: ['run-1'] }), past(4, 'run-1')];
    expect(vainAttempts('run-1', four, new Map())).toBe(1);
  });
});

it('the attempts are known by their files', () => {
  const names = ['beat.10.json', 'end.2.json', 'beat.2.json', 'block.json', 'beat.x.json', 'beat.3.json.3.tmp'];
  expect(attemptsIn(names)).toEqual([2, 10]);
  expect(attemptsAtRun(['events.2.ndjson', 'from.2.json', 'from.11.json', 'trainer.log'])).toEqual([2, 11]);
});

it.each([
  ['2026-11-30T10:00:00\n', new Date(2026, 10, 30, 10).getTime()],
  ['NONE\n', null],
  ['N/A\n', null],
  ['', null],
])('the end of a job is read from %j', (answer, end) => {
  expect(endOfJob(answer)).toBe(end);
});
