import { describe, expect, it } from 'vitest';
import type { SearchRequest } from '#core/find/settings.ts';
import { armAt, bySaving, searchRequestSchema, searchSettingsSchema, settingsOf } from '#core/find/settings.ts';
import { ERROR_RATE, levelAt, mostTried } from '#core/find/spending.ts';

const TEN_LAYERS = { layerCount: 10, seeds: [] };

function request(changes: Record<string, unknown> = {}): SearchRequest {
  return searchRequestSchema.parse({ tolerance: 0.5, budgetSeconds: 7200, ...changes });
}

describe('the settings of a search', () => {
  it('span the candidates evenly, ends included, without the rounding of their sums', () => {
    expect(settingsOf(request({ lowest: 0.3, highest: 0.9, resolution: 0.1 }), TEN_LAYERS).candidates).toEqual([
      ...[0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    ]);
    expect(settingsOf(request(), TEN_LAYERS).candidates).toHaveLength(15);
  });

  it('take the candidates that are named', () => {
    expect(settingsOf(request({ candidates: [0.35, 0.8] }), TEN_LAYERS).candidates).toEqual([0.35, 0.8]);
    expect(searchRequestSchema.safeParse({ ...request(), candidates: [0.8, 0.35] }).success).toBe(false);
  });

  it('are stored as they are checked', () => {
    const settings = settingsOf(request(), TEN_LAYERS);
    expect(searchSettingsSchema.parse(settings)).toEqual(settings);
  });

  it('begin with the seeds that are there', () => {
    expect(settingsOf(request(), { layerCount: 10, seeds: [7, 2] }).seeds).toEqual([7, 2, 1, 3, 4, 5, 6, 8]);
  });

  it('span all layers but the head where the number of frozen layers is searched, most saved first', () => {
    const over = { kind: 'layers' };
    const settings = settingsOf(request({ over }), TEN_LAYERS);
    expect(settings.candidates).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(bySaving(settings)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(armAt(6, settings)).toBe('fixed 6 layers');
    for (const wrong of [[10], [0], [2.5]]) {
      expect(() => settingsOf(request({ over, candidates: wrong }), TEN_LAYERS)).toThrow(
        `The number of frozen layers has to be a whole number from 1 to 9 (all but the head), and ${wrong} is not.`,
      );
    }
  });

  it('name the arm of a candidate as a study does', () => {
    expect(armAt(0.5, { over: { kind: 't0', shape: 'linear', scaled: false } })).toBe('linear plain 0.5');
  });

  it('refuse values that no network has', () => {
    const refused = (changes: Record<string, unknown>) => () => settingsOf(request(changes), TEN_LAYERS);
    expect(refused({ lowest: 0 })).toThrow('A t0 has to be above 0 and below 1, and 0 is not.');
    expect(refused({ highest: 1 })).toThrow(/and 1 is not/);
    expect(refused({ candidates: [0.5, 1.5] })).toThrow(/and 1.5 is not/);
    expect(refused({ resolution: 0.001, lowest: 0.0001, highest: 0.9999 })).not.toThrow();
  });

  it('refuse ends that cross, and what is no t0 or no tolerance', () => {
    expect(() => settingsOf(request({ lowest: 0.8, highest: 0.5 }), TEN_LAYERS)).toThrow(/above the highest/);
    for (const bad of [{ tolerance: 0 }, { budgetSeconds: 0 }, { resolution: 0 }, { looks: [] }]) {
      expect(searchRequestSchema.safeParse({ tolerance: 0.5, budgetSeconds: 60, ...bad }).success).toBe(false);
    }
  });
});

describe('the error', () => {
  it('is spent once over all looks of all candidates that can be tried', () => {
    const settings = settingsOf(request(), TEN_LAYERS);
    const perCandidate = settings.looks.reduce((sum, look) => sum + levelAt(look, settings), 0);
    expect(perCandidate * mostTried(settings.candidates.length)).toBeCloseTo(ERROR_RATE, 12);
  });

  it('counts the candidates of the longest bisection', () => {
    // 1 value: itself. 2: the lower, then the upper one. 3: the middle, then a side. 15 = 7 + 1 + 7.
    expect([1, 2, 3, 4, 7, 8, 15, 16].map(mostTried)).toEqual([1, 2, 2, 3, 3, 4, 4, 5]);
  });
});
