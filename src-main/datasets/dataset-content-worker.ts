import { answerOnce } from '../threads/answer-once.ts';
import { readContent } from './dataset-content.ts';

// Entry of the thread that reads a whole data set for its hashes and labels.

answerOnce(readContent);
