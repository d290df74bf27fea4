import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#core/run-event.ts';
import { EventLog } from '#core/training/event-log.ts';
import { lostEvents, type StoredEvent } from '#core/training/lost-events.ts';

function logFrom(lastSeq: number, stored: readonly StoredEvent[] = []) {
  const sent: RunEvent[] = [];
  let at = 1000 * lastSeq;
  const log = new EventLog({ runId: 'run', lastSeq, stored, now: () => ++at, send: (event) => sent.push(event) });
  const freeze = (layer: number) => log.emit({ type: 'layer.frozen', layer, step: layer, epoch: 1 });
  return { log, sent, freeze };
}

/** What a host has stored: these events, then as many of its own. */
function storedAfter(events: readonly RunEvent[], own = 0) {
  const known = events.map(({ seq, at }) => ({ seq, at }));
  for (let index = 0; index < own; index++) known.push({ seq: (known.at(-1)?.seq ?? 0) + 1, at: 7 });
  return { lastSeq: known.at(-1)?.seq ?? 0, stored: known };
}

const numbersOf = (events: readonly RunEvent[] | null) => events?.map(({ seq }) => seq) ?? null;

describe('EventLog', () => {
  it('goes on from the last stored number', () => {
    const { sent, freeze } = logFrom(41);
    freeze(0);
    freeze(1);
    expect(sent).toEqual([
      { type: 'layer.frozen', layer: 0, step: 0, epoch: 1, seq: 42, runId: 'run', at: 41_001 },
      { type: 'layer.frozen', layer: 1, step: 1, epoch: 1, seq: 43, runId: 'run', at: 41_002 },
    ]);
  });

  it('repeats events under new numbers', () => {
    const before = logFrom(10);
    for (const layer of [0, 1, 2, 3]) before.freeze(layer);
    const after = logFrom(13);
    after.log.repeat(before.log.kept.recentEvents.slice(2));
    expect(after.sent.map((event) => [event.seq, event.type === 'layer.frozen' && event.layer])).toEqual([
      [14, 2],
      [15, 3],
    ]);
  });

  it('remembers the last hundred, and which one came before them', () => {
    const { log, freeze } = logFrom(0);
    expect(log.kept).toEqual({ recentEvents: [], before: null });
    for (let layer = 0; layer < 250; layer++) freeze(layer);
    expect(numbersOf(log.kept.recentEvents)).toEqual(Array.from({ length: 100 }, (_, index) => 151 + index));
    expect(log.kept.before).toEqual({ seq: 150, at: 150 });
    expect(logFrom(10, [{ seq: 10, at: 5 }]).log.kept.before).toEqual({ seq: 10, at: 5 });
  });
});

describe('the events that a host has lost', () => {
  const trained = logFrom(0);
  for (let layer = 0; layer < 250; layer++) trained.freeze(layer);
  const { kept } = trained.log;

  it('are those after the last one that it knows, however many it has noted itself since', () => {
    for (const own of [0, 1, 5]) {
      const lost = lostEvents(kept, storedAfter(trained.sent.slice(0, 247), own));
      expect(numbersOf(lost)).toEqual([248, 249, 250]);
    }
    expect(lostEvents(kept, storedAfter(trained.sent, 2))).toEqual([]);
  });

  it('are all that the checkpoint keeps where the host knows the one before, or the run had just begun', () => {
    expect(numbersOf(lostEvents(kept, storedAfter(trained.sent.slice(0, 150), 1)))?.length).toBe(100);
    const first = { recentEvents: trained.sent.slice(0, 5), before: null };
    expect(numbersOf(lostEvents(first, storedAfter([])))).toEqual([1, 2, 3, 4, 5]);
  });

  it('are unknown where others are missing before them, or where their numbers belong to other events', () => {
    expect(lostEvents(kept, storedAfter(trained.sent.slice(0, 149), 0))).toBeNull();
    expect(lostEvents(kept, storedAfter(trained.sent.slice(0, 100), 140))).toBeNull();
  });

  it('are told by their numbers where a checkpoint of an earlier version does not say what came before', () => {
    const { recentEvents } = kept;
    expect(numbersOf(lostEvents({ recentEvents }, storedAfter([], 248)))).toEqual([248, 249, 250]);
    expect(lostEvents({ recentEvents }, storedAfter([], 149))).toBeNull();
  });
});
