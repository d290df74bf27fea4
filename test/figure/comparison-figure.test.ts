import type { ChartDataset } from 'chart.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import type { BuiltFigure } from '#core/figure/built-figure.ts';
import { comparisonFigure } from '#core/figure/comparison-figure.ts';
import type { ComparisonView } from '#core/figure/comparison-view.ts';
import type { FigureRequestOf } from '#core/figure/figure-request.ts';
import type { StudyRecord } from '#core/records.ts';
import { figureRequest, PAPER } from '../support/figure-fixture.ts';
import { ARM, BASELINE, randomStudy, studyFixture } from '../support/study-fixture.ts';

const STUDY = randomStudy({ policies: 3, seeds: [1, 2, 3] });
const COMPARISON = compareStudy(STUDY);
const PALE = 'pale: dominated by another arm';

function build(view: Partial<ComparisonView> = {}, studies: readonly StudyRecord[] = [STUDY]): BuiltFigure {
  const request = figureRequest({ kind: 'comparison', view: { studies: studies.map(({ id }) => id), ...view } });
  const compared = studies.map((study) => ({ study, comparison: compareStudy(study) }));
  return comparisonFigure(compared, request as FigureRequestOf<'comparison'>, PAPER);
}

type Dataset = ChartDataset<'scatter'> & { readonly backgroundColor: string; readonly borderColor: string };

function datasetsOf(figure: BuiltFigure, panel = 0): Dataset[] {
  return figure.panels[panel].configuration.data.datasets as unknown as Dataset[];
}

/** Data sets with a point of this arm. */
function ofArm(datasets: readonly Dataset[], arm: string): Dataset[] {
  return datasets.filter((one) => one.data.some((point) => (point as { arm?: string }).arm === arm && !one.showLine));
}

describe('comparisonFigure', () => {
  const datasets = datasetsOf(build());

  it('has a mean and every seed of every arm, in % and points, with what each stands for', () => {
    for (const arm of COMPARISON.arms) {
      const [mean] = ofArm(datasets, arm.name);
      const ids = { arm: arm.name, studyId: STUDY.id };
      const note = `on the front in ${Math.round(100 * Number(arm.frontShare))} % of resamples of the seeds`;
      expect(mean.data).toEqual([{ x: 100 * Number(arm.saved.wall), y: arm.errorDelta, ...ids, note }]);
      if (arm.role === 'baseline') continue;
      const seeds = arm.points.map(({ wall, errorDelta, runId }) => ({
        x: 100 * Number(wall),
        y: errorDelta,
        runId,
        ...ids,
      }));
      expect(
        ofArm(datasets, arm.name).some((one) => JSON.stringify(one.data) === JSON.stringify(seeds.map(order))),
      ).toBe(true);
    }
    function order({
      x,
      y,
      runId,
      arm,
      studyId,
    }: {
      x: number;
      y: number;
      runId: string;
      arm: string;
      studyId: string;
    }) {
      return { x, y, runId, arm, studyId };
    }
  });

  it('has error bars both ways where there is an interval, and none with one seed', () => {
    const { wall, errorDelta } = COMPARISON.arms[1].ci;
    const bars = (figure: BuiltFigure) =>
      datasetsOf(figure).filter((one) => (one.type as string) === 'scatterWithErrorBars');
    expect(bars(build())).toHaveLength(6);
    expect(bars(build())[0].data[0]).toMatchObject({
      xMin: 100 * Number(wall?.[0]),
      xMax: 100 * Number(wall?.[1]),
      yMin: errorDelta?.[0],
      yMax: errorDelta?.[1],
    });
    const single = build({}, [randomStudy({ policies: 3, seeds: [1] })]);
    expect(bars(single).every((one) => one.data.length === 0)).toBe(true);
  });

  it('counts errors relative to the baseline, each seed against its own', () => {
    const arm = COMPARISON.arms[1];
    const relative = datasetsOf(build({ error: 'relative' }));
    const ys = ofArm(relative, arm.name).flatMap((one) => one.data.map((point) => (point as { y: number }).y));
    const errorOf = (name: string, seed: number) =>
      Number(STUDY.runs.find((run) => run.arm === name && run.seed === seed)?.testError);
    const expected = [1, 2, 3].map((seed) => 100 * (errorOf(arm.name, seed) / errorOf('baseline', seed) - 1));
    for (const value of expected) expect(ys.some((y) => Math.abs(y - value) < 1e-9)).toBe(true);
    expect(ys.some((y) => Math.abs(y - expected.reduce((sum, one) => sum + one, 0) / 3) < 1e-9)).toBe(true);
  });

  it('shows predicted compute with intervals of the error alone', () => {
    const arm = COMPARISON.arms[1];
    const [mean, bars] = ofArm(datasetsOf(build({ saved: 'compute' })), arm.name);
    expect((mean.data[0] as { x: number }).x).toBe(100 * arm.saved.compute);
    expect(bars.data[0]).toMatchObject({ yMin: arm.ci.errorDelta?.[0], yMax: arm.ci.errorDelta?.[1] });
    expect(bars.data[0]).not.toHaveProperty('xMin');
  });

  it('says that no profile is measured, and shows no point of an arm', () => {
    const figure = build({ saved: 'profile' });
    expect(JSON.stringify(figure.panels[0].configuration.options?.plugins?.title)).toContain(
      'No profile has been measured',
    );
    expect(datasetsOf(figure).every((one) => one.data.length === 0)).toBe(true);
  });

  it('shows the profiles of the runs, each seed at its own, with their interval', () => {
    const runs = STUDY.runs.map((run) => ({
      ...run,
      profileSaved: run.arm === 'baseline' ? 0 : 0.2 + 0.01 * run.seed,
    }));
    const study = { ...STUDY, runs };
    const arm = compareStudy(study).arms[1];
    const shown = ofArm(datasetsOf(build({ saved: 'profile' }, [study])), arm.name);
    const xs = shown.flatMap((one) => one.data.map((point) => Math.round(10 * (point as { x: number }).x) / 10));
    expect(xs).toEqual(expect.arrayContaining([21, 22, 23]));
    const [, bars] = shown;
    expect((bars.data[0] as unknown as { xMin: number }).xMin).toBeCloseTo(100 * Number(arm.ci.profile?.[0]), 9);
  });

  it('links an equal-time baseline to its arm by colour, and draws it hollow', () => {
    const [, policy, equalTime] = COMPARISON.arms;
    const plain = datasetsOf(build({ front: false }));
    const [filled] = ofArm(plain, policy.name);
    const [hollow] = ofArm(plain, equalTime.name);
    expect(hollow.borderColor).toBe(filled.borderColor);
    expect(filled.backgroundColor).toBe(filled.borderColor);
    expect(hollow.backgroundColor).toBe('#ffffff');
  });

  it('draws the front from left to right, recomputed for the measures that are shown', () => {
    for (const view of [{}, { saved: 'compute' }, { error: 'relative', equalTime: false }] as const) {
      const arms = COMPARISON.arms.filter((arm) => !('equalTime' in view) || arm.role !== 'equal-time');
      const place = (arm: ComparedArm) => ({
        x: 100 * Number('saved' in view ? arm.saved.compute : arm.saved.wall),
        y: 'error' in view ? 100 * Number(arm.relativeErrorIncrease) : Number(arm.errorDelta),
      });
      const places = arms.map(place);
      const onFront = places.filter(
        (one) => !places.some((other) => other !== one && other.x >= one.x && other.y <= one.y),
      );
      const line = datasetsOf(build(view)).find((one) => one.label === 'Pareto front');
      expect(line?.data.map((point) => (point as { x: number }).x)).toEqual(
        onFront.map(({ x }) => x).sort((a, b) => a - b),
      );
    }
  });

  it('names in the legend what a colour means, once', () => {
    const labels = datasets.map((one) => one.label).filter((label) => label !== '');
    const policies = COMPARISON.arms.filter((arm) => arm.role === 'policy').map((arm) => arm.name);
    expect(labels).toEqual([
      'baseline, no freezing',
      ...policies,
      'hollow: baseline, equal time',
      PALE,
      'Pareto front',
    ]);
  });

  it('draws what another arm dominates paler, by the measures that are shown, and the baseline as ever', () => {
    const plain = datasetsOf(build({ front: false }));
    const colourOf = (all: readonly Dataset[], arm: string) => ofArm(all, arm)[0].borderColor;
    for (const { name, role, front } of COMPARISON.arms) {
      const isPale = role !== 'baseline' && front === 'dominated';
      expect(colourOf(datasets, name) !== colourOf(plain, name), name).toBe(isPale);
    }
    expect(plain.map(({ label }) => label)).not.toContain(PALE);
  });

  it('says of no other front how often an arm is on it', () => {
    for (const view of [{ saved: 'compute' }, { error: 'relative' }, { equalTime: false }] as const) {
      expect(JSON.stringify(datasetsOf(build(view)))).not.toContain('resamples');
    }
  });
});

describe('a comparison over several studies', () => {
  const withModel = (id: string, model: StudyRecord['base']['model']): StudyRecord => ({
    ...STUDY,
    id,
    name: `study ${id}`,
    base: { ...STUDY.base, model },
  });
  const studies = [
    STUDY,
    withModel('two', { kind: 'wide-resnet', depth: 40, width: 1, skip: true }),
    withModel('three', { kind: 'wide-resnet', depth: 40, width: 4, skip: false }),
    withModel('four', { kind: 'vgg', depth: 16, dropout: 0.5 }),
  ];

  it('colours by network, a wide residual network of width 1 as ResNet', () => {
    const labels = datasetsOf(build({ colourBy: 'network' }, studies)).map((one) => one.label);
    expect(labels).toEqual(expect.arrayContaining(['DenseNet', 'ResNet', 'Wide ResNet 4', 'VGG']));
  });

  it('has a panel for each value of a facet, on common axes, the baseline in each', () => {
    const figure = build({ facetBy: 'skip', colourBy: 'variant' }, studies);
    expect(figure.panels.map(({ title }) => title)).toEqual(['skip connections', 'no skip connections']);
    const [first, second] = figure.panels.map(({ configuration }) => configuration.options?.scales);
    for (const axis of ['x', 'y']) {
      expect([second?.[axis]?.min, second?.[axis]?.max]).toEqual([first?.[axis]?.min, first?.[axis]?.max]);
    }
    const drawn = (panel: number) =>
      new Set(
        datasetsOf(figure, panel).flatMap((one) => one.data.map((point) => (point as { studyId?: string }).studyId)),
      );
    expect([...drawn(0)]).toEqual(expect.arrayContaining(['study-1', 'two']));
    expect(
      datasetsOf(figure, 1).some((one) =>
        one.data.some(
          (point) =>
            (point as { arm?: string }).arm === 'cubic scaled 0.8' && (point as { studyId?: string }).studyId === 'two',
        ),
      ),
    ).toBe(false);
  });

  it('orders t0 by its number', () => {
    const figure = build({ facetBy: 't0' }, studies);
    expect(figure.panels.map(({ title }) => title)).toEqual(['t0 = 0.5', 't0 = 0.8']);
  });

  it('has a panel for each study where nobody says otherwise, and a colour for each beyond six', () => {
    expect(build({}, studies).panels.map(({ title }) => title)).toEqual([
      'quick',
      'study two',
      'study three',
      'study four',
    ]);
    expect(build({ facetBy: null }, studies).panels).toHaveLength(1);
    const many = Array.from({ length: 7 }, (_, index) => withModel(`${index}`, STUDY.base.model));
    const figure = build({}, many);
    expect(figure.panels).toHaveLength(1);
    const entries = datasetsOf(figure).filter(({ label, data }) => label !== '' && data.length === 0);
    const [colours, arms] = [entries.filter(({ label }) => /^study \d$/.test(label ?? '')), entries.slice(8, 11)];
    expect(new Set(colours.map((one) => one.backgroundColor)).size).toBe(7);
    // The same arm has the same marker in every study, which the legend says once.
    expect(arms.map(({ label }) => label)).toEqual(
      COMPARISON.arms.filter(({ role }) => role === 'policy').map(({ name }) => name),
    );
    expect(new Set(arms.map((one) => JSON.stringify([one.pointStyle, Reflect.get(one, 'rotation')]))).size).toBe(3);
    const markersOf = (arm: string) =>
      new Set(ofArm(datasetsOf(figure), arm).flatMap((one) => (one.pointRadius === 0 ? [] : (one.pointStyle ?? []))));
    expect(markersOf('cubic scaled 0.5').size).toBe(1);
  });

  it('never joins arms of different networks or data in one front, however much better one is', () => {
    const runs = (testError: number, trainingSeconds: number) => [{ seed: 1, testError, trainingSeconds }];
    /** Saves this share of the time at this many points. */
    const studyWith = (
      id: string,
      saved: number,
      points: number,
      base: Partial<StudyRecord['base']> = {},
    ): StudyRecord => {
      const made = studyFixture(
        [
          { arm: BASELINE, runs: runs(0.1, 100) },
          { arm: ARM, runs: runs(0.1 + points / 100, 100 * (1 - saved)) },
        ],
        [1],
      );
      const named = { ...made, id, name: `study ${id}`, base: { ...made.base, ...base } };
      return { ...named, runs: made.runs.map((run) => ({ ...run, id: `${id}/${run.id}` })) };
    };
    const resnet = { model: { kind: 'wide-resnet', depth: 40, width: 1, skip: true } } as const;
    const [slow, fast] = [studyWith('slow', 0.1, 1), studyWith('fast', 0.5, -1, resnet)];
    const frontsIn = (figure: BuiltFigure) =>
      datasetsOf(figure)
        .filter((one) => one.showLine && one.data.length > 0)
        .map((one) => [
          one.label,
          one.data.map((point) =>
            Object.values(point ?? {})
              .slice(0, 2)
              .map((at) => Number(at).toFixed(2))
              .join(),
          ),
        ]);
    const figure = build({ facetBy: null }, [slow, fast]);
    expect(frontsIn(figure)).toEqual([
      ['front: DenseNet-BC 16 (k = 12)', ['0.00,0.00', '10.00,1.00']],
      ['front: ResNet 40', ['50.00,-1.00']],
    ]);
    const { rows, columns } = figure.table;
    const cell = (row: (typeof rows)[number], name: string) => row[columns.indexOf(name)];
    const onFront = rows
      .filter((row) => cell(row, 'onFront') === 'true')
      .map((row) => `${cell(row, 'studyId')} ${cell(row, 'arm')}`);
    expect(onFront).toEqual(['slow baseline', 'slow cubic 0.5', 'fast cubic 0.5']);
    expect(figure.caption[0]).toContain('A front holds the arms of one network on one data set.');
    // One network on one data set: the better study's arm is the front.
    expect(frontsIn(build({ facetBy: null }, [slow, studyWith('fast', 0.5, -1)]))).toEqual([
      ['Pareto front', ['50.00,-1.00']],
    ]);
    // The same name for other images.
    const hashed = (study: StudyRecord, digit: string): StudyRecord => ({
      ...study,
      runs: study.runs.map((run) => ({ ...run, data: { sha256: digit.repeat(64), location: null } })),
    });
    const others = build({ facetBy: null }, [hashed(slow, 'a'), hashed(studyWith('fast', 0.5, -1), 'b')]);
    expect(frontsIn(others).map(([label]) => label)).toEqual(['front: study slow', 'front: study fast']);
  });

  it('has every point of every study in its table', () => {
    const { rows, columns } = build({}, studies).table;
    expect(rows.filter((row) => row[columns.indexOf('mark')] === 'mean')).toHaveLength(4 * COMPARISON.arms.length);
    expect(rows.filter((row) => row[columns.indexOf('mark')] === 'seed')).toHaveLength(4 * 3 * COMPARISON.arms.length);
  });
});

describe('the frame', () => {
  const rangeOf = (figure: BuiltFigure, axis: 'x' | 'y') =>
    figure.panels[0].configuration.options?.scales?.[axis] as { min: number; max: number };

  it('holds the origin and every seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 4 }), (policies, seedCount) => {
        const study = randomStudy({ policies, seeds: Array.from({ length: seedCount }, (_, index) => index + 1) });
        const figure = build({}, [study]);
        const [x, y] = [rangeOf(figure, 'x'), rangeOf(figure, 'y')];
        const points = compareStudy(study).arms.flatMap((arm) => arm.points);
        for (const { wall, errorDelta } of [...points, { wall: 0, errorDelta: 0 }]) {
          expect(x.min < 100 * Number(wall) && 100 * Number(wall) < x.max).toBe(true);
          expect(y.min < errorDelta && errorDelta < y.max).toBe(true);
        }
      }),
    );
  });

  it('is the part that was zoomed to', () => {
    const request = figureRequest({ kind: 'comparison', view: { studies: ['a'] }, rangeX: [10, 20], rangeY: [-1, 1] });
    const figure = comparisonFigure(
      [{ study: STUDY, comparison: COMPARISON }],
      request as FigureRequestOf<'comparison'>,
      PAPER,
    );
    expect(rangeOf(figure, 'x')).toMatchObject({ min: 10, max: 20 });
    expect(rangeOf(figure, 'y')).toMatchObject({ min: -1, max: 1 });
  });
});

describe('the caption', () => {
  it('names study, n, level and runs', () => {
    const text = build().caption.join(' ');
    expect(text).toContain('Study “quick”, n = 3 seeds: means with 95 % intervals');
    expect(text).toMatch(/\. 21 runs; the CSV of the figure has their ids\.$/);
    const few = randomStudy({ policies: 1, seeds: [1] });
    expect(build({}, [few]).caption.at(-1)).toBe(`Runs: ${few.runs.map(({ id }) => id).join(', ')}.`);
  });

  it('says so where nothing is finished', () => {
    expect(build({}, [randomStudy({ policies: 3, seeds: [] })]).caption[0]).toContain(
      'No pair of runs has finished yet.',
    );
  });
});
