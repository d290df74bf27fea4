import { z } from 'zod';
import { jsonOf } from '../json-of.ts';
import { eventCount } from '../ranges.ts';
import { type RunEvent, runEventSchema } from '../run-event.ts';
import { boundedRecord, parsedSafely } from '../validation.ts';

/** A job that is requeued every hour has so many after ten years. */
const MOST_ATTEMPTS = 100_000;

/** By the numbers of the attempts before: the last event of each that an attempt goes on from, 0 for none. */
export const beginningSchema = z.object({ from: boundedRecord(z.string(), eventCount, MOST_ATTEMPTS) });
export type Beginning = z.infer<typeof beginningSchema>;

/** What an attempt has left of a run. */
export interface AttemptEvents {
  readonly attempt: number;
  /** Null where it was not there, or is not shown yet. */
  readonly beginning: Beginning | null;
  readonly events: readonly RunEvent[];
}

/**
 * The events of a file, up to the first line that is not whole: a process that was killed, or a disk that was full, leaves half a line, and what
 * is not whole was never reported.
 */
export function eventsOfText(text: string): readonly RunEvent[] {
  const events: RunEvent[] = [];
  for (let start = 0, end = text.indexOf('\n'); end !== -1; start = end + 1, end = text.indexOf('\n', start)) {
    const parsed = parsedSafely(runEventSchema, jsonOf(text.slice(start, end)));
    if (!parsed.success) break;
    events.push(parsed.data);
  }
  return events;
}

/**
 * One stream from what all attempts have reported, behind the number that a reader has come to. Each attempt says, before it reports anything, up to
 * which event of each attempt before it goes on: what those report beyond that, where they live on unknown, does not count, whoever looks
 * and whenever. What is in a checkpoint of such an attempt, and so in nobody's stream, is reported again by the one that goes on from the
 * checkpoint (`lostEvents`). Reading all again adds nothing.
 */
export function acceptedEvents(attempts: readonly AttemptEvents[], lastSeq: number): readonly RunEvent[] {
  const accepted: RunEvent[] = [];
  let last = lastSeq;
  const lastCounted = lastCountedOf(attempts);
  for (const { attempt, events } of inOrder(attempts)) {
    const end = lastCounted(attempt);
    for (const event of events) {
      if (event.seq <= last || event.seq > end) continue;
      accepted.push(event);
      last = event.seq;
    }
  }
  return accepted;
}

/** What a new attempt goes on from, after these. */
export function beginningAfter(attempts: readonly AttemptEvents[]): Beginning {
  const lastCounted = lastCountedOf(attempts);
  const ends = attempts.map(({ attempt, events }) => {
    const end = lastCounted(attempt);
    return [String(attempt), events.findLast(({ seq }) => seq <= end)?.seq ?? 0];
  });
  return { from: Object.fromEntries(ends) };
}

/**
 * The number of the last event of an attempt that can count, by what the newer ones go on from: the least of the numbers that these give, 0 where
 * one of them names none. Counted through once, since a folder may hold very many attempts.
 */
function lastCountedOf(attempts: readonly AttemptEvents[]): (attempt: number) => number {
  const said = new Map<number, { times: number; least: number }>();
  const newestFirst = inOrder(attempts).toReversed();
  const beginningsAfter = new Map<number, number>();
  let beginnings = 0;
  for (const { attempt, beginning } of newestFirst) {
    beginningsAfter.set(attempt, beginnings);
    if (beginning === null) continue;
    beginnings++;
    for (const [key, seq] of Object.entries(beginning.from)) {
      const older = Number(key);
      const { times, least } = said.get(older) ?? { times: 0, least: Number.POSITIVE_INFINITY };
      if (older < attempt) said.set(older, { times: times + 1, least: Math.min(least, seq) });
    }
  }
  return (attempt) => {
    const { times, least } = said.get(attempt) ?? { times: 0, least: Number.POSITIVE_INFINITY };
    return times < (beginningsAfter.get(attempt) ?? 0) ? Math.min(0, least) : least;
  };
}

function inOrder(attempts: readonly AttemptEvents[]): readonly AttemptEvents[] {
  return [...attempts].sort((one, other) => one.attempt - other.attempt);
}

/** The highest number that any attempt has given to an event; 0 where there is none. */
export function highestSeq(attempts: readonly AttemptEvents[]): number {
  return Math.max(0, ...attempts.map(({ events }) => events.at(-1)?.seq ?? 0));
}
