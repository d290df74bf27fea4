import type { RunRecord } from '#core/records.ts';
import { isOver, isResumable } from '#core/run.ts';

/** What changes where a run stands; each is a procedure of the contract. */
export type RunAction = 'pause' | 'stop' | 'resume' | 'delete' | 'restore' | 'purge';

type MarkedRun = Pick<RunRecord, 'status' | 'imported' | 'locked' | 'deleted'>;

/** The runs that each action takes, as its procedure does; a run in the trash is restored or deleted for ever, and nothing else. */
const TAKES: Readonly<Record<RunAction, (run: MarkedRun) => boolean>> = {
  pause: ({ status, deleted }) => !isOver(status) && !deleted,
  stop: ({ status, deleted }) => !isOver(status) && !deleted,
  // An imported run has no checkpoint here.
  resume: ({ status, imported, deleted }) => isResumable(status) && !imported && !deleted,
  delete: ({ status, locked, deleted }) => status !== 'running' && !locked && !deleted,
  restore: ({ deleted }) => deleted,
  purge: ({ locked, deleted }) => deleted && !locked,
};

/** Whether the action can be asked for this run, on its own page and in the table of runs alike. */
export function isPossible(action: RunAction, run: MarkedRun): boolean {
  return TAKES[action](run);
}
