import type { RunEvent } from '#core/run-event.ts';
import { runEventSchema } from '#core/run-event.ts';

const events = [
  { type: 'run.resumed', step: 20, reason: 'Goes on with step 20.' },
  { depth: 1, step: 21, place: 'none', images: 0, bytes: 0, predictedSaved: 0, reason: 'Keeping would cost more.' },
  { depth: 2, step: 30, place: 'disk', images: 500, bytes: 6.5e7, predictedSaved: 1.25, reason: 'Keeping pays.' },
  { images: 1000, hits: 300, advanced: 100, saved: 1, predictedSaved: 1.25, computeSaved: 0.3 },
  { depth: 2, step: 31, place: 'memory', images: 400, bytes: 5.2e7, predictedSaved: 1, reason: 'The disk failed.' },
  { images: 200, hits: 100, advanced: 40, saved: 0.5, predictedSaved: 1, computeSaved: 0.25 },
];

/** Of a run that was paused after its second layer had frozen, and whose disk failed when it went on. */
export const CACHE_EVENTS: readonly RunEvent[] = events.map((body, index) => {
  const type = 'depth' in body ? 'prefix-cache.decided' : 'hits' in body ? 'prefix-cache.finished' : 'run.resumed';
  return runEventSchema.parse({ type, ...body, seq: index + 1, runId: 'run1', at: index });
});
