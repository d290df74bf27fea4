import { describe, expect, it } from 'vitest';
import {
  draftOver,
  firstSearchDraft,
  readSearchDraft,
  searchSizeText,
} from '../../../src-renderer/lib/search-draft.ts';
import { searchPlot } from '../../../src-renderer/lib/search-plot.ts';
import {
  bracketText,
  candidateCells,
  roundText,
  settingsText,
  timeText,
} from '../../../src-renderer/lib/search-words.ts';
import { searchFixture } from '../../support/search-fixture.ts';

function hundredths(share: number): number {
  return Math.round(100 * share);
}

describe('the plot of a search', () => {
  it('puts the tolerance, the candidates and what is left between them in their places', () => {
    const plot = searchPlot(searchFixture({ 0.5: 0.1, 0.3: 2 }));
    expect(plot.values.map(hundredths)).toEqual([5, 50, 95]);
    expect(plot.bracket.map(hundredths)).toEqual([5, 50]);
    const [good, bad] = plot.candidates;
    expect([good.x, bad.x].map(hundredths)).toEqual([50, 5]);
    // From top to bottom: what costs too much, the tolerance of 0.5, what costs 0.1, nothing at all.
    const places = [bad.y, plot.tolerance, good.y, plot.zero];
    expect(places).toEqual([...places].sort((a, b) => Number(a) - Number(b)));
    expect(good.interval?.[0]).toBeLessThan(Number(good.y));
  });

  it('is open to both sides before anything was decided, and cuts off what is far beyond the tolerance', () => {
    const plot = searchPlot(searchFixture({ 0.5: 40 }));
    expect(plot.bracket.map(hundredths)).toEqual([50, 100]);
    expect(plot.candidates[0].y).toBe(0);
    expect(searchPlot(searchFixture({})).bracket).toEqual([0, 1]);
  });
});

describe('the words of a search', () => {
  it('say where it stands', () => {
    const search = searchFixture({ 0.5: 0.1 });
    expect(bracketText(search)).toBe('1 of at most 2 values of t0 tried · 0.5 or lower');
    expect(roundText(search)).toBe('t0 = 0.3 with 3 pairs of runs, of at most 8');
    expect(timeText(searchFixture({ 0.5: 0.1 }, { budgetSeconds: 120 }))).toBe(
      '1 min of 2 min used · at most 1 min left',
    );
  });

  it('say the numbers of a candidate', () => {
    const [candidate] = searchFixture({ 0.5: 0.1 }).tried;
    // Differences of 0.105, 0.11 and 0.115 points; t(0.975, 2) sqrt(0.005^2 / 3 + 0.01^2 / 6) = 0.0215.
    expect(candidateCells(candidate)).toMatchObject({ pairs: '3', errorDelta: '+0.11', interval: '+0.09 to +0.13' });
    expect(candidateCells(searchFixture({}).tried[0])).toMatchObject({ pairs: '0', errorDelta: '–', interval: '–' });
  });
});

describe('the form of a search', () => {
  const draft = firstSearchDraft(0.5);

  it('reads as a request', () => {
    const { request, errors } = readSearchDraft({ ...draft, budget: '1.5' }, 10);
    expect(errors).toEqual({});
    expect(request).toMatchObject({ tolerance: 0.5, budgetSeconds: 5400, over: { kind: 't0', shape: 'cubic' } });
    expect(request && searchSizeText(request, 10)).toBe(
      '15 values of t0; at most 4 of them are tried, with 3, 5 or 8 pairs of runs.',
    );
  });

  it('says what is wrong, at its field', () => {
    const wrong = { ...draft, tolerance: '0', budget: 'two', resolution: '0', highest: '2' };
    expect(Object.keys(readSearchDraft(wrong, null).errors)).toEqual(['tolerance', 'budget', 'highest', 'resolution']);
    expect(readSearchDraft({ ...draft, lowest: '0.9', highest: '0.5' }, 10).errors).toEqual({
      highest: 'The lowest t0 (0.9) is above the highest (0.5): swap them.',
    });
  });
});

describe('a search over the number of frozen layers', () => {
  const over = { kind: 'layers', frozenBatchNorm: 'frozen' } as const;
  const search = searchFixture({ 4: 0.1, 6: 2 }, { over, candidates: [1, 2, 3, 4, 5, 6, 7] });
  const draft = { ...firstSearchDraft(0.5), ...draftOver('layers') };

  it('looks for more layers than were shown, and for fewer than were not', () => {
    expect(bracketText(search)).toBe('2 of at most 3 numbers of frozen layers tried · below 6, at least 4');
    expect(roundText(search)).toBe('5 frozen layers with 3 pairs of runs, of at most 8');
    expect(settingsText(search.settings)).toBe(
      'fixed · error increase below 0.5 points · number of frozen layers from 1 to 7',
    );
    const plot = searchPlot(search);
    // Between 4 and 6 of 1 to 7: from the middle to five sixths.
    expect(plot.bracket.map(hundredths)).toEqual([50, 80]);
  });

  it('tries all layers but the head unless the form says otherwise', () => {
    const { request, errors } = readSearchDraft(draft, 10);
    expect(errors).toEqual({});
    expect(request && searchSizeText(request, 10)).toBe(
      '9 numbers of frozen layers; at most 4 of them are tried, with 3, 5 or 8 pairs of runs.',
    );
    expect(readSearchDraft({ ...draft, highest: '10' }, 10).errors.highest).toContain('from 1 to 9 (all but the head)');
    expect(readSearchDraft({ ...draft, lowest: '1.5' }, null).errors.lowest).toContain('a whole number of 1 or more');
  });
});
