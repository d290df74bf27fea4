import type { Diagnosis } from '#contract/desktop.ts';
import { diagnose } from './diagnosis.ts';
import { answerOnce } from './threads/answer-once.ts';

// Entry of the thread that looks at what is installed.

answerOnce(async (): Promise<Diagnosis> => {
  const { notes: _notes, ...diagnosis } = await diagnose();
  return diagnosis;
});
