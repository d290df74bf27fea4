import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#core/run-event.ts';
import { EventLog } from '#core/training/event-log.ts';

function logFrom(lastSeq: number) {
  const sent: RunEvent[] = [];
  const log = new EventLog({ runId: 'run', lastSeq, now: () => 7, send: (event) => sent.push(event) });
  const freeze = (layer: number) => log.emit({ type: 'layer.frozen', layer, step: layer, epoch: 1 });
  return { log, sent, freeze };
}

describe('EventLog', () => {
  it('goes on from the last stored number', () => {
    const { sent, freeze } = logFrom(41);
    freeze(0);
    freeze(1);
    expect(sent).toEqual([
      { type: 'layer.frozen', layer: 0, step: 0, epoch: 1, seq: 42, runId: 'run', at: 7 },
      { type: 'layer.frozen', layer: 1, step: 1, epoch: 1, seq: 43, runId: 'run', at: 7 },
    ]);
  });

  it('repeats, under new numbers, what the host had not stored when it died', () => {
    const before = logFrom(10);
    for (const layer of [0, 1, 2, 3]) before.freeze(layer);
    // 11 and 12 were stored, then the new host noted as 13 that the run was interrupted.
    const after = logFrom(13);
    after.log.repeatLost(before.log.recent);
    expect(after.sent.map((event) => [event.seq, event.type === 'layer.frozen' && event.layer])).toEqual([
      [14, 2],
      [15, 3],
    ]);
  });

  it('repeats nothing after a pause, whose events come after those of the checkpoint', () => {
    const before = logFrom(10);
    before.freeze(0);
    const after = logFrom(13);
    after.log.repeatLost(before.log.recent);
    expect(after.sent).toEqual([]);
  });

  it('remembers the last hundred', () => {
    const { log, freeze } = logFrom(0);
    for (let layer = 0; layer < 250; layer++) freeze(layer);
    expect(log.recent.map((event) => event.seq)).toEqual(Array.from({ length: 100 }, (_, index) => 151 + index));
  });
});
