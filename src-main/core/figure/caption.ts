import { enumerated } from '#core/analysis/name-list.ts';
import type { RunSummary } from '#core/records.ts';
import { shortened } from './labels.ts';

const LONGEST_STUDY_NAME = 120;
/** More ids than these would be half of a figure; its table has all of them. */
const MOST_RUN_IDS = 3;

/** "Runs: 4k2h8d0cxx, 9x1m2n3byy.": whole ids, with which a reader finds the numbers again; of many runs, where they are. */
export function runIds(ids: readonly string[]): string[] {
  const distinct = [...new Set(ids)];
  if (distinct.length === 0) return [];
  if (distinct.length > MOST_RUN_IDS) return [`${distinct.length} runs; the CSV of the figure has their ids.`];
  return [`${distinct.length === 1 ? 'Run' : 'Runs'}: ${distinct.join(', ')}.`];
}

/** "Study “quick”." or "Studies “one” and “two”." */
export function studyNames(names: readonly (string | null)[]): string {
  const quoted = [...new Set(names)].flatMap((name) =>
    name === null ? [] : [`“${shortened(name, LONGEST_STUDY_NAME)}”`],
  );
  if (quoted.length === 0) return '';
  return `${quoted.length === 1 ? 'Study' : 'Studies'} ${enumerated(quoted)}`;
}

/** The description of one run: "cubic scaled 0.8, seed 2, of study “quick”". */
export function runCaption(run: Pick<RunSummary, 'arm' | 'studyName' | 'spec'>, policy: string): string {
  const study = run.studyName === null ? '' : ` of study “${shortened(run.studyName, LONGEST_STUDY_NAME)}”`;
  return `${shortened(run.arm ?? policy, LONGEST_STUDY_NAME)}, seed ${run.spec.seed}${study}`;
}

/** "n = 3 seeds", "n = 2 to 3 seeds". */
export function countRange(counts: readonly number[]): string {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least === most ? `n = ${most} ${most === 1 ? 'seed' : 'seeds'}` : `n = ${least} to ${most} seeds`;
}
