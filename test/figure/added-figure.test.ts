import { describe, expect, it, vi } from 'vitest';
import { figureKindOf, reportRequests, runCharts } from '#core/figure/figure.ts';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { figureLayoutSchema, figureRequestSchema } from '#core/figure/figure-request.ts';
import { renderFigure } from '../../src-main/export/render-figure.ts';
import { runDetail, sourceOf } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

vi.mock('../../src-main/core/figure/figures.ts', async (original) => {
  const { FIGURES } = await original<typeof import('#core/figure/figures.ts')>();
  const { layerSizes } = await import('../support/added-figure.ts');
  return { FIGURES: [...FIGURES, layerSizes] };
});

const STUDY = randomStudy({ policies: 1, seeds: [1] });
const RUN = runDetail(STUDY.runs[0]);
const request = figureRequestSchema.parse({ kind: 'layer-sizes', run: RUN.id });

async function exported(format: FigureFormat): Promise<string> {
  const { data } = await renderFigure(
    { figure: request, layout: figureLayoutSchema.parse({}), format },
    sourceOf(STUDY),
  );
  return new TextDecoder().decode(data);
}

describe('a figure that one module and one line of the registry add', () => {
  it('is asked for with its defaults, and nothing else', () => {
    expect(request).toEqual({ kind: 'layer-sizes', run: RUN.id, relative: false });
    expect(figureRequestSchema.safeParse({ ...request, relative: 'yes' }).success).toBe(false);
    expect(figureKindOf(request).fileName(request)).toBe('layer-sizes');
  });

  it('is exported as SVG, pgfplots and CSV', async () => {
    expect(await exported('svg')).toContain('parameters of the layer');
    expect(await exported('pgfplots')).toContain('ylabel={parameters of the layer}');
    const [titles, first] = (await exported('csv')).split('\r\n');
    expect([titles, first]).toEqual(['layer,params', `0,${RUN.layers[0].params}`]);
  });

  it('stands on the page of a run, in its place, and in the report', () => {
    expect(
      runCharts(RUN)
        .filter(({ tab }) => tab === 'layers')
        .map(({ key }) => key),
    ).toEqual(['learning-rates', 'layer-sizes']);
    const subjects = { study: STUDY.id, trained: [RUN.id], timed: [RUN.id], hasClasses: false, timelines: [RUN.id] };
    expect(reportRequests(subjects).at(-1)).toEqual(request);
  });
});

describe('the charts of a run', () => {
  it('are those of its tabs, in their order', () => {
    const titles = (tab: string) =>
      runCharts(RUN)
        .filter((chart) => chart.tab === tab)
        .map(({ title }) => title);
    expect(titles('training')).toEqual([
      'Validation error',
      'Training loss',
      'Freeze timeline',
      'Validation loss',
      'Loss of sampled batches',
    ]);
    expect(titles('time')).toEqual(['Time of a step by phase', 'Training time of each epoch']);
    expect(runCharts({ ...RUN, profile: null }).some(({ tab }) => tab === 'profile')).toBe(false);
  });
});
