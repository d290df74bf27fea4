import { percent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import type { CandidateDecision, CandidateEvidence } from '#core/find/evidence.ts';
import type { SearchProgress } from '#core/find/progress.ts';
import { parameterOf } from '#core/find/searched-parameters.ts';
import type { SearchSettings } from '#core/find/settings.ts';
import { mostTried } from '#core/find/spending.ts';
import { duration, timeLeft } from './format.ts';

/** "cubic scaled · error increase below 0.5 points · t0 from 0.2 to 0.9" */
export function settingsText({ over, tolerance, candidates }: SearchSettings): string {
  const { name, overText, valueText } = parameterOf(over);
  const [lowest, highest] = [candidates[0], candidates[candidates.length - 1]];
  const range = lowest === highest ? valueText(lowest) : `${name} from ${lowest} to ${highest}`;
  return `${overText(over)} · error increase below ${tolerance} points · ${range}`;
}

/** What is trained now, or would be next. */
export function roundText({ round, settings }: SearchProgress): string {
  if (round === null) return '';
  const candidate = parameterOf(settings.over).valueText(round.value);
  switch (round.purpose) {
    case 'probe':
      return 'One run of the baseline, which says how long runs take';
    case 'look':
      return `${candidate} with ${round.pairs} pairs of runs, of at most ${settings.looks.at(-1)?.pairs}`;
    case 'equal-time':
      return `The baseline of equal time for ${candidate}, with ${round.pairs} seeds`;
  }
}

/** "2 of at most 4 values of t0 tried · above 0.35, at most 0.55" */
export function bracketText({ tried, bracket: { notShown, shown }, settings }: SearchProgress): string {
  const { valuesName, savesMost } = parameterOf(settings.over);
  const words = BRACKET_WORDS[savesMost];
  const known = tried.filter(({ decision }) => decision !== 'open').length;
  const count = `${known} of at most ${mostTried(settings.candidates.length)} ${valuesName} tried`;
  if (notShown === null && shown === null) return count;
  if (notShown === null) return `${count} · ${shown} or ${words.saving}`;
  if (shown === null) return `${count} · ${words.beyond} ${notShown}`;
  return `${count} · ${words.beyond} ${notShown}, ${words.upTo} ${shown}`;
}

const BRACKET_WORDS = {
  lowest: { saving: 'lower', beyond: 'above', upTo: 'at most' },
  highest: { saving: 'more', beyond: 'below', upTo: 'at least' },
} as const;

/** "12 min of 2 h used · at most 48 min left" */
export function timeText({ seconds, state }: SearchProgress): string {
  const used = `${duration(seconds.used)} of ${duration(seconds.budget)} used`;
  if (state === 'done') return used;
  return seconds.left === null ? `${used} · time left not known yet` : `${used} · at most ${timeLeft(seconds.left)}`;
}

interface DecisionLook {
  readonly sign: string;
  readonly tone: string;
}

const DECISION_LOOKS: Readonly<Record<CandidateDecision, DecisionLook>> = {
  shown: { sign: '✓', tone: 'text-good' },
  worse: { sign: '?', tone: 'text-muted' },
  'not-shown': { sign: '?', tone: 'text-muted' },
  diverged: { sign: '∞', tone: 'text-bad' },
  open: { sign: '◷', tone: 'text-muted' },
  stuck: { sign: '∞', tone: 'text-bad' },
};

/** The sign and colour of a decision: what is not shown is not marked as bad. */
export function decisionLook({ decision, outcome }: Pick<CandidateEvidence, 'decision' | 'outcome'>): DecisionLook {
  return outcome === 'shown-outside' ? { sign: '✕', tone: 'text-bad' } : DECISION_LOOKS[decision];
}

/** The cells of a candidate's row, as the table writes them. */
export function candidateCells({ seeds, looks, errorDelta, ci, spent, saved }: CandidateEvidence) {
  const look = looks.at(-1);
  return {
    pairs: String(seeds.length),
    errorDelta: signedPoints(errorDelta),
    interval: intervalText(ci.errorDelta, signedPoints),
    upper: look === undefined ? UNKNOWN : signedPoints(look.upper),
    confidence: look === undefined ? '' : `at ${percent(1 - look.level, 2)}`,
    spent: percent(spent, 2),
    wall: percent(saved.wall),
    wallInterval: intervalText(ci.wall, (value) => percent(value)),
    profile: percent(saved.profile),
  };
}

function intervalText(interval: Interval | null, write: (value: number) => string): string {
  return interval === null ? UNKNOWN : `${write(interval[0])} to ${write(interval[1])}`;
}
