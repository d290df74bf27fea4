import { describe, expect, it } from 'vitest';
import { foundStudies, STUDY_SORTINGS, sortedStudies } from '../../../src-renderer/lib/study-list.ts';
import { summaryProgress } from '../../../src-renderer/lib/study-progress.ts';
import { summary } from '../../support/study-summary.ts';

const studies = [
  summary({ name: 'run 10', createdAt: 1, changedAt: 30, wall: 0.1, errorDelta: 2 }),
  summary({ name: 'run 9', createdAt: 2, changedAt: 20, wall: 0.3, errorDelta: -1 }),
  summary({ name: 'no pair yet', createdAt: 3, changedAt: null }),
];
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

describe('the list of studies', () => {
  it.each([
    ['changed', ['run 10', 'run 9', 'no pair yet']],
    ['created', ['no pair yet', 'run 9', 'run 10']],
    ['name', ['no pair yet', 'run 9', 'run 10']],
    ['saved', ['run 9', 'run 10', 'no pair yet']],
    ['error', ['run 9', 'run 10', 'no pair yet']],
  ] as const)('in the order "%s" is %j', (order, expected) => {
    expect(names(sortedStudies(studies, order))).toEqual(expected);
  });

  it('loses and doubles none in any order', () => {
    for (const order of STUDY_SORTINGS) expect(new Set(sortedStudies(studies, order))).toEqual(new Set(studies));
  });

  it('finds by every word, in names, networks, data sets and arms', () => {
    expect(names(foundStudies(studies, '  '))).toEqual(names(studies));
    expect(names(foundStudies(studies, 'RUN 9'))).toEqual(['run 9']);
    expect(foundStudies(studies, 'densenet fashion cubic')).toHaveLength(3);
    expect(foundStudies(studies, 'densenet cifar')).toHaveLength(0);
  });
});

describe('the progress of a study', () => {
  it('counts what every arm and seed ask for, not only what was queued', () => {
    const study = summary({
      counts: { finished: 3, running: 1, failed: 1 },
      seeds: [1, 2],
      epochsDone: 35,
      epochs: 60,
    });
    // Baseline, one policy and its equal-time baseline, each with two seeds.
    expect(summaryProgress(study)).toEqual({
      total: 6,
      finished: 3,
      share: 35 / 60,
      trains: true,
      text: '3 of 6 runs finished, 1 running, 1 failed, 1 not started',
    });
  });

  it('is whole once all have finished, and none before there is anything', () => {
    expect(summaryProgress(summary({ counts: { finished: 3 } }))).toMatchObject({ share: 1, text: '3 runs finished' });
    expect(summaryProgress(summary({ counts: {}, epochs: 0 })).share).toBe(0);
  });
});
