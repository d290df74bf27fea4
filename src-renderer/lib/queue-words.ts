import type { QueueState, Stage } from '#core/queue/queue.ts';
import { count } from './format.ts';

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

/** "1 run trains, 12 wait, 2 of them held", and that all is paused. */
export function queueSummary({ runs, now, paused }: QueueState): string {
  const waiting = runs.filter(({ waits }) => waits !== null);
  const held = waiting.filter(({ held: isHeld }) => isHeld).length;
  const first =
    now === null ? 'Nothing trains' : now.stage === 'training' ? '1 run trains' : `1 run: ${STAGES[now.stage]}`;
  const wait =
    waiting.length === 0 ? 'none waits' : `${count(waiting.length)} ${waiting.length === 1 ? 'waits' : 'wait'}`;
  const holds = held === 0 ? '' : `, ${count(held)} held`;
  return `${first}, ${wait}${holds}${paused ? '; the queue is paused' : ''}`;
}
