import { quotedName } from '#core/analysis/name-list.ts';
import { percent, signedPoints } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import type { EqualTimeEvidence } from './equal-time.ts';
import type { CandidateEvidence, LookEvidence } from './evidence.ts';
import type { SearchEnd, SearchStanding } from './search.ts';
import { parameterOf } from './searched-parameters.ts';
import type { SearchSettings } from './settings.ts';
import { mostTried } from './spending.ts';

/** The result of a search; the evidence for it is in the candidates that were tried. */
export interface Recommendation {
  /** Of the values that were shown to be within the tolerance, the one that saves most; null where none was. */
  readonly value: number | null;
  /** The name of its arm. */
  readonly arm: string | null;
  /** The reason why nothing more is trained; null while there is more to train. */
  readonly end: SearchEnd | null;
  readonly againstEqualTime: EqualTimeEvidence | null;
  /** The same in sentences, which claim no more than that. */
  readonly text: string;
}

export function recommend(settings: SearchSettings, standing: SearchStanding): Recommendation {
  const { best, againstEqualTime, next } = standing;
  const end = 'end' in next ? next.end : null;
  const found = best === null ? [noneText(settings, standing)] : [shownText(best, settings)];
  const control = best === null ? [] : [equalTimeText(againstEqualTime, settings.equalTime, end)];
  const text = [...found, ...control, endText(settings, standing, end)].filter((part) => part !== '').join(' ');
  return { value: best?.value ?? null, arm: best?.arm ?? null, end, againstEqualTime, text };
}

function shownText({ arm, looks, saved, ci, seeds, errorDelta }: CandidateEvidence, settings: SearchSettings): string {
  const look = looks.at(-1);
  // The levels of the looks are shared out over the errors alone.
  const wall = `${percent(saved.wall)} of the training time${within(ci.wall, percent, ', not adjusted for the search')}`;
  const saves = ci.wall !== null && ci.wall[0] > 0 ? `saves ${wall}` : `saves ${wall}, so not shown to save any`;
  const bound = look === undefined ? '' : `, ${boundText(look)}`;
  return `${quotedName(arm)} ${saves}, and its error increase is shown to be below ${settings.tolerance} points (mean ${signedPoints(errorDelta)}${bound}, n = ${seeds.length}).`;
}

/** "upper bound +0.41 at 99.6 %" */
function boundText({ upper, level }: LookEvidence): string {
  return `upper bound ${signedPoints(upper)} at ${percent(1 - level, 2)}`;
}

function noneText(settings: SearchSettings, { tried, next }: SearchStanding): string {
  const closest = tried.findLast((candidate) => candidate.looks.length > 0);
  const evidence = closest === undefined ? '' : `; the last one tried, ${closestText(closest)}`;
  const soFar = 'train' in next ? ' so far' : '';
  return `${noneSubject(settings)} shown${soFar} to keep the error increase below ${settings.tolerance} points${evidence}.`;
}

/** "No t0 from 0.2 to 0.9 is" or "t0 = 0.5 is not" */
function noneSubject({ over, candidates }: SearchSettings): string {
  const { name, valueText } = parameterOf(over);
  const [lowest, highest] = [candidates[0], candidates[candidates.length - 1]];
  return lowest === highest ? `${valueText(lowest)} is not` : `No ${name} from ${lowest} to ${highest} is`;
}

function closestText({ arm, errorDelta, ci, seeds, decision, outcome }: CandidateEvidence): string {
  const notShown = decision === 'worse' ? 'was given up, without anything shown' : 'was not shown';
  const words = outcome === 'shown-outside' ? 'is shown to exceed that' : notShown;
  return `${quotedName(arm)}, ${words} (mean ${signedPoints(errorDelta)}${within(ci.errorDelta, signedPoints)}, n = ${seeds.length})`;
}

function equalTimeText(evidence: EqualTimeEvidence | null, isWanted: boolean, end: SearchEnd | null): string {
  if (evidence === null) {
    if (!isWanted) return 'The search did not ask whether it is better than training less.';
    return end === null ? '' : 'Whether it is better than training less is unknown: the budget did not suffice.';
  }
  const { errorDelta, ci, seeds, outcome } = evidence;
  return `${EQUAL_TIME_WORDS[outcome]}: error ${signedPoints(errorDelta)} points against a baseline of equal time${within(ci, signedPoints)}, n = ${seeds.length}.`;
}

const EQUAL_TIME_WORDS: Readonly<Record<EqualTimeEvidence['outcome'], string>> = {
  'shown-better': 'It is shown better than training less',
  'shown-not-better': 'It is shown not better than training less, but to make more errors',
  'not-shown': 'It is not shown whether it is better than training less',
};

function endText(settings: SearchSettings, { tried, best, bracket }: SearchStanding, end: SearchEnd | null): string {
  if (end === 'stuck')
    return 'A run of the baseline diverged, so the search cannot go on: choose a lower learning rate.';
  // Where no candidate is open, only the equal-time runs did not fit into the budget.
  if (end !== 'budget' || tried.at(-1)?.decision !== 'open') return '';
  const { name, valuesName, savesMost } = parameterOf(settings.over);
  const ends = savesMost === 'lowest' ? ['lowest', 'highest'] : ['highest', 'lowest'];
  const between = `${bracket.notShown ?? `the ${ends[0]}`} and ${bracket.shown ?? `the ${ends[1]}`}`;
  const known = tried.filter(({ decision, looks }) => looks.length > 0 || decision === 'diverged').length;
  const open = `${known} of at most ${mostTried(settings.candidates.length)} ${valuesName} were tried`;
  return best === null
    ? `The budget ended the search: ${open}.`
    : `The budget ended the search: ${open}, and a ${name} between ${between} may save more.`;
}

function within(interval: Interval | null, write: (value: number) => string, note = ''): string {
  return interval === null ? '' : ` (95 % interval ${write(interval[0])} to ${write(interval[1])}${note})`;
}
