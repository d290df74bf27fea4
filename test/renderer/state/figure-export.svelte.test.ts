import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';
import { FigureExport } from '../../../src-renderer/state/figure-export.svelte.ts';

const request = figureRequestSchema.parse({ kind: 'curves', runs: ['a'] });
const drafts = { read: vi.fn(), save: vi.fn() };
const desktop = { previewFigure: vi.fn(), saveFigure: vi.fn() };

function opened(): FigureExport {
  return new FigureExport({ drafts, desktop } as unknown as PageClient, request);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('URL', { createObjectURL: () => `blob:${Math.random()}`, revokeObjectURL: vi.fn() });
  drafts.read.mockResolvedValue({ value: null });
  drafts.save.mockResolvedValue({ key: 'figure-export' });
  desktop.previewFigure.mockResolvedValue({ svg: '<svg/>', caption: 'One run.', warnings: ['No font has 日.'] });
  desktop.saveFigure.mockResolvedValue({ name: 'figure.pdf' });
});
afterEach(() => {
  vi.clearAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the export of a figure', () => {
  it('begins with the layout of the last one, and ignores what it cannot read', async () => {
    const layout = { widthMm: 84, heightMm: 60, fontPt: 7, greySafe: true, caption: false };
    drafts.read.mockResolvedValue({ value: { format: 'pdf', layout } });
    const figure = opened();
    await figure.open();
    expect(figure.format).toBe('pdf');
    expect(figure.layout).toEqual(layout);
    expect(desktop.previewFigure).toHaveBeenCalledWith({ figure: request, layout });
    drafts.read.mockResolvedValue({ value: { format: 'gif' } });
    const other = opened();
    await other.open();
    expect(other.format).toBe('svg');
  });

  it('draws once for many keys, and keeps the last drawing meanwhile', async () => {
    const figure = opened();
    await figure.open();
    const first = figure.preview?.url;
    for (const heightMm of [1, 10, 100]) figure.change({ heightMm });
    expect(figure.preview?.url).toBe(first);
    await vi.advanceTimersByTimeAsync(300);
    expect(desktop.previewFigure).toHaveBeenCalledTimes(2);
    expect(desktop.previewFigure.mock.lastCall?.[0].layout.heightMm).toBe(100);
    expect(figure.preview?.url).not.toBe(first);
  });

  it('lets an older drawing that comes late not win', async () => {
    const figure = opened();
    await figure.open();
    let answerLate = (_: { svg: string; caption: string }) => {};
    desktop.previewFigure.mockImplementationOnce(() => new Promise((resolve) => (answerLate = resolve)));
    figure.change({ fontPt: 9 });
    await vi.advanceTimersByTimeAsync(300);
    desktop.previewFigure.mockResolvedValueOnce({ svg: '<svg/>', caption: 'Newest.', warnings: [] });
    figure.change({ fontPt: 10 });
    await vi.advanceTimersByTimeAsync(300);
    answerLate({ svg: '<svg/>', caption: 'Late.' });
    await vi.advanceTimersByTimeAsync(0);
    expect(figure.preview?.caption).toBe('Newest.');
  });

  it('says what is wrong with a number, and neither draws nor saves it', async () => {
    const figure = opened();
    await figure.open();
    figure.change({ widthMm: 4000, fontPt: null });
    await vi.advanceTimersByTimeAsync(300);
    flushSync();
    expect(figure.faults).toEqual({ widthMm: 'From 40 to 400 mm.', fontPt: 'From 4 to 24 pt.' });
    expect(figure.canSave).toBe(false);
    expect(desktop.previewFigure).toHaveBeenCalledTimes(1);
    expect(await figure.save()).toBeNull();
    expect(desktop.saveFigure).not.toHaveBeenCalled();
  });

  it('saves in the chosen format and remembers it', async () => {
    const figure = opened();
    await figure.open();
    figure.format = 'pdf';
    expect(await figure.save()).toEqual({ name: 'figure.pdf' });
    expect(desktop.saveFigure).toHaveBeenCalledWith({
      figure: request,
      layout: figure.layout,
      format: 'pdf',
      title: null,
    });
    expect(drafts.save).toHaveBeenCalledWith({ key: 'figure-export', value: { format: 'pdf', layout: figure.layout } });
  });

  it('keeps the last drawing where the next one fails, and says so', async () => {
    const figure = opened();
    await figure.open();
    desktop.previewFigure.mockRejectedValueOnce(new Error('no'));
    figure.change({ greySafe: true });
    await vi.advanceTimersByTimeAsync(300);
    expect(figure.preview).not.toBeNull();
    expect(figure.previewError).not.toBeNull();
  });
});
