import { describe, expect, it } from 'vitest';
import { RUN_STATUSES } from '#core/run.ts';
import type { RunAction } from '../../../src-renderer/lib/possible-actions.ts';
import { isPossible } from '../../../src-renderer/lib/possible-actions.ts';
import { runSummary } from '../../support/run-summary.ts';

const ACTIONS = ['pause', 'stop', 'resume', 'delete', 'restore', 'purge'] as const;

describe('what can be done with a run', () => {
  const statusesOf = (action: RunAction) => RUN_STATUSES.filter((status) => isPossible(action, runSummary({ status })));

  it('is what the procedures take', () => {
    expect(statusesOf('resume')).toEqual(['paused', 'stopped', 'interrupted', 'failed']);
    expect(statusesOf('pause')).toEqual(['queued', 'running']);
    expect(statusesOf('stop')).toEqual(['queued', 'running']);
    expect(statusesOf('delete')).not.toContain('running');
    expect(isPossible('resume', runSummary({ status: 'paused', imported: true }))).toBe(false);
    expect(isPossible('delete', runSummary({ status: 'finished', locked: true }))).toBe(false);
  });

  it('is, in the trash, to restore it or to delete it for ever', () => {
    for (const status of RUN_STATUSES) {
      const run = runSummary({ status, deleted: true });
      expect(ACTIONS.filter((action) => isPossible(action, run))).toEqual(['restore', 'purge']);
      expect(isPossible('purge', { ...run, locked: true })).toBe(false);
    }
  });
});
