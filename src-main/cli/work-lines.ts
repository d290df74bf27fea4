import type { LabClient } from '#contract/client.ts';
import { NOTICED_MS, type WorkRecord, workTime, workWords } from '#core/work.ts';
import { durationText } from './quantity-text.ts';
import type { Terminal } from './terminal.ts';

const TICK_MS = 1000;

/** "Reading flowers: 1,200 of 4,000 images, 12 s, 30 s left". `now` in ms since 1970. */
export function workLine(work: WorkRecord, now: number): string {
  const { seconds, secondsLeft } = workTime(work, now);
  const left = secondsLeft === null ? '' : `, ${durationText(secondsLeft)} left`;
  return `${workWords(work)}, ${durationText(seconds)}${left}`;
}

/**
 * Shows in the line that is written over what the owner of the home does, until the signal aborts; nothing where the terminal has no such
 * line. A stream that breaks leaves its last line: the answer of the command tells why.
 */
export function showWorks(terminal: Terminal, client: LabClient, signal: AbortSignal): void {
  if (!terminal.isLive) return;
  let works: readonly WorkRecord[] = [];
  const show = () => {
    const now = Date.now();
    const work = works.find(({ startedAt }) => now - startedAt >= NOTICED_MS);
    if (work !== undefined && !signal.aborted) terminal.status(workLine(work, now));
  };
  const timer = setInterval(show, TICK_MS).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  const follow = async (): Promise<void> => {
    for await (const list of await client.works.follow({}, { signal })) {
      works = list;
      show();
    }
  };
  void follow().catch(() => undefined);
}
