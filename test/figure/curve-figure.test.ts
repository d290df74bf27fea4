import { describe, expect, it } from 'vitest';
import type { BuiltFigure, FigurePoint } from '#core/figure/built-figure.ts';
import { curveFigure } from '#core/figure/curve-figure.ts';
import type { FigureRequest } from '#core/figure/figure-request.ts';
import type { Curve, RunSummary } from '#core/records.ts';
import { figureRequest, PAPER, runSummary } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

const STUDY = randomStudy({ policies: 2, seeds: [1, 2, 3] });
const ROWS = STUDY.runs.map((run) => runSummary(run, [STUDY]));
const ARM_ORDER = new Map([[STUDY.id, ['cubic scaled 0.5', 'cubic scaled 0.8']]]);

type Request = Extract<FigureRequest, { readonly kind: 'curves' }>;

interface Drawn {
  readonly label: string;
  readonly data: readonly FigurePoint[];
  readonly borderWidth?: number;
  readonly borderColor: string;
  readonly backgroundColor: string;
  readonly borderDash: readonly number[];
  readonly pointStyle?: string;
  readonly pointRadius?: number;
  readonly showLine?: boolean;
}

function curve(run: RunSummary, last: readonly number[], smooth: readonly number[] | null = null): Curve {
  const epoch = last.map((_, index) => index + 1);
  return {
    runId: run.id,
    layer: null,
    epoch,
    step: epoch.map((at) => 200 * at),
    seconds: epoch.map((at) => 10 * at),
    low: last,
    high: last,
    last,
    smooth,
    points: last.length,
  };
}

function build(curves: readonly Curve[], options: Partial<Request> = {}): BuiltFigure {
  const request = figureRequest({ kind: 'curves', runs: curves.map(({ runId }) => runId), ...options }) as Request;
  const drawn = curves.map((one) => ({ run: ROWS.find(({ id }) => id === one.runId) as RunSummary, curve: one }));
  return curveFigure({ runs: drawn.map(({ run }) => run), drawn, armOrder: ARM_ORDER }, request, PAPER);
}

function datasetsOf(figure: BuiltFigure): Drawn[] {
  return figure.panels[0].configuration.data.datasets as unknown as Drawn[];
}

const runOf = (arm: string, seed: number) =>
  ROWS.find((run) => run.arm === arm && run.spec.seed === seed) as RunSummary;
const lines = (figure: BuiltFigure) =>
  datasetsOf(figure).filter((one) => one.borderWidth === 1.5 && one.data.length > 0 && one.showLine === undefined);

describe('a figure of curves', () => {
  it('draws every point of every run, in percent, with what it stands for', () => {
    const run = runOf('baseline', 1);
    const [line] = lines(build([curve(run, [0.5, 0.25, 0.125])]));
    expect(line.data).toEqual(
      [50, 25, 12.5].map((y, index) => ({ x: index + 1, y, runId: run.id, arm: 'baseline', studyId: STUDY.id })),
    );
  });

  it('stands by step and by active time too', () => {
    const run = runOf('baseline', 1);
    const xs = (x: 'step' | 'seconds') =>
      lines(build([curve(run, [0.5, 0.25])], { x }))[0].data.map((point) => point.x);
    expect(xs('step')).toEqual([200, 400]);
    expect(xs('seconds')).toEqual([10, 20]);
  });

  it('gives arms the colours of their comparison, seeds a dash, equal-time baselines hollow marks', () => {
    const arms = ['baseline', 'cubic scaled 0.8', 'cubic scaled 0.8, equal time'];
    const figure = build(arms.flatMap((arm) => [1, 2].map((seed) => curve(runOf(arm, seed), [0.5, 0.4, 0.3]))));
    const drawn = lines(figure);
    expect(drawn.map((line) => line.borderColor)).toEqual([
      '#595959',
      '#595959',
      '#D55E00',
      '#D55E00',
      '#D55E00',
      '#D55E00',
    ]);
    expect(drawn.map((line) => line.borderDash)).toEqual([[], [6, 3], [], [6, 3], [], [6, 3]]);
    const entries = datasetsOf(figure).filter((one) => one.label !== '');
    expect(entries.map((one) => one.label)).toEqual(arms.map((arm) => `${arm} (n = 2)`));
    expect(new Set(entries.map((one) => `${one.pointStyle} ${one.backgroundColor}`)).size).toBe(3);
    expect(entries[2].backgroundColor).toBe('#ffffff');
  });

  it('leaves a gap where a value is not finite, and a sign at the height before', () => {
    const run = runOf('baseline', 1);
    const figure = build([curve(run, [0.5, 0.4, Number.NaN, Number.POSITIVE_INFINITY])], { series: 'trainLoss' });
    expect(lines(figure)[0].data.map((point) => point.y)).toEqual([0.5, 0.4, Number.NaN, Number.NaN]);
    const sign = datasetsOf(figure).find((one) => one.label === 'not a finite number');
    expect(sign).toMatchObject({ pointStyle: 'crossRot', data: [{ x: 3, y: 0.4, runId: run.id }] });
    expect(figure.table.rows.map((row) => row[7])).toEqual([0.5, 0.4, Number.NaN, Number.POSITIVE_INFINITY]);
  });

  it('shows all planned epochs of a run that may train on, and what one did that is over', () => {
    const [run] = ROWS;
    const endOf = (status: RunSummary['status'], options: Partial<Request> = {}) => {
      const rows = [{ ...run, status, steps: 2_000, stepsPerEpoch: 200 }];
      const request = figureRequest({ kind: 'curves', runs: [run.id], ...options }) as Request;
      const { configuration } = curveFigure({ runs: rows, drawn: [], armOrder: new Map() }, request, PAPER).panels[0];
      const x = configuration.options?.scales?.x as { suggestedMax?: number } | undefined;
      return [x?.suggestedMax, configuration.options?.plugins?.title?.text];
    };
    expect(endOf('running')).toEqual([10, ['No epoch has ended yet.']]);
    expect(endOf('paused', { x: 'step' })).toEqual([2_000, ['No epoch has ended.']]);
    expect(endOf('finished')).toEqual([undefined, ['No epoch has ended.']]);
    expect(endOf('running', { x: 'seconds' })[0]).toBeUndefined();
  });

  it('keeps the raw line under the smoothed one', () => {
    const figure = build([curve(runOf('baseline', 1), [0.5, 0.3], [0.5, 0.45])], { smoothing: 0.75 });
    expect(lines(figure)[0].data.map((point) => point.y)).toEqual([50, 45]);
    const raw = datasetsOf(figure).find((one) => one.borderColor === '#59595940');
    expect(raw?.data.map((point) => point.y)).toEqual([50, 30]);
  });

  it('shades from least to most where points were folded into buckets', () => {
    const run = runOf('baseline', 1);
    const folded = { ...curve(run, [0.5, 0.3]), low: [0.4, 0.2], high: [0.6, 0.35], points: 20 };
    const shade = datasetsOf(build([folded])).filter((one) => one.borderWidth === 0);
    expect(shade.map((edge) => edge.data.map((point) => point.y))).toEqual([
      [60, 35],
      [40, 20],
    ]);
  });

  it('draws a band: the mean over seeds and its 95 % interval, as long as all seeds go', () => {
    const values = [
      [0.5, 0.3, 0.2],
      [0.4, 0.26, 0.21],
      [0.48, 0.31, 0.19, 0.1],
    ];
    const figure = build(
      values.map((last, index) => curve(runOf('cubic scaled 0.5', index + 1), last)),
      { bands: true },
    );
    const [mean] = lines(figure);
    // By hand: means 46, 29, 20; t(0.975, 2) = 4.302653; s of the first = 5.291503, so -+ 13.1448.
    expect(mean.data.map((point) => point.y)).toEqual([46, 29, 20].map((y) => expect.closeTo(y, 9)));
    const [high, low] = datasetsOf(figure).filter((one) => one.borderWidth === 0);
    expect(high.data[0].y).toBeCloseTo(46 + 13.1448, 3);
    expect(low.data[0].y).toBeCloseTo(46 - 13.1448, 3);
    expect(datasetsOf(figure)[0].label).toBe('cubic scaled 0.5 (n = 3)');
  });

  it('has no interval over one seed', () => {
    const figure = build([curve(runOf('cubic scaled 0.5', 1), [0.5, 0.3])], { bands: true });
    expect(
      datasetsOf(figure)
        .filter((one) => one.borderWidth === 0)
        .every((one) => one.data.length === 0),
    ).toBe(true);
    expect(datasetsOf(figure)[0].label).toBe('cubic scaled 0.5 (n = 1)');
  });

  it('names at most a dozen groups in its legend', () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({
      ...ROWS[0],
      id: `run${index}`,
      studyId: null,
      groupHash: `${index}`,
    }));
    const drawn = rows.map((run) => ({ run, curve: curve(run, [0.5, 0.3]) }));
    const request = figureRequest({ kind: 'curves', runs: rows.map(({ id }) => id) }) as Request;
    const labels = datasetsOf(curveFigure({ runs: rows, drawn, armOrder: new Map() }, request, PAPER)).map(
      (one) => one.label,
    );
    expect(labels.filter((label) => label !== '')).toHaveLength(13);
    expect(labels).toContain('and 28 more');
  });

  it('builds 1,000 curves of 200 points with each point drawn once and looked at twice', () => {
    const rows = Array.from({ length: 1000 }, (_, index) => ({ ...ROWS[index % ROWS.length], id: `run${index}` }));
    const values = Array.from({ length: 200 }, (_, index) => 1 / (index + 1));
    let looks = 0;
    const counted = new Proxy(values, {
      get(target, name) {
        if (typeof name === 'string' && /^\d/.test(name)) looks++;
        return Reflect.get(target, name);
      },
    });
    const drawn = rows.map((run) => ({ run, curve: { ...curve(run, values), last: counted } }));
    const request = figureRequest({ kind: 'curves', runs: rows.map(({ id }) => id) }) as Request;
    const figure = curveFigure({ runs: rows, drawn, armOrder: ARM_ORDER }, request, PAPER);
    const points = datasetsOf(figure).reduce((sum, { data }) => sum + data.length, 0);
    expect(points).toBe(200_000);
    // Once for its line, and once for signs of values that are not finite; the table waits until somebody asks for it.
    expect(looks).toBe(400_000);
    expect(figure.table.rows).toHaveLength(200_000);
  });
});
