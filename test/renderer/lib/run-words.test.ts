import { expect, it } from 'vitest';
import { findField, RUN_FIELDS } from '#core/run-fields.ts';
import { cellTitle } from '../../../src-renderer/lib/run-words.ts';
import { runSummary } from '../../support/run-summary.ts';

it.each([
  ['test-error', 'running', '–', 'Known once it has finished.'],
  ['test-error', 'failed', '–', 'It was not finished.'],
  ['width', 'running', '–', 'This run has no width.'],
  ['tags', 'running', '–', 'No tags.'],
  ['study', 'running', 'a long name', 'a long name'],
  ['epoch', 'running', '5', null],
  ['status', 'paused', 'paused', 'Paused by the user.'],
] as const)('%s of a run that is %s, where %s stands, says: %s', (key, status, text, title) => {
  const field = findField(RUN_FIELDS, key) ?? RUN_FIELDS[0];
  const run = runSummary({ status, reason: status === 'paused' ? 'Paused by the user.' : null });
  expect(field && cellTitle(field, run, text)).toBe(title);
});
