import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#core/errors.ts';
import { Notices } from '../../../src-renderer/state/notices.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const texts = (notices: Notices) => notices.shown.map(({ text }) => text);

describe('notices', () => {
  it('stand 8 s, 12 s with an undo, and until they were read where something failed', async () => {
    const notices = new Notices();
    notices.done('Renamed.');
    notices.done('Deleted.', async () => undefined);
    await notices.attempt(async () => {
      throw new Error('The disk is full.');
    });
    await vi.advanceTimersByTimeAsync(8000);
    expect(texts(notices)).toEqual(['Deleted.', 'The disk is full.']);
    await vi.advanceTimersByTimeAsync(4000);
    expect(texts(notices)).toEqual(['The disk is full.']);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(texts(notices)).toEqual(['The disk is full.']);
  });

  it('carry the lines to which an error refers', async () => {
    const notices = new Notices();
    await notices.attempt(async () => {
      throw new AppError('bad-request', 'It is a pickle: run these lines.', { lines: ['import torch', 'save()'] });
    });
    notices.done('Renamed.');
    expect(notices.shown.map(({ lines }) => lines)).toEqual([['import torch', 'save()'], []]);
  });

  it('are taken back once, the last one first, also when they have gone', async () => {
    const notices = new Notices();
    const undone: string[] = [];
    notices.done('Archived.', async () => undone.push('archive'));
    notices.done('Renamed.');
    notices.done('Deleted.', async () => undone.push('delete'));
    await notices.undo(notices.shown[2]);
    expect(texts(notices)).toEqual(['Archived.', 'Renamed.']);
    await vi.advanceTimersByTimeAsync(60_000);
    await notices.undoLast();
    await notices.undoLast();
    expect(undone).toEqual(['delete', 'archive']);
    expect(texts(notices)).toEqual(['Taken back: Archived.', 'There is nothing to take back.']);
  });

  it('stay while one reaches for them', async () => {
    const notices = new Notices();
    notices.done('Deleted.', async () => undefined);
    await vi.advanceTimersByTimeAsync(11_000);
    notices.hold();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts(notices)).toEqual(['Deleted.']);
    notices.release();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(texts(notices)).toEqual([]);
  });

  it('show the newest four, and the same thing once', () => {
    const notices = new Notices();
    for (const text of ['1', '2', '3', '4', '5']) notices.done(text);
    expect(texts(notices)).toEqual(['2', '3', '4', '5']);
    notices.failed(new Error('No.'));
    notices.failed(new Error('No.'));
    expect(notices.shown.at(-1)).toMatchObject({ text: 'No.', times: 2 });
    expect(notices.all).toHaveLength(6);
    notices.dismissAll();
    expect(notices.all).toEqual([]);
  });
});
