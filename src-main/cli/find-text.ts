import { percent, signedPoints } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import type { CandidateEvidence, LookEvidence } from '#core/find/evidence.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { parameterOf } from '#core/find/searched-parameters.ts';
import { decisionText } from '#core/find/words.ts';
import { durationText } from './quantity-text.ts';
import type { TextColumn } from './text-table.ts';
import { textTable } from './text-table.ts';

const COLUMNS: readonly TextColumn<CandidateEvidence>[] = [
  { title: 'n', align: 'right', cell: ({ seeds }) => seeds.length },
  { title: 'error increase', align: 'right', cell: ({ errorDelta }) => signedPoints(errorDelta) },
  { title: 'upper bound', align: 'right', cell: ({ looks }) => boundText(looks.at(-1)) },
  { title: 'error spent', align: 'right', cell: ({ spent }) => percent(spent, 2) },
  { title: 'saved (wall)', align: 'right', cell: ({ saved, ci }) => `${percent(saved.wall)}${within(ci.wall)}` },
  { title: 'saved (profile)', align: 'right', cell: ({ saved }) => percent(saved.profile) },
  { title: 'decision', cell: decisionText },
];

/** The candidates that were tried, what they cost, and the recommendation that follows. */
export function searchText({ settings, tried, seconds, recommendation }: SearchProgress): string {
  const value: TextColumn<CandidateEvidence> = {
    title: parameterOf(settings.over).columnTitle,
    align: 'right',
    cell: (candidate) => candidate.value,
  };
  const used = `${durationText(seconds.used)} of ${durationText(seconds.budget)} used.`;
  return [textTable([value, ...COLUMNS], tried), '', recommendation.text, used].join('\n');
}

/** One look at a candidate, printed when it is taken. */
export function lookText(candidate: string, look: LookEvidence): string {
  const { pairs, errorDelta, upper, level } = look;
  const numbers = `error increase ${signedPoints(errorDelta)} points, upper bound ${signedPoints(upper)} at ${percent(1 - level, 2)}`;
  return `${candidate} with ${pairs} pairs: ${numbers}: ${lookDecisionText(look)}`;
}

function lookDecisionText({ decision, isOutside }: LookEvidence): string {
  if (decision === 'undecided') return 'undecided';
  return decisionText({ decision, outcome: isOutside ? 'shown-outside' : 'not-shown' });
}

function boundText(look: LookEvidence | undefined): string {
  return look === undefined ? '' : `${signedPoints(look.upper)} (${percent(1 - look.level, 2)})`;
}

function within(interval: Interval | null): string {
  return interval === null ? '' : ` (${percent(interval[0])} to ${percent(interval[1])})`;
}
