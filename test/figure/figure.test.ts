import { describe, expect, it } from 'vitest';
import { drawFigure } from '#core/figure/figure.ts';
import { DARK, figureRequest, LIGHT, PAPER, sourceOf } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

const study = randomStudy({ policies: 3, seeds: [1, 2, 3] });
const source = sourceOf(study);
const runs = study.runs.map((run) => run.id);
const run = runs[4];

const REQUESTS = [
  figureRequest({ kind: 'comparison', view: { studies: [study.id] } }),
  figureRequest({ kind: 'curves', runs }),
  figureRequest({ kind: 'curves', runs, bands: true, smoothing: 0.6, x: 'seconds', logY: true }),
  figureRequest({ kind: 'epoch-times', runs }),
  figureRequest({ kind: 'freeze-timeline', run }),
  figureRequest({ kind: 'learning-rates', run }),
  figureRequest({ kind: 'step-times', run }),
  figureRequest({ kind: 'step-profile', run }),
];

describe('drawFigure', () => {
  it.each(REQUESTS)('builds $kind in every look, with caption and table', async (request) => {
    for (const look of [LIGHT, DARK, PAPER, { ...PAPER, greySafe: true }]) {
      const { panels, caption, table } = await drawFigure(request, source, look);
      expect(panels[0].configuration.data.datasets.some((one) => one.data.length > 0)).toBe(true);
      expect(caption.join(' ')).toContain('quick');
      expect(caption.join(' ')).toMatch(/Runs?: |\d runs; the CSV of the figure has their ids/);
      expect(table.rows.length).toBeGreaterThan(0);
      expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true);
    }
  });
});
