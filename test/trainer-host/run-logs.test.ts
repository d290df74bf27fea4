import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { visible } from '#core/printable.ts';
import { MOST_LOG_BYTES } from '#core/run-log.ts';
import { runLogsIn } from '../../src-main/trainer-host/run-logs.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

function logOf(text: string) {
  const home = temporaryFolder();
  const folder = join(home, 'run1');
  mkdirSync(folder);
  const path = join(folder, 'trainer.log');
  writeFileSync(path, text);
  return { path, logs: runLogsIn((id) => join(home, id)) };
}

describe("a run's log", () => {
  it('gives its end at once, then what is added, until nobody follows', async () => {
    const { path, logs } = logOf('first\n');
    const ended = new AbortController();
    const parts = logs.follow('run1', { signal: ended.signal });
    expect((await parts.next()).value).toEqual({ text: 'first\n', leftOut: 0, end: 6 });
    const [head, tail] = [Buffer.from('näh\n').subarray(0, 2), Buffer.from('näh\n').subarray(2)];
    let heard = '';
    const hearing = (async () => {
      for await (const { text } of parts) {
        heard += text;
        if (heard.endsWith('\n')) ended.abort();
      }
    })();
    appendFileSync(path, head);
    await new Promise((resolve) => setTimeout(resolve, 20));
    appendFileSync(path, tail);
    await hearing;
    expect(heard).toBe('näh\n');
  });

  it('goes on behind the place to which it was read before', async () => {
    const { path, logs } = logOf('first\nsecond\n');
    const ended = new AbortController();
    const parts = logs.follow('run1', { from: 6, signal: ended.signal });
    expect((await parts.next()).value).toEqual({ text: 'second\n', leftOut: 0, end: 13 });
    appendFileSync(path, 'third\n');
    expect((await parts.next()).value).toEqual({ text: 'third\n', leftOut: 0, end: 19 });
    ended.abort();
    await parts.return(undefined);
  });

  it('leaves out the beginning of a long one, from whole lines on', async () => {
    const { logs } = logOf(`${'x'.repeat(99)}\n`.repeat(10_000));
    const { value } = await logs.follow('run1', { signal: AbortSignal.timeout(1) }).next();
    expect(value).toMatchObject({ leftOut: 1_000_000 - MOST_LOG_BYTES });
    expect(value.text.length % 100).toBe(0);
    expect(value.text.length).toBeGreaterThan(MOST_LOG_BYTES - 100);
  });

  it('is empty where the run has none yet, and ends', async () => {
    const parts = [];
    for await (const part of logOf('').logs.follow('run2', { signal: undefined })) parts.push(part);
    expect(parts).toEqual([{ text: '', leftOut: 0, end: 0 }]);
  });

  it('shows what would steer a terminal as signs', () => {
    expect(visible('a\tb\r\n\u001b[31mred\u001b[0m\r\u0007\u202e\u009b\u007f')).toBe(
      'a\tb\r\n␛[31mred␛[0m␍␇\\u{202e}\\u{9b}␡',
    );
  });
});
