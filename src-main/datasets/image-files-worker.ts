import { answerOnce } from '../threads/answer-once.ts';
import { decodedFolder } from './decoded-folder.ts';

// Entry of the thread that lists a folder of images and has them decoded: a hundred thousand files take a second to list.

answerOnce(decodedFolder);
