import type { StudyRecord, StudySummary } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import { isFinal, isOver } from '#core/run.ts';
import { epochCount } from '#core/training/course.ts';
import { counted } from './format.ts';

export type StudyCounts = StudySummary['counts'];

/** Where the runs of a study stand. */
export interface StudyProgress {
  /** Runs that every arm and seed together ask for. */
  readonly total: number;
  readonly finished: number;
  /** The share of all epochs that are done, from 0 to 1. */
  readonly share: number;
  /** "12 of 27 runs finished, 1 failed". */
  readonly text: string;
  readonly trains: boolean;
}

/** What stands behind the finished ones, most urgent first. */
const NAMED: readonly RunStatus[] = ['running', 'failed', 'diverged', 'interrupted', 'paused', 'stopped', 'queued'];

type Counted = Pick<StudySummary, 'counts' | 'arms' | 'seeds' | 'epochsDone' | 'epochs'>;

export function summaryProgress(study: Counted): StudyProgress {
  const { counts, arms, seeds, epochsDone, epochs } = study;
  const started = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const total = Math.max(started, arms.length * seeds.length);
  const finished = counts.finished ?? 0;
  const allDone = total > 0 && finished === total;
  return {
    total,
    finished,
    share: allDone ? 1 : epochs === 0 ? 0 : Math.min(1, epochsDone / epochs),
    text: progressText(counts, { finished, total, missing: total - started }),
    trains: (counts.running ?? 0) > 0,
  };
}

/** The same of a study with its runs. */
export function studyProgress({ runs, arms, seeds, base }: StudyRecord): StudyProgress {
  const live = runs.filter((run) => !run.deleted);
  const missing = Math.max(0, arms.length * seeds.length - live.length);
  const epochs = live.reduce((sum, run) => sum + epochCount(run), missing * base.epochs);
  const epochsDone = live.reduce((sum, run) => sum + run.epoch, 0);
  return summaryProgress({ counts: countRuns(live), arms, seeds, epochs, epochsDone });
}

/** How many runs "Train what is missing" would queue: those of no run yet, and those that can go on. Waiting ones are queued already. */
export function missingRuns({ runs, arms, seeds }: Pick<StudyRecord, 'runs' | 'arms' | 'seeds'>): number {
  const live = runs.filter((run) => !run.deleted);
  const kept = new Set(
    live.filter((run) => !isOver(run.status) || isFinal(run.status)).map(({ arm, seed }) => `${seed} ${arm}`),
  );
  return arms.length * seeds.length - kept.size;
}

interface Tally {
  readonly finished: number;
  readonly total: number;
  readonly missing: number;
}

function progressText(counts: StudyCounts, { finished, total, missing }: Tally): string {
  if (total > 0 && finished === total) return `${counted(total, 'run')} finished`;
  const others = NAMED.flatMap((status) => {
    const count = counts[status] ?? 0;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  if (missing > 0) others.push(`${missing} not started`);
  return [`${finished} of ${counted(total, 'run')} finished`, ...others].join(', ');
}

/** Runs by status, without the trash. */
export function countRuns(runs: readonly { readonly status: RunStatus; readonly deleted: boolean }[]): StudyCounts {
  const counts: Partial<Record<RunStatus, number>> = {};
  for (const run of runs) if (!run.deleted) counts[run.status] = (counts[run.status] ?? 0) + 1;
  return counts;
}
