import { answerOnce } from '../threads/answer-once.ts';
import { treeVersion } from './folder-tree.ts';

// Entry of the thread that looks whether a folder of images has changed.

answerOnce(treeVersion);
