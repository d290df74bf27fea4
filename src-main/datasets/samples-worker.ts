import { answerOnce } from '../threads/answer-once.ts';
import { drawSamples } from './samples.ts';

// Entry of the thread that draws samples.

answerOnce(drawSamples);
