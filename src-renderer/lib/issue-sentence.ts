import type { z } from 'zod';

/** How zod begins the messages that no schema of ours has worded. */
const UNWORDED = /^(Too small|Too big|Invalid input)/;

/** What a schema has against a value, as one sentence that says what to give instead. */
export function issueSentence(issue: z.core.$ZodIssue): string {
  if (!UNWORDED.test(issue.message)) return asSentence(issue.message);
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'Give a whole number.' : 'Give a number, such as 10 or 0.1.';
    case 'too_small':
      if (issue.origin === 'string') return 'Give it a name.';
      if (issue.origin === 'array') return 'Give at least one value.';
      return issue.inclusive ? `Give ${issue.minimum} or more.` : `Give more than ${issue.minimum}.`;
    case 'too_big':
      if (issue.origin === 'string') return `Use at most ${issue.maximum} letters.`;
      return issue.inclusive ? `Give ${issue.maximum} or less.` : `Give less than ${issue.maximum}.`;
    default:
      return asSentence(issue.message);
  }
}

/** With a capital and a full stop. */
export function asSentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
