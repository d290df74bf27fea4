import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import type { RunDetail } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { AppState } from '../../../src-renderer/state/app-state.ts';
import { NoticeLog } from '../../../src-renderer/state/notice-log.svelte.ts';
import { Notices } from '../../../src-renderer/state/notices.svelte.ts';
import { RunFailures } from '../../../src-renderer/state/run-failures.ts';
import { sampleRun } from '../../cli/sample-run.ts';

const NOW = Date.UTC(2026, 10, 30);
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  return () => vi.useRealTimers();
});

/** A home that keeps drafts, and these runs. */
function home(runs: RunDetail[] = []) {
  let kept: unknown = null;
  const resume = vi.fn(async () => ['run1']);
  const api = {
    drafts: {
      read: async () => ({ value: kept }),
      save: async ({ value }: { value: unknown }) => {
        kept = value;
      },
    },
    runs: {
      list: async () => runs,
      show: async ({ run }: { run: string }) => runs.find(({ id }) => id === run),
    },
  } as unknown as PageClient;
  const openPage = async () => {
    const noticeLog = new NoticeLog(api);
    await noticeLog.load();
    let tell: (event: RunEvent) => void = () => undefined;
    const live = { onEvent: (listener: typeof tell) => (tell = listener) };
    const go = vi.fn();
    const notices = new Notices(noticeLog);
    const app = { api, noticeLog, notices, live, resuming: { resume }, location: { go } };
    const failures = new RunFailures(app as unknown as AppState);
    failures.follow();
    const end = async (type: RunEvent['type'], runId: string) => {
      tell({ type, runId } as RunEvent);
      await vi.advanceTimersByTimeAsync(1000);
    };
    return { log: noticeLog, notices, failures, go, end };
  };
  return { openPage, resume };
}

const texts = ({ entries }: NoticeLog) => entries.map(({ label, text }) => [label, text]);

describe('the list of notices', () => {
  it('keeps what was said over a restart, newest first, and counts what nobody has read', async () => {
    const { openPage } = home();
    const { log, notices } = await openPage();
    notices.failed(new Error('The disk is full.'));
    notices.done('Renamed.');
    expect(log.unread).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    const { log: later, notices: laterNotices } = await openPage();
    expect(texts(later)).toEqual([
      [null, 'Renamed.'],
      ['Failed', 'The disk is full.'],
    ]);
    laterNotices.failed('The disk is full.');
    expect(later.unread).toBe(2);
    laterNotices.read(laterNotices.shown[0]);
    expect(later.unread).toBe(0);
    later.clear();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await openPage()).log.entries).toEqual([]);
  });

  it('holds no more than two hundred, and passes over a list that is not ours', async () => {
    const { log } = await home().openPage();
    for (let count = 0; count < 300; count++) log.add({ label: null, text: `${count}`, runId: null, isRead: true });
    expect([log.entries.length, log.entries[0].text]).toEqual([200, '299']);
    expect(new Set(log.entries.map(({ id }) => id)).size).toBe(200);
  });
});

describe('a run that ends before its time', () => {
  const killed = 'The trainer was ended by SIGKILL.';

  it('raises a notice with Resume and Log, and stays on the list', async () => {
    const run = sampleRun({ id: 'run1', status: 'interrupted', reason: killed, studyName: 'quick' });
    const { openPage, resume } = home([run]);
    const { notices, log, end, go } = await openPage();
    await end('run.interrupted', 'run1');
    const [notice] = notices.shown;
    expect(notice).toMatchObject({
      label: 'Interrupted',
      text: expect.stringMatching(/, seed 1 of quick: .* SIGKILL/),
    });
    expect(notice.actions.map(({ title }) => title)).toEqual(['Resume', 'Log']);
    await notice.actions[0].run();
    expect(resume).toHaveBeenCalledWith(['run1']);
    await notice.actions[1].run();
    expect(go).toHaveBeenCalledWith({ view: 'run', id: 'run1', tab: 'log' });
    expect(log.entries).toMatchObject([{ label: 'Interrupted', runId: 'run1', isRead: false }]);
  });

  it('is said to go on where another trainer took over, and nothing of epochs or wanted ends', async () => {
    const segments = [{ startedAt: 0, endedAt: 1, reason: killed }];
    const { notices, end } = await home([sampleRun({ id: 'run1', status: 'running', segments })]).openPage();
    await end('epoch.finished', 'run1');
    await end('run.paused', 'run1');
    expect(notices.shown).toEqual([]);
    await end('run.interrupted', 'run1');
    expect(notices.shown).toMatchObject([{ label: null, text: expect.stringMatching(/goes on .* SIGKILL\.$/) }]);
  });

  it('is told to the next page where none was open', async () => {
    const runs: RunDetail[] = [];
    const { openPage } = home(runs);
    await openPage();
    await vi.advanceTimersByTimeAsync(60_000);
    runs.push(sampleRun({ id: 'old', status: 'failed', reason: 'Old.', endedAt: NOW - 1 }));
    runs.push(sampleRun({ id: 'new', status: 'failed', reason: 'New.', endedAt: NOW + 30_000 }));
    const { log, failures } = await openPage();
    await failures.tellMissed();
    expect(log.entries).toMatchObject([{ label: 'Failed', runId: 'new', isRead: false }]);
    await vi.advanceTimersByTimeAsync(1000);
    const again = await openPage();
    await again.failures.tellMissed();
    expect(again.log.entries).toHaveLength(1);
  });
});
