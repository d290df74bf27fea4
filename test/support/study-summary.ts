import type { StudySummary } from '#core/records.ts';
import { armsOf } from '#core/study.ts';
import { studyFixture } from './study-fixture.ts';

interface Sketch extends Partial<Omit<StudySummary, 'headline'>> {
  readonly wall?: number;
  readonly errorDelta?: number;
}

/** A study as the list gets it: a baseline, one policy and its equal-time baseline, with one seed. */
export function summary({ wall, errorDelta = 0, ...change }: Sketch): StudySummary {
  const plans = armsOf([{ kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true }], true);
  const { base, seeds, arms } = studyFixture(
    plans.map((arm) => ({ arm, runs: [] })),
    [1],
  );
  return {
    id: change.name ?? 'study-1',
    name: 'quick',
    base,
    seeds,
    arms,
    note: '',
    tags: [],
    archived: false,
    deleted: false,
    counts: { finished: 3 },
    epochsDone: 30,
    epochs: 30,
    headline:
      wall === undefined
        ? null
        : { arm: 'cubic scaled 0.8', wall, errorDelta, pairs: 3, state: 'not-shown', isWithin: true, margin: 0.5 },
    createdAt: 0,
    changedAt: null,
    ...change,
  };
}
