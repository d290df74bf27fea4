import { describe, expect, it } from 'vitest';
import { classCosts } from '#core/analysis/class-costs.ts';
import { splitErrors } from '#core/classes/class-errors.ts';
import { matrixPart } from '#core/classes/matrix-part.ts';
import type { FigurePoint, FigureSource } from '#core/figure/built-figure.ts';
import { drawFigure, runCharts } from '#core/figure/figure.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import type { RunDetail } from '#core/records.ts';
import { renderFigure } from '../../src-main/export/render-figure.ts';
import { svgTexts } from '../support/drawn-svg.ts';
import { figureRequest, PAPER, sourceOf } from '../support/figure-fixture.ts';
import { drawnPredictions } from '../support/predictions.ts';
import { randomStudy } from '../support/study-fixture.ts';

const STUDY = randomStudy({ policies: 2, seeds: [1, 2, 3, 4] });
const [{ id: RUN }] = STUDY.runs;
const LAYOUT = figureLayoutSchema.parse({});

const namesOf = (classes: number) => Array.from({ length: classes }, (_, index) => `kind ${index}`);

/** Under the first policy class 0 has 60 points more errors, and class 1 has 20 fewer. */
function sourceWith(classes: number): FigureSource {
  const policy = STUDY.arms.find(({ role }) => role === 'policy')?.name;
  const predictions = (id: string, split: 'validation' | 'test' = 'test') => {
    const run = STUDY.runs.find((one) => one.id === id);
    const costs = [0.6, -0.2];
    const errorOf = (index: number) => 0.2 + (run?.arm === policy ? (costs[index] ?? 0) : 0);
    return drawnPredictions({
      classNames: namesOf(classes),
      images: 300,
      seed: STUDY.runs.findIndex((one) => one.id === id),
      errorOf,
      split,
    });
  };
  const source = sourceOf(STUDY);
  return {
    ...source,
    run: async (id): Promise<RunDetail> => ({ ...(await source.run(id)), splitErrors: [splitErrors(predictions(id))] }),
    predictions: async (id) => [predictions(id, 'validation'), predictions(id)],
    classCosts: async () => classCosts(STUDY, (id) => predictions(id)),
  };
}

interface Drawn {
  readonly type: string;
  readonly label: string;
  readonly data: readonly FigurePoint[];
}

async function drawn(
  kind: 'confusion-matrix' | 'class-errors' | 'class-costs',
  classes: number,
  source = sourceWith(classes),
) {
  const subject = kind === 'class-costs' ? { study: STUDY.id } : { run: RUN };
  const figure = await drawFigure(figureRequest({ kind, ...subject }), source, PAPER);
  const datasets = figure.panels.map(({ configuration }) => configuration.data.datasets as unknown as Drawn[]);
  return { figure, datasets };
}

describe('a confusion matrix', () => {
  it('has a bar and a text for each pair of classes that occurs, and its table the numbers', async () => {
    const source = sourceWith(10);
    const { figure, datasets } = await drawn('confusion-matrix', 10, source);
    const [, test] = await source.predictions(RUN);
    const pairs = test.predicted.flatMap((row, label) =>
      Object.entries(row).map(([index, count]) => ({ label, index: Number(index), count })),
    );
    const bars = datasets[0].filter(({ type, data }) => type === 'bar' && data.length > 0).slice(0, -1);
    expect(bars.flatMap(({ data }) => data)).toHaveLength(pairs.length);
    const points = datasets[0].find(({ data }) => data[0]?.text !== undefined)?.data ?? [];
    for (const { label, index, count } of pairs) {
      const point = points.find(({ x, y }) => x === index && y === label);
      expect(point?.text?.[1]).toContain(`${count} image`);
    }
    expect(figure.table.rows.map((row) => [row[2], row[4], row[6]])).toEqual(
      pairs.map(({ label, index, count }) => [label, index, count]),
    );
    expect(figure.caption[0]).toContain('3,000 test images of 10 classes');
  });

  it('of more than 50 classes has the classes that are most often confused, and the others together', async () => {
    const predictions = (await sourceWith(60).predictions(RUN))[1];
    const { groups, others, cells } = matrixPart(predictions);
    expect([groups.length, others]).toEqual([30, 31]);
    expect(groups.at(-1)?.name).toBe('31 others');
    expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(60 * 300);
    const ofRow = (row: number) => cells.filter((cell) => cell.row === row).reduce((sum, { share }) => sum + share, 0);
    for (let row = 0; row < 30; row++) expect(ofRow(row)).toBeCloseTo(1, 12);
    expect((await drawn('confusion-matrix', 60)).figure.caption[0]).toContain('the other 31 taken together');
  });

  it('says why there is none, and stands on no page then', async () => {
    const { figure } = await drawn('confusion-matrix', 10, sourceOf(STUDY));
    expect(figure.panels[0].configuration.options?.plugins?.title?.text).toEqual([
      expect.stringContaining('older version'),
    ]);
    const run = await sourceOf(STUDY).run(RUN);
    expect(runCharts(run).filter(({ tab }) => tab === 'classes')).toEqual([]);
    const counted = await sourceWith(3).run(RUN);
    expect(
      runCharts(counted)
        .filter(({ tab }) => tab === 'classes')
        .map(({ key }) => key),
    ).toEqual(['confusion-matrix-test', 'class-errors-test']);
  });

  it('is drawn in every format, with names of classes at both sides', async () => {
    const text = async (format: 'svg' | 'pgfplots') =>
      new TextDecoder().decode(
        (
          await renderFigure(
            { figure: figureRequest({ kind: 'confusion-matrix', run: RUN }), layout: LAYOUT, format },
            sourceWith(40),
          )
        ).data,
      );
    const texts = svgTexts(await text('svg')).map((one) => one.text);
    // At the left every name has its line, also on a page that was asked to be lower.
    expect(texts.filter((one) => one === 'kind 39').length).toBeGreaterThanOrEqual(1);
    for (const name of namesOf(40)) expect(texts).toContain(name);
    const tex = await text('pgfplots');
    expect(tex).toMatch(/xticklabel style={rotate=\d+/);
    expect(tex).toContain('xmajorgrids=false');
    expect(tex).not.toContain('extra y ticks');
  });
});

describe('errors of classes', () => {
  it('stand worst first, at most 30 of them, and all in the table', async () => {
    const { figure, datasets } = await drawn('class-errors', 40);
    const bars = datasets[0].find(({ type }) => type === 'bar')?.data ?? [];
    const ends = bars.map(({ x }) => (x as unknown as readonly [number, number])[1]);
    expect(ends).toHaveLength(30);
    expect(ends).toEqual(ends.toSorted((one, other) => other - one));
    expect(figure.table.rows).toHaveLength(40);
    expect(figure.caption[0]).toContain('The 30 worst of 40 classes.');
  });
});

describe('costs of classes', () => {
  it('has a panel for each policy: what is shown to cost, to spare, and neither, with intervals', async () => {
    const { figure, datasets } = await drawn('class-costs', 30);
    expect(figure.panels.map(({ title }) => title)).toEqual(
      STUDY.arms.filter(({ role }) => role === 'policy').map(({ name }) => name),
    );
    const [first] = datasets;
    const of = (label: string) => first.find((dataset) => dataset.label === label)?.data ?? [];
    expect(of('shown to have more errors').map(({ text }) => text?.[0])).toEqual(['kind 0']);
    expect(of('shown to have more errors')[0].y).toBe(0);
    expect(of('shown to have fewer errors').map(({ text }) => text?.[0])).toEqual(['kind 1']);
    expect(of('not shown')).toHaveLength(18);
    const intervals = first.filter(({ type }) => type === 'scatterWithErrorBars').flatMap(({ data }) => data);
    expect(intervals).toHaveLength(20);
    expect(figure.caption).toContain('20 of 30 classes: the claims, then those farthest from 0.');
    expect(figure.table.rows).toHaveLength(30 * STUDY.arms.filter(({ role }) => role !== 'baseline').length);
  });

  it('says that nothing was counted', async () => {
    const { figure } = await drawn('class-costs', 10, sourceOf(STUDY));
    expect(figure.caption.join(' ')).toContain('Left out:');
    expect(figure.table.rows).toEqual([]);
  });
});
