// Entry of a thread that answers one question, for the tests of threads.
import { AppError } from '#core/errors.ts';
import { answerOnce } from '../../src-main/threads/answer-once.ts';

answerOnce(async (request: string, say) => {
  for (const letter of request) say(letter);
  if (request === '') throw new AppError('not-found', 'There is no word.');
  return request.toUpperCase();
});
