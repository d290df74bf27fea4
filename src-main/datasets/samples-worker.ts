import { answerOnce } from './answering-thread.ts';
import { drawSamples } from './samples.ts';

// Entry of the thread that draws samples.

await answerOnce(drawSamples);
