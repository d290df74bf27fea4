import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { shownArms } from '#core/figure/comparison-arms.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { RunStatus } from '#core/run.ts';
import { armLooks, comparisonLooks, pagePalette } from '../../../src-renderer/lib/arm-look.ts';
import { filtersOf, withFilter } from '../../../src-renderer/lib/comparison-filters.ts';
import {
  drawableRuns,
  firstPointText,
  hasPoints,
  isAbout,
  pointRoute,
  timelineRun,
} from '../../../src-renderer/lib/figure-subjects.ts';
import { problemsOf } from '../../../src-renderer/lib/study-problems.ts';
import { missingRuns, studyProgress } from '../../../src-renderer/lib/study-progress.ts';
import { randomStudy } from '../../support/study-fixture.ts';

const study = randomStudy({ policies: 2, seeds: [1, 2] });
const comparison = compareStudy(study);
const [baseline, policy] = study.arms;
const view = comparisonViewSchema.parse({ studies: [study.id] });

describe('what a study has to draw', () => {
  it('draws runs arm by arm and seed by seed, without those that have no epoch or are in the trash', () => {
    const changed = {
      ...study,
      runs: study.runs.toReversed().map((run) => ({
        ...run,
        epoch: run.arm === policy.name && run.seed === 2 ? 0 : run.epoch,
        deleted: run.arm === baseline.name && run.seed === 1,
      })),
    };
    const drawn = drawableRuns(changed).map((run) => run.id);
    expect(drawn.slice(0, 3)).toEqual(['baseline/2', `${policy.name}/1`, `${policy.name}, equal time/1`]);
    expect(drawn).toHaveLength(study.runs.length - 2);
  });

  it('shows the freezes of what was chosen, of what trains, or of a run that freezes', () => {
    expect(timelineRun(study.runs, 'baseline/2')).toBe('baseline/2');
    expect(timelineRun(study.runs, null)).toBe(`${policy.name}/1`);
    const running = study.runs.map((run) => (run.id === 'baseline/1' ? { ...run, status: 'running' as const } : run));
    expect(timelineRun(running, 'gone')).toBe('baseline/1');
    expect(timelineRun([], null)).toBeNull();
  });

  it('says what the first point waits for', () => {
    const waiting = { ...study, runs: study.runs.map((run) => ({ ...run, status: 'queued' as const })) };
    expect(hasPoints(comparison)).toBe(true);
    expect(hasPoints(compareStudy(waiting))).toBe(false);
    expect(firstPointText(waiting)).toBe(
      'The first point appears when the baseline of seed 1 and an arm have finished.',
    );
    expect(firstPointText({ ...study, runs: [] })).toMatch(/Nothing trains now/);
    const diverged = study.runs.map((run) => ({ ...run, status: 'diverged' as const }));
    expect(firstPointText({ ...study, runs: diverged })).toMatch(/duplicate the study with a lower learning rate/);
    expect(firstPointText({ ...study, arms: [baseline], runs: [] })).toMatch(/baseline only/);
  });

  it('has something to train that is missing only where a run is neither there, nor waiting, nor over for good', () => {
    const all = (status: RunStatus) => ({ ...study, runs: study.runs.map((run) => ({ ...run, status })) });
    expect(missingRuns(all('queued'))).toBe(0);
    expect(missingRuns(all('diverged'))).toBe(0);
    expect(missingRuns(all('paused'))).toBe(study.runs.length);
    expect(missingRuns({ ...study, runs: study.runs.slice(1) })).toBe(1);
    expect(missingRuns({ ...study, seeds: [...study.seeds, 3] })).toBe(study.arms.length);
    const [first, ...others] = study.runs;
    expect(missingRuns({ ...study, runs: [{ ...first, deleted: true }, ...others] })).toBe(1);
  });

  it('knows a highlight of an arm by its name and by its runs', () => {
    const [, arm] = comparison.arms;
    const about = (highlight: string | null) => isAbout(highlight, arm, study.runs);
    expect([arm.name, `${arm.name}/2`, 'baseline', 'baseline/1', null].map(about)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('leads from a seed to its run, from a mean to all of its runs', () => {
    const studies = [{ study, comparison }];
    expect(pointRoute({ x: 0, y: 0, runId: 'a/1', arm: 'a' }, studies)).toEqual({ view: 'run', id: 'a/1' });
    expect(pointRoute({ x: 0, y: 0, arm: policy.name, studyId: study.id }, studies)).toEqual({
      view: 'compare-runs',
      ids: [`${policy.name}/1`, `${policy.name}/2`],
    });
    expect(pointRoute({ x: 0, y: 0, arm: policy.name, studyId: 'other' }, studies)).toBeNull();
    expect(pointRoute({ x: 0, y: 0 }, studies)).toBeNull();
  });
});

describe('the signs of arms', () => {
  it('are the same in a list and in the plot of one study', () => {
    const palette = pagePalette('light');
    const listed = armLooks(study.arms, palette);
    const plotted = comparisonLooks(shownArms([{ study, comparison }], view), 'arm', palette);
    for (const { name } of study.arms) expect(plotted.get(`${study.id}/${name}`)).toEqual(listed.get(name));
    expect(listed.get('baseline')?.colour).toBe(palette.neutral);
    expect(listed.get(policy.name)).toMatchObject({ colour: palette.series[0], isHollow: false });
    expect(listed.get(`${policy.name}, equal time`)).toMatchObject({ colour: palette.series[0], isHollow: true });
  });
});

describe('filters of a comparison', () => {
  const studies = [{ study, comparison }];

  it('offer what arms differ by, and nothing that they share', () => {
    expect(filtersOf(studies, view).map(({ key }) => key)).toEqual(['arm', 't0']);
    expect(filtersOf(studies, view)[1].values).toEqual([
      { value: 't0 = 0.5', isShown: true },
      { value: 't0 = 0.8', isShown: true },
    ]);
  });

  it('leave out an arm with its equal-time baseline, never the baseline, and let it in again', () => {
    const filtered = withFilter(view, 't0', 't0 = 0.5');
    expect(shownArms(studies, filtered).map(({ arm }) => arm.name)).toEqual([
      'baseline',
      'cubic scaled 0.8',
      'cubic scaled 0.8, equal time',
    ]);
    expect(filtersOf(studies, filtered)[1].values[0].isShown).toBe(false);
    expect(withFilter(filtered, 't0', 't0 = 0.5')).toEqual(view);
  });
});

describe('runs that did not finish', () => {
  it('come with their reason and with what to do', () => {
    const statuses = ['failed', 'diverged', 'interrupted', 'paused', 'finished'] as const;
    const runs = statuses.map((status, index) => ({ ...study.runs[index], status, reason: `because ${index}` }));
    const problems = problemsOf({ ...study, runs: [...runs, { ...runs[0], deleted: true }] });
    expect(problems.map(({ run }) => run.status)).toEqual(['failed', 'diverged', 'interrupted']);
    expect(problems.map(({ reason }) => reason)).toEqual(['because 0', 'because 1', 'because 2']);
    expect(problems[0].advice).toMatch(/starts anew/);
    expect(problems[1].advice).toMatch(/lower the learning rate/);
    expect(problems[2].advice).toMatch(/last checkpoint/);
  });
});

describe('the progress of a study with its runs', () => {
  it('counts the epochs of every run that there will be', () => {
    const runs = study.runs.slice(0, 4).map((run) => ({ ...run, status: 'running' as const, epoch: 5 }));
    // 10 epochs each, 5 arms with 2 seeds: 4 runs are half done, 6 are not there yet.
    expect(studyProgress({ ...study, runs })).toMatchObject({ total: 10, finished: 0, share: 20 / 100 });
  });
});
