import type { QueueState, Stage } from '#core/queue/queue.ts';

/** What is done with a run before and while it trains. */
export const STAGES: Readonly<Record<Stage, string>> = {
  data: 'reading the data',
  tensorflow: 'starting TensorFlow',
  training: 'training',
};

/** What the strip of the rail says of the queue; `waiting` leaves out the run that is begun. */
export function stripFacts(state: QueueState | null) {
  const { now = null, standstill = null, runs = [] } = state ?? {};
  return { now, standstill, waiting: runs.filter(({ waits }) => waits !== null).length };
}
