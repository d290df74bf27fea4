import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import type { Change } from '#core/records.ts';
import { type LogPart, MOST_LOG_BYTES } from '#core/run-log.ts';
import type { Live } from '../../../src-renderer/state/live.svelte.ts';
import { FollowedLog } from '../../../src-renderer/state/run-log.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A log whose stream gives these parts, one a second, and then ends. */
function followed(...streams: LogPart[][]) {
  let tell: (change: Change) => void = () => undefined;
  const live = {
    onChange: (listener: typeof tell) => {
      tell = listener;
      return () => undefined;
    },
  } as unknown as Live;
  async function* parts(stream: LogPart[]): AsyncGenerator<LogPart> {
    for (const part of stream) {
      yield part;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  const api = { runs: { log: async () => parts(streams.shift() ?? []) } } as unknown as PageClient;
  const log = new FollowedLog(api, 'run1');
  const end = log.follow(live);
  return { log, end, change: (ids: string[]) => tell({ kind: 'runs', ids }) };
}

it('shows the end of the log as it grows, escapes as signs, in a bounded amount of memory', async () => {
  const line = `${'x'.repeat(1023)}\n`;
  const { log, end } = followed([
    { text: '\u001b[1mbegin\n', leftOut: 5 },
    ...Array.from({ length: 40 }, () => ({ text: line.repeat(16), leftOut: 0 })),
    { text: 'end\n', leftOut: 0 },
  ]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([log.isCut, log.isRead, log.text.endsWith('end\n')]).toEqual([true, true, true]);
  expect(log.text.length).toBeLessThan(MOST_LOG_BYTES + 20_000);
  expect(log.pieces.length).toBeLessThan(25);
  end();
});

it('is read again when the run changes, where there was none before', async () => {
  const { log, end, change } = followed([{ text: '', leftOut: 0 }], [{ text: '\u001b[1mloading\n', leftOut: 0 }]);
  await vi.advanceTimersByTimeAsync(2000);
  expect([log.isRead, log.text]).toEqual([true, '']);
  change(['run2']);
  await vi.advanceTimersByTimeAsync(2000);
  expect(log.text).toBe('');
  change(['run1']);
  await vi.advanceTimersByTimeAsync(3000);
  expect(log.text).toBe('␛[1mloading\n');
  end();
});
