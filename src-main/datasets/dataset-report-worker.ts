import { answerOnce } from '../threads/answer-once.ts';
import { reportOn } from './dataset-report.ts';

// Entry of the thread that reads a whole data set for its report.

answerOnce(reportOn);
