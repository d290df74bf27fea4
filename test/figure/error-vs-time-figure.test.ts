import { describe, expect, it } from 'vitest';
import type { FigurePoint } from '#core/figure/built-figure.ts';
import { drawFigure } from '#core/figure/figure.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import { BASELINE as NO_FREEZING, type Policy } from '#core/policy/policy.ts';
import { armsOf } from '#core/study.ts';
import { renderFigure } from '../../src-main/export/render-figure.ts';
import { svgTexts } from '../support/drawn-svg.ts';
import { figureRequest, PAPER, sourceOf } from '../support/figure-fixture.ts';
import { studyFixture } from '../support/study-fixture.ts';

interface Drawn {
  readonly type: string;
  readonly label: string;
  readonly showLine?: boolean;
  readonly data: readonly (FigurePoint & { readonly yMin?: number; readonly yMax?: number })[];
}

const cubic = (t0: number): Policy => ({ kind: 'freezeout', shape: 'cubic', t0, scaled: true });

/** Two policies with their equal-time baselines; the one that freezes more comes first, and a run of it was deleted. */
const STUDY = studyFixture(
  armsOf([cubic(0.5), cubic(0.8)], true).map((arm) => {
    const share = arm.name.includes('0.5') ? 0.5 : arm.name.includes('0.8') ? 0.8 : 1;
    const cost = arm.role === 'equal-time' ? 0.02 : 0.01;
    const isBaseline = arm.policy === NO_FREEZING && arm.role === 'baseline';
    const run = (seed: number, extra: number) => ({
      seed,
      testError: 0.1 + (isBaseline ? 0 : cost) + extra,
      trainingSeconds: 600 * share + seed,
    });
    const deleted = arm.name === 'cubic scaled 0.5' ? [{ ...run(4, 5), deleted: true }] : [];
    return { arm, computeSaved: 1 - share, runs: [run(1, 0), run(2, 0.001), run(3, 0.002), ...deleted] };
  }),
  [1, 2, 3],
);

async function drawn() {
  const figure = await drawFigure(figureRequest({ kind: 'error-vs-time', study: STUDY.id }), sourceOf(STUDY), PAPER);
  return { figure, datasets: figure.panels[0].configuration.data.datasets as unknown as readonly Drawn[] };
}

describe('test error over training time', () => {
  it('puts every arm at the means of its finished runs, with its own interval', async () => {
    const { datasets, figure } = await drawn();
    const named = new Map(datasets.map((one) => [one.label, one]));
    // 600 s and more are minutes: (601 + 602 + 603) / 3 / 60.
    expect(named.get('baseline, no freezing')?.data[0].x).toBeCloseTo(602 / 60, 12);
    expect(named.get('cubic scaled 0.5')?.data[0].x).toBeCloseTo(302 / 60, 12);
    expect(named.get('cubic scaled 0.5')?.data[0].y).toBeCloseTo(11.1, 12);
    const bars = datasets.filter(({ type, data }) => type === 'scatterWithErrorBars' && data.length > 0);
    expect(bars).toHaveLength(5);
    // Student's t(0.975, 2) = 4.30265, s = 0.1 points, n = 3, and a count of 10,000 images.
    expect(bars[1].data[0].yMax).toBeCloseTo(11.1 + 4.30265 * Math.sqrt(0.1 ** 2 / 3 + 0.01 ** 2 / 12), 4);
    expect(figure.table.rows.filter(([, , , , , mark]) => mark === 'seed')).toHaveLength(15);
  });

  it('connects the policies in the order of what they freeze, and the baseline with training less', async () => {
    const { datasets } = await drawn();
    const lines = datasets.filter(({ showLine }) => showLine);
    const places = lines.map(({ data }) => data.map(({ x }) => Math.round(x)));
    // 0.8 freezes less than 0.5; the control of each has its time.
    expect(places).toEqual([
      [8, 5],
      [5, 8, 10],
    ]);
    expect(lines[1].label).toBe('training less, without freezing');
  });

  it('names arms and axes on paper, and draws in every format', async () => {
    const request = figureRequest({ kind: 'error-vs-time', study: STUDY.id });
    const layout = figureLayoutSchema.parse({});
    const { data } = await renderFigure({ figure: request, layout, format: 'svg' }, sourceOf(STUDY));
    const texts = svgTexts(new TextDecoder().decode(data)).map(({ text }) => text);
    for (const text of ['training time (min)', 'test error (%)', 'cubic scaled 0.8', 'hollow: baseline, equal time']) {
      expect(
        texts.some((one) => one.includes(text)),
        text,
      ).toBe(true);
    }
    for (const format of ['pdf', 'png-300', 'pgfplots', 'csv'] as const) {
      const file = await renderFigure({ figure: request, layout, format }, sourceOf(STUDY));
      expect(file.data.length).toBeGreaterThan(200);
    }
  });

  it('says that nothing has finished', async () => {
    const empty = { ...STUDY, runs: [] };
    const figure = await drawFigure(figureRequest({ kind: 'error-vs-time', study: STUDY.id }), sourceOf(empty), PAPER);
    expect(figure.caption).toEqual(['Study “quick”. No run has finished yet.']);
    expect(figure.table.rows).toEqual([]);
  });
});
