import type { RunOutlook, TotalOutlook } from '#core/queue/outlook.ts';
import type { QueueState, Stage } from '#core/queue/queue.ts';
import { count, counted, timeLeft } from './format.ts';
import { leftText } from './run-progress.ts';

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

/** "3 h 20 min left", "at least 40 min left, 3 runs not known yet", with what no total counts; null where nothing trains by itself. */
export function totalWords({
  seconds,
  unknown,
  leftOut,
  runs,
}: TotalOutlook & { readonly runs: number }): string | null {
  const others =
    leftOut === 0 ? '' : `, without ${counted(leftOut, 'run')} that ${leftOut === 1 ? 'waits' : 'wait'} for you`;
  const all = runs - leftOut;
  if (all === 0) return null;
  if (unknown === 0) return `${timeLeft(seconds)}${others}`;
  if (unknown === all) return `${timeLeft(null)}${others}`;
  return `at least ${timeLeft(seconds)}, ${counted(unknown, 'run')} not known yet${others}`;
}

/** "ends in 35 min", with the runs before it; of a run that waits for a person, how long it takes. Null where nothing tells it. */
export function endsWords(outlook: RunOutlook | null): string | null {
  if (outlook === null) return null;
  const { seconds, endsIn, isLeftOut } = outlook;
  if (isLeftOut) return seconds === null ? null : `takes ${leftText(seconds)}`;
  return endsIn === null ? null : `ends in ${leftText(endsIn)}`;
}
