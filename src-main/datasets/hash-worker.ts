import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { answerOnce } from '../threads/answer-once.ts';
import { contentHash } from './content-hash.ts';
import { openDataSource } from './open-data-source.ts';

// Entry of the thread that reads a whole data set for its hash.

answerOnce(async (location: DatasetLocation) => contentHash(await openDataSource(location)));
