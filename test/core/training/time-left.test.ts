import { describe, expect, it } from 'vitest';
import { SeenPace } from '#core/training/time-left.ts';

describe('time left', () => {
  it('is not known before a step was measured', () => {
    expect(new SeenPace().secondsFor(100, 1)).toBeNull();
  });

  it('follows a machine that becomes slower, and counts what lies between epochs', () => {
    const pace = new SeenPace();
    pace.stepTook(0.05, 0.5);
    expect(pace.secondsFor(100, 3)).toBeCloseTo(10, 12);
    pace.stepTook(0.1, 0.5);
    pace.betweenEpochsTook(4);
    // 0.1 + 0.3 (0.2 - 0.1) seconds an unfrozen step.
    expect(pace.secondsFor(100, 3)).toBeCloseTo(13 + 12, 12);
  });
});
