import { startTimeSchema } from '#core/policy/freezeout.ts';
import { issueSentence } from './issue-sentence.ts';
import { numberIn } from './number-text.ts';
import type { PolicyChoices } from './policy-choices.ts';

/** What is wrong with a t0 that is being typed; null for none, and while nothing is typed. */
export function startTimeError(text: string, known: readonly number[]): string | null {
  if (text.trim() === '') return null;
  const t0 = numberIn(text);
  const issue = startTimeSchema.safeParse(t0).error?.issues[0];
  if (issue !== undefined) return issueSentence(issue);
  return known.includes(t0) ? 'It is there already.' : null;
}

/** The choices with what is typed among the t0, in ascending order. */
export function withStartTime(choices: PolicyChoices): Pick<PolicyChoices, 't0s' | 't0Text'> {
  return { t0s: [...choices.t0s, numberIn(choices.t0Text)].sort((a, b) => a - b), t0Text: '' };
}
