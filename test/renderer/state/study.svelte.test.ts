import { flushSync } from 'svelte';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { classCosts } from '#core/analysis/class-costs.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import { AppError } from '#core/errors.ts';
import type { Change, SavedView, StudyRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { ComparisonPage } from '../../../src-renderer/state/comparison-page.svelte.ts';
import { Live } from '../../../src-renderer/state/live.svelte.ts';
import { SavedViews } from '../../../src-renderer/state/saved-views.svelte.ts';
import { FollowedStudy } from '../../../src-renderer/state/study.svelte.ts';
import { StudyActions } from '../../../src-renderer/state/study-actions.ts';
import { StudyFigures } from '../../../src-renderer/state/study-figures.svelte.ts';
import { randomStudy } from '../../support/study-fixture.ts';
import { summary } from '../../support/study-summary.ts';

/** What the main process answers, from records; requests are noted by name. */
class FakeMain {
  studies: StudyRecord[];
  views: SavedView[] = [];
  readonly asked: string[] = [];

  constructor(...studies: StudyRecord[]) {
    this.studies = studies;
  }

  study(reference: string): StudyRecord {
    const found = this.studies.find(({ id }) => id === reference);
    if (found === undefined) throw new AppError('not-found', `There is no study "${reference}".`);
    return found;
  }

  get api(): PageClient {
    const noted =
      <Input, Output>(name: string, answer: (input: Input) => Output) =>
      async (input: Input) => {
        this.asked.push(name);
        return answer(input);
      };
    const client = {
      studies: {
        show: noted('show', ({ study }: { study: string }) => this.study(study)),
        compare: noted('compare', ({ study }: { study: string }) => compareStudy(this.study(study))),
        classCosts: noted('classCosts', ({ study }: { study: string }) => classCosts(this.study(study), () => null)),
        overview: noted('overview', () => this.studies.map(({ id, name }) => summary({ id, name }))),
        extend: noted('extend', () => ({ studyId: 'study-1', runIds: ['baseline/1', 'new'] })),
      },
      runs: {
        pause: noted('pause', ({ run }: { run: string }) => this.asked.push(`pause ${run}`)),
        show: noted('run', ({ run }: { run: string }) => ({
          ...this.studies[0].runs.find(({ id }) => id === run),
          layers: [{ index: 0, name: 'stem', params: 1, macs: 10, freezeStep: null, initialLearningRate: 0.1 }],
          epochs: [],
        })),
      },
      views: {
        list: noted('views', () => this.views),
        save: noted('save', ({ name, comparison }: Pick<SavedView, 'name' | 'comparison'>) => {
          const view = { id: name, name, comparison, changedAt: 1 };
          this.views = [...this.views.filter((other) => other.name !== name), view];
          return view;
        }),
        remove: noted('remove', ({ id }: { id: string }) => {
          this.views = this.views.filter((view) => view.id !== id);
          return { id };
        }),
      },
    };
    return client as unknown as PageClient;
  }
}

/** The page's streams, with someone who speaks on them. */
class SpokenLive extends Live {
  readonly #changes = new Set<(change: Change) => void>();
  readonly #events = new Set<(event: RunEvent) => void>();

  override onChange(listener: (change: Change) => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  override onEvent(listener: (event: RunEvent) => void): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  change(change: Change): void {
    for (const listener of this.#changes) listener(change);
  }

  event(event: RunEvent): void {
    for (const listener of this.#events) listener(event);
  }
}

const study = randomStudy({ policies: 2, seeds: [1, 2] });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const training = (record: StudyRecord, id: string): StudyRecord => ({
  ...record,
  runs: record.runs.map((run) => (run.id === id ? { ...run, status: 'running', epoch: 0, testError: null } : run)),
});

describe('the data of a study', () => {
  it('is compared anew only where a run has finished', async () => {
    const main = new FakeMain(training(study, 'baseline/2'));
    const data = new FollowedStudy(main.api, study.id);
    await data.load();
    main.studies = [{ ...main.studies[0], name: 'renamed' }];
    await data.load();
    expect(data.current?.study.name).toBe('renamed');
    expect(main.asked.filter((name) => name === 'compare')).toHaveLength(1);
    main.studies = [study];
    await data.load();
    expect(main.asked.filter((name) => name === 'compare')).toHaveLength(2);
    expect(main.asked.filter((name) => name === 'classCosts')).toHaveLength(2);
    expect(data.classes.costs?.arms.map(({ pairs }) => pairs)).toContain(0);
    expect(data.current?.comparison).toEqual(compareStudy(study));
  });

  it('hears of its own runs and of no others', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const main = new FakeMain(study);
    const live = new SpokenLive(main.api);
    const data = new FollowedStudy(main.api, study.id);
    const end = data.follow(live);
    await vi.advanceTimersByTimeAsync(1100);
    const asked = main.asked.length;
    live.change({ kind: 'runs', ids: ['elsewhere'] });
    live.change({ kind: 'datasets', ids: [] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(main.asked).toHaveLength(asked);
    live.change({ kind: 'runs', ids: ['baseline/1'] });
    await vi.advanceTimersByTimeAsync(1100);
    expect(main.asked.length).toBeGreaterThan(asked);
    end();
  });

  it('says what trains, from the first event on, and stops with the run', async () => {
    const main = new FakeMain(training(study, 'baseline/2'));
    const live = new SpokenLive(main.api);
    const data = new FollowedStudy(main.api, study.id);
    const end = data.follow(live);
    await settled();
    await settled();
    expect(data.training.standing).toMatchObject({ arm: 'baseline', seed: 2, step: 0 });
    const ms = { wait: 0, step: 10, other: 0 };
    live.event({ type: 'step.sampled', seq: 1, runId: 'baseline/2', at: 0, step: 999, loss: 1, learningRates: [], ms });
    expect(data.training.standing).toMatchObject({ step: 1000, msPerStep: 10 });
    main.studies = [study];
    await data.load();
    expect(data.training.standing).toBeNull();
    end();
  });

  it('tells an error, and goes on after it', async () => {
    const main = new FakeMain();
    const data = new FollowedStudy(main.api, study.id);
    await data.load();
    expect(data.error).toMatchObject({ message: 'There is no study "study-1".' });
    main.studies = [study];
    await data.load();
    expect(data.error).toBeNull();
  });
});

describe('the figures of a study', () => {
  it('ask for the same numbers again only where runs came or went', () => {
    const end = $effect.root(() => {
      let current = $state.raw(study);
      const figures = new StudyFigures(() => current);
      const curvesOf = () => figures.charts.find(({ key }) => key === 'curves')?.request;
      const curves = curvesOf();
      current = { ...study, name: 'renamed' };
      flushSync();
      expect(curvesOf()).toBe(curves);
      current = { ...study, runs: study.runs.slice(1) };
      flushSync();
      expect(curvesOf()).not.toBe(curves);
      expect(curvesOf()).toMatchObject({ kind: 'curves', bands: true });
    });
    end();
  });

  it('keep a zoom until the measure, and with it the axis, is another one', () => {
    const end = $effect.root(() => {
      const figures = new StudyFigures(() => study);
      figures.changeComparison({ ...figures.comparison, rangeX: [0, 10] } as typeof figures.comparison);
      figures.showView({ ...figures.view, seeds: false });
      expect(figures.comparison).toMatchObject({ rangeX: [0, 10], view: { seeds: false, studies: ['study-1'] } });
      figures.showView({ ...figures.view, saved: 'compute' });
      expect(figures.comparison).toMatchObject({ rangeX: null, view: { seeds: false, saved: 'compute' } });
    });
    end();
  });
});

test('the view of a study is found again, and what is kept in another form is not', async () => {
  const kept = new Map<string, unknown>();
  const drafts = {
    read: async ({ key }: { key: string }) => ({ value: kept.get(key) ?? null }),
    save: async ({ key, value }: { key: string; value: unknown }) => kept.set(key, value),
  } as unknown as PageClient['drafts'];
  const viewOf = async (work: (figures: StudyFigures) => Promise<void>) => {
    const figures = new StudyFigures(() => study);
    await work(figures);
    return figures.view;
  };
  const chosen = await viewOf(async (figures) => {
    figures.showView({ ...figures.view, saved: 'compute', seeds: false });
    await figures.keep(drafts);
  });
  expect(await viewOf((figures) => figures.restore(drafts))).toEqual(chosen);
  kept.set('study-view:study-1', { saved: 'by magic' });
  expect((await viewOf((figures) => figures.restore(drafts))).saved).toBe('wall');
});

describe('what one does to a study', () => {
  it('pauses what waits before what trains, so that nothing moves up', async () => {
    const waiting = ['baseline/1', 'cubic scaled 0.5/1'];
    const runs = study.runs.map((run) => (waiting.includes(run.id) ? { ...run, status: 'queued' as const } : run));
    const main = new FakeMain(training({ ...study, runs }, 'baseline/2'));
    const text = await new StudyActions(main.api).pauseAll(main.studies[0]);
    expect(main.asked.filter((name) => name.startsWith('pause '))).toEqual([
      'pause cubic scaled 0.5/1',
      'pause baseline/1',
      'pause baseline/2',
    ]);
    expect(text).toMatch(/^3 runs paused; .* checkpoint/);
  });

  it('says which runs go on and which start anew', async () => {
    const runs = study.runs.map((run) => (run.id === 'baseline/1' ? { ...run, status: 'paused' as const } : run));
    const text = await new StudyActions(new FakeMain(study).api).trainMissing({ ...study, runs }, null);
    expect(text).toBe('2 runs are queued: 1 from the last checkpoint, 1 from the start.');
  });
});

describe('a comparison over several studies', () => {
  const other = { ...randomStudy({ policies: 3, seeds: [1] }), id: 'study-2', name: 'other' };
  const inRoot = async (work: () => Promise<void>) => {
    let done: Promise<void> = Promise.resolve();
    const end = $effect.root(() => {
      done = work();
    });
    await done;
    end();
  };

  it('is saved as it is shown, and opens so again', () =>
    inRoot(async () => {
      const main = new FakeMain(study, other);
      const page = new ComparisonPage(main.api, { saved: null, studies: [study.id] });
      await page.load();
      page.choose(other.id);
      await page.load();
      if (page.view === null) throw new Error('Nothing is shown.');
      page.show({ ...page.view, colourBy: 'network', facetBy: 'variant', hidden: { t0: ['t0 = 0.5'] } });
      const shown = page.view;
      expect(page.isChanged).toBe(true);
      const id = await page.save('paper');
      expect(page.isChanged).toBe(false);
      const again = new ComparisonPage(main.api, { saved: id, studies: [] });
      await again.load();
      expect(again.view).toEqual(shown);
      expect(again.view?.studies).toEqual([study.id, other.id]);
      expect(again.isChanged).toBe(false);
    }));

  it('shows what is there of a saved one whose studies are not all in this home', () =>
    inRoot(async () => {
      const main = new FakeMain(study);
      const page = new ComparisonPage(main.api, { saved: null, studies: [study.id, 'gone'] });
      await page.load();
      expect(page.error).toBeNull();
      expect(page.view?.studies).toEqual([study.id]);
      expect(page.chosen).toContain('gone');
    }));

  it('says that a saved one has gone', () =>
    inRoot(async () => {
      const page = new ComparisonPage(new FakeMain(study).api, { saved: 'gone', studies: [] });
      await page.load();
      expect(page.error).toMatchObject({ code: 'not-found' });
    }));

  it('comes back when its deletion is undone', async () => {
    const main = new FakeMain(study);
    const views = new SavedViews(main.api);
    const comparison = { ...new StudyFigures(() => study).view };
    const saved = await views.save('one', comparison);
    const undo = await views.remove(saved);
    expect(views.all).toEqual([]);
    await undo();
    expect(views.all?.map(({ name }) => name)).toEqual(['one']);
  });
});
