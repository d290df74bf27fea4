import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlookOf, secondsOfWaiting, secondsUntilEnd } from '#core/queue/outlook.ts';
import type { Wait } from '#core/queue/queue.ts';

const TURN = { for: 'turn', before: 1 } as const;
const AT = { at: 5, trainers: 1 };

function queueOf(...waits: readonly (Wait | null)[]) {
  return waits.map((wait, index) => ({ id: `run${index}`, waits: wait }));
}

function of(seconds: Readonly<Record<string, number>>) {
  return (id: string) => seconds[id] ?? null;
}

describe('how long the queue takes', () => {
  it('is the sum of what trains and waits, without what waits for a person', () => {
    const runs = queueOf(null, { for: 'release' }, TURN, { for: 'asking' }, { for: 'resume' });
    const outlook = outlookOf(runs, of({ run0: 10, run1: 99, run2: 20, run3: 99, run4: 5 }), AT);
    expect(outlook.runs.map(({ endsIn }) => endsIn)).toEqual([10, null, 30, null, 35]);
    expect(outlook).toMatchObject({ at: 5, total: { seconds: 35, unknown: 0, leftOut: 2 } });
    expect(secondsUntilEnd(outlook, new Set(['run1', 'run2', 'run0']))).toBe(30);
    expect(secondsUntilEnd(outlook, new Set(['run1']))).toBeNull();
    expect(secondsUntilEnd(outlook, new Set())).toBeNull();
  });

  it('is at least what is known where the time of a run is not', () => {
    const outlook = outlookOf(queueOf(null, TURN, TURN), of({ run0: 10, run2: 20 }), AT);
    expect(outlook.runs.map(({ endsIn }) => endsIn)).toEqual([10, null, null]);
    expect(outlook.total).toEqual({ seconds: 30, unknown: 1, leftOut: 0 });
    expect(secondsUntilEnd(outlook, new Set(['run0', 'run2']))).toBeNull();
  });

  it('lies between the sum over the trainers and that and the longest run, however many train at once', () => {
    const times = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 6 }), (seconds, trainers) => {
        const runs = queueOf(...seconds.map(() => TURN));
        const { total } = outlookOf(runs, (id) => seconds[Number(id.slice(3))], { at: 0, trainers });
        const share = seconds.reduce((sum, one) => sum + one, 0) / trainers;
        expect(total.seconds).toBeGreaterThanOrEqual(Math.max(share, ...seconds));
        expect(total.seconds).toBeLessThanOrEqual(share + Math.max(...seconds));
      }),
    );
  });
});

describe('how long a run takes that waits', () => {
  const left = { unfrozenSteps: 100, epochs: 4, share: 0.5 };
  const pace = { secondsPerUnfrozenStep: 0.1, secondsBetweenEpochs: 2 };
  const slow = { secondsPerUnfrozenStep: 1, secondsBetweenEpochs: 0 };

  it('is told by finished runs of its arm, else by the pace of its study, else by a run of its study that trains', () => {
    expect(secondsOfWaiting(left, { armSeconds: 60, pace }, slow)).toBe(30);
    expect(secondsOfWaiting(left, { armSeconds: null, pace }, slow)).toBe(18);
    expect(secondsOfWaiting(left, { armSeconds: null, pace: null }, slow)).toBe(100);
    expect(secondsOfWaiting(left, { armSeconds: null, pace: null }, null)).toBeNull();
  });
});
