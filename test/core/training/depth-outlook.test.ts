import { describe, expect, it } from 'vitest';
import { depthRows, depthSentences } from '#core/training/depth-outlook.ts';
import { measuredDepth, measurementOf } from '../../support/measurement.ts';

const settings = { augment: 'none', batchSize: 50, prefixCache: 'auto' } as const;
/** 100 ms unfrozen; 18 layers, of which 14 and 17 are measured. */
const measured = {
  ...measurementOf(100),
  keptBytes: Array.from({ length: 18 }, () => 8192),
  depths: [
    { ...measuredDepth(14, 0.47, 14), firstTrained: 'features.14' },
    { ...measuredDepth(17, 0.34, 1), firstTrained: 'head' },
  ],
};

describe('the table of freeze depths', () => {
  it('begins with the unfrozen step, and says of each depth what it takes, without and with kept values', () => {
    expect(depthRows(measured, settings)).toEqual([
      {
        ...{ frozenLayers: 0, firstTrained: null, stepMs: 100, imagesPerSecond: 500, saved: 0 },
        ...{ memoryBytes: 90e6, trainedShare: 1, kept: null },
      },
      {
        ...{ frozenLayers: 14, firstTrained: 'features.14', stepMs: 47, saved: 1 - 0.47 },
        imagesPerSecond: expect.closeTo(500 / 0.47, 9),
        ...{ memoryBytes: 30e6, trainedShare: 0.25 },
        kept: { stepMs: 14, imagesPerSecond: expect.closeTo(50_000 / 14, 9), saved: 1 - 0.14, fromEpoch: 2 },
      },
      expect.objectContaining({
        frozenLayers: 17,
        kept: expect.objectContaining({ stepMs: 1, imagesPerSecond: 50_000 }),
      }),
    ]);
  });

  it('has no kept step where nothing is kept, and one from the epoch after the last view on', () => {
    expect(depthRows(measured, { ...settings, augment: 'crop-flip' })[1].kept).toBeNull();
    expect(depthRows(measured, { ...settings, prefixCache: 'off' })[1].kept).toBeNull();
    expect(depthRows(measured, { ...settings, augment: 'crop-flip', views: 3 })[1].kept?.fromEpoch).toBe(4);
  });
});

describe('the sentences under it', () => {
  it('say what the deepest saves, what the rest is, and what the cache adds', () => {
    expect(depthSentences(measured, settings).slice(0, 3)).toEqual([
      'Freezing 17 of 18 layers saves 66 % of a step.',
      'The rest is the forward pass of the frozen layers (33 %) and training from head on (1 %).',
      'From epoch 2 on, where the output of the frozen layers is kept and fits, a step saves 99 %.',
    ]);
  });

  it('say that a step waits for its batch, and how the forward pass would be saved', () => {
    const waiting = depthSentences({ ...measured, msPerBatch: 40 }, { ...settings, augment: 'crop-flip' });
    expect(waiting[1]).toMatch(/ Making a batch takes 40\.0 ms, which such a step waits for\.$/);
    expect(waiting[2]).toMatch(/^With "views" /);
    expect(depthSentences(measured, { ...settings, prefixCache: 'off' })[2]).toMatch(/^With the cache .* switched on/);
  });

  it('say what freezing saves where statistics move, if that was measured', () => {
    const moving = (ratio: number) => ({ ...measured, movingDepths: [measuredDepth(17, ratio)] });
    expect(depthSentences(measured, settings).join(' ')).not.toContain('statistics');
    expect(depthSentences(moving(0.6), settings)[3]).toBe(
      'Where their statistics move, freezing the same layers saves 40 % of a step, and their output is never kept.',
    );
    expect(depthSentences(moving(1.2), settings)[3]).toContain('saves nothing of a step');
  });

  it('promise nothing where a step became longer, and are none where nothing can freeze', () => {
    const slower = { ...measured, depths: [measuredDepth(17, 1.1, 1)] };
    expect(depthSentences(slower, settings)[0]).toBe('Freezing 17 of 18 layers saves nothing of a step.');
    expect(depthSentences(measurementOf(100), settings)).toEqual([]);
  });
});
