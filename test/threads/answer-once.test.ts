import { expect, test } from 'vitest';
import { AppError } from '#core/errors.ts';
import { askThread } from '../../src-main/threads/answer-once.ts';

const ENTRY = new URL('../support/answering-thread.ts', import.meta.url);
const question = { name: 'word', does: 'writes large' };

test('the answer comes after every line that was said', async () => {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  expect(await askThread<string>(ENTRY, { ...question, request: 'word', say })).toBe('WORD');
  expect(lines).toEqual(['w', 'o', 'r', 'd']);
});

test('the error of the work keeps its code', async () => {
  const refused = askThread(ENTRY, { ...question, request: '' });
  await expect(refused).rejects.toMatchObject({ code: 'not-found', message: 'There is no word.' });
});

test('a thread that cannot be loaded is told by what it does', async () => {
  const nowhere = askThread(new URL('./nowhere.ts', import.meta.url), { ...question, request: '' });
  await expect(nowhere).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('writes large failed'),
  });
});

test('an end of the wait is heard at once, and the thread ends by itself', async () => {
  const stopping = new AbortController();
  const say = () => stopping.abort(new AppError('unavailable', 'Nobody waits.'));
  const answer = askThread(ENTRY, { ...question, request: 'word', say, signal: stopping.signal });
  await expect(answer).rejects.toThrow('Nobody waits.');
  await expect(askThread(ENTRY, { ...question, request: 'word', signal: stopping.signal })).rejects.toThrow(
    'Nobody waits.',
  );
});
