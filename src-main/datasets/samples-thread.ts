import type { DatasetSamples } from '#core/records.ts';
import { askThread } from '../threads/answer-once.ts';
import type { SamplesRequest } from './samples.ts';

/** Draws samples in a thread of its own: some hundred megabytes are read for forty images. */
export function samplesInThread(request: SamplesRequest, signal?: AbortSignal): Promise<DatasetSamples> {
  const entry = new URL('./samples-worker.ts', import.meta.url);
  return askThread(entry, { name: 'samples', does: 'draws samples', request, signal });
}
