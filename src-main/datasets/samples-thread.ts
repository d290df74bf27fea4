import type { DatasetSamples } from '#core/records.ts';
import { askThread } from '../threads/answer-once.ts';
import type { SamplesRequest } from './samples.ts';

/** A data set of some hundred megabytes is read for forty of its images: in a thread of its own. */
export function samplesInThread(request: SamplesRequest): Promise<DatasetSamples> {
  const entry = new URL('./samples-worker.ts', import.meta.url);
  return askThread(entry, { name: 'samples', does: 'draws samples', request });
}
