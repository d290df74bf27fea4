import type { RunRecord, StudyRecord } from '#core/records.ts';

/** A run that ended otherwise than it should, and what to do about it. */
export interface RunProblem {
  readonly run: RunRecord;
  readonly reason: string;
  readonly advice: string;
}

export function problemsOf(study: StudyRecord): readonly RunProblem[] {
  return study.runs.flatMap((run) => {
    const advice = adviceOn(run);
    return advice === null ? [] : [{ run, reason: run.reason ?? 'No reason was stored.', advice }];
  });
}

function adviceOn({ status, deleted, imported, spec }: RunRecord): string | null {
  if (deleted) return null;
  switch (status) {
    case 'failed':
      return 'Mend what the reason names, then train what is missing: it starts anew.';
    case 'diverged':
      return 'scaled' in spec.policy && spec.policy.scaled
        ? 'The same seed would diverge again: lower the learning rate, raise t0, or try the plain schedule in a new study.'
        : 'The same seed would diverge again: lower the learning rate in a new study.';
    case 'interrupted':
      return imported
        ? 'It was imported without its end: import all of its lines.'
        : 'Train what is missing: it goes on from its last checkpoint.';
    default:
      return null;
  }
}
