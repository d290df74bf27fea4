import { describe, expect, it, vi } from 'vitest';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import { canZoom, hasAxes } from '../../../src-renderer/lib/figure-view.ts';
import { isConcerned } from '../../../src-renderer/lib/kept-figure-source.ts';
import { FigureState } from '../../../src-renderer/state/figure.svelte.ts';
import { StudyFigures } from '../../../src-renderer/state/study-figures.svelte.ts';
import { LIGHT, sourceOf } from '../../support/figure-fixture.ts';
import { randomStudy } from '../../support/study-fixture.ts';

vi.mock('../../../src-main/core/figure/figures.ts', async (original) => {
  const { FIGURES } = await original<typeof import('#core/figure/figures.ts')>();
  const { layerSizes } = await import('../../support/added-figure.ts');
  return { FIGURES: [...FIGURES, layerSizes] };
});

const STUDY = randomStudy({ policies: 1, seeds: [1] });
const request = figureRequestSchema.parse({ kind: 'layer-sizes', run: STUDY.runs[0].id });

describe('a figure that one module and one line of the registry add', () => {
  it('is drawn by the page, and drawn anew when its run changes', async () => {
    const figure = new FigureState(sourceOf(STUDY));
    figure.show(request, LIGHT, 800);
    await vi.waitUntil(() => figure.figure !== null, { timeout: 30_000 });
    expect(figure.figure?.caption).toEqual(['Parameters of each layer.']);
    expect(isConcerned(request, { kind: 'runs', ids: [STUDY.runs[0].id] })).toBe(true);
    expect(isConcerned(request, { kind: 'runs', ids: [STUDY.runs[1].id] })).toBe(false);
    expect([canZoom(request), hasAxes(request)]).toEqual([false, false]);
  });

  it('stands on the page of a study', () => {
    const end = $effect.root(() => {
      const figures = new StudyFigures(() => STUDY);
      expect(figures.charts.map(({ title }) => title)).toEqual([
        'Test error over training time',
        'Validation error',
        'Training time of each epoch',
        'Freeze timeline',
        'Which classes pay for freezing',
        'Sizes of the layers',
      ]);
      figures.change('layer-sizes', figureRequestSchema.parse({ ...request, relative: true }));
      expect(figures.charts.at(-1)?.request).toMatchObject({ kind: 'layer-sizes', relative: true });
    });
    end();
  });
});
