import { expect, test } from 'vitest';
import { badRequest, explained } from '#core/errors.ts';

test('a sentence is one line, whatever the names and texts in it hold', () => {
  const error = badRequest('a.png has the class cat\r, and "x\n\n y\u2028z" is not JSON.');
  expect(error.message).toBe('a.png has the class cat , and "x y z" is not JSON.');
  expect(explained(error, (problem) => `Line 1\n${problem}.`).message).toBe(`Line 1 ${error.message}`);
});

test('a sentence with a word of megabytes keeps its beginning and its end', () => {
  const { message } = badRequest(
    `list.txt gives a.png the class ${'x'.repeat(10_000_000)}, which train does not have.`,
  );
  expect(message.length).toBeLessThan(2100);
  expect(message).toMatch(/^list\.txt gives a\.png the class x+ \.\.\. x+, which train does not have\.$/);
});
