import type { z } from 'zod';

/** What a schema has against a value, as one sentence that says what to give instead. */
export function issueSentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'Give a whole number.' : 'Give a number, such as 10 or 0.1.';
    case 'too_small':
      return issue.origin === 'number'
        ? bound(issue.minimum, issue.inclusive, 'or more', 'more than')
        : lengthOf(issue);
    case 'too_big':
      return issue.origin === 'number'
        ? bound(issue.maximum, issue.inclusive, 'or less', 'less than')
        : lengthOf(issue);
    default:
      return capitalised(issue.message);
  }
}

function bound(limit: number | bigint, inclusive: boolean | undefined, within: string, beyond: string): string {
  return inclusive ? `Give ${limit} ${within}.` : `Give ${beyond} ${limit}.`;
}

/** Of texts and lists; the schemas of ours word what they ask of lists themselves. */
function lengthOf(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  if (issue.origin !== 'string') return capitalised(issue.message);
  return issue.code === 'too_small' ? 'Give it a name.' : `Use at most ${issue.maximum} letters.`;
}

function capitalised(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
