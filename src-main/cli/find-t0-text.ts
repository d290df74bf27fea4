import { percent, signedPoints } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import type { CandidateEvidence, LookEvidence } from '#core/find-t0/evidence.ts';
import type { SearchProgress } from '#core/find-t0/progress.ts';
import { decisionText } from '#core/find-t0/words.ts';
import { durationText } from './quantity-text.ts';
import type { TextColumn } from './text-table.ts';
import { textTable } from './text-table.ts';

const COLUMNS: readonly TextColumn<CandidateEvidence>[] = [
  { title: 't0', align: 'right', cell: ({ t0 }) => t0 },
  { title: 'n', align: 'right', cell: ({ seeds }) => seeds.length },
  { title: 'error increase', align: 'right', cell: ({ errorDelta }) => signedPoints(errorDelta) },
  { title: 'upper bound', align: 'right', cell: ({ looks }) => boundText(looks.at(-1)) },
  { title: 'error spent', align: 'right', cell: ({ spent }) => percent(spent, 2) },
  { title: 'saved (wall)', align: 'right', cell: ({ saved, ci }) => `${percent(saved.wall)}${within(ci.wall)}` },
  { title: 'saved (profile)', align: 'right', cell: ({ saved }) => percent(saved.profile) },
  { title: 'decision', cell: decisionText },
];

/** The candidates that were tried, what they cost, and the recommendation that follows. */
export function searchText({ tried, seconds, recommendation }: SearchProgress): string {
  const used = `${durationText(seconds.used)} of ${durationText(seconds.budget)} used.`;
  return [textTable(COLUMNS, tried), '', recommendation.text, used].join('\n');
}

/** One look at a candidate, printed when it is taken. */
export function candidateText({ t0 }: CandidateEvidence, look: LookEvidence): string {
  const { pairs, errorDelta, upper, level } = look;
  const numbers = `error increase ${signedPoints(errorDelta)} points, upper bound ${signedPoints(upper)} at ${percent(1 - level, 2)}`;
  return `t0 ${t0} with ${pairs} pairs: ${numbers}: ${lookText(look)}`;
}

function lookText({ decision, isOutside }: LookEvidence): string {
  if (decision === 'undecided') return 'undecided';
  return decisionText({ decision, outcome: isOutside ? 'shown-outside' : 'not-shown' });
}

function boundText(look: LookEvidence | undefined): string {
  return look === undefined ? '' : `${signedPoints(look.upper)} (${percent(1 - look.level, 2)})`;
}

function within(interval: Interval | null): string {
  return interval === null ? '' : ` (${percent(interval[0])} to ${percent(interval[1])})`;
}
