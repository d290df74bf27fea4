import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { answerOnce } from './answering-thread.ts';
import { contentHash } from './content-hash.ts';
import { openDataSource } from './open-data-source.ts';

// Entry of the thread that reads a data set wholly for its hash.

await answerOnce(async (location: DatasetLocation) => contentHash(await openDataSource(location)));
