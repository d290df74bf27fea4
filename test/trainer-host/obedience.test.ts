import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { activityOf } from '../../src-main/setup/process-state.mjs';
import { Obedience } from '../../src-main/trainer-host/obedience.ts';

/** A signal is on its way, and a program starts, for as long as the system likes. */
async function becomes(pid: number | undefined, activity: 'stopped' | 'waiting'): Promise<void> {
  while (activityOf(pid ?? 0) !== activity) await setImmediate();
}

/** A process that waits, watched after it was told something; `seconds` pass at once. */
function watched(): { readonly child: ChildProcess; readonly obedience: Obedience; pass(seconds: number): void } {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const child = spawn('sleep', ['60']);
  onTestFinished(() => {
    vi.useRealTimers();
    child.kill('SIGKILL');
  });
  const obedience = new Obedience({ pid: child.pid, kill: () => void child.kill('SIGKILL') });
  obedience.expect();
  onTestFinished(() => obedience.end());
  return { child, obedience, pass: (seconds) => void vi.advanceTimersByTime(seconds * 1000) };
}

it.runIf(existsSync('/proc/self/stat'))('ends a trainer that was stopped before it was told to end', async () => {
  const { child, obedience, pass } = watched();
  child.kill('SIGSTOP');
  await becomes(child.pid, 'stopped');
  pass(5);
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(obedience.reason).toContain('stopped from outside (SIGSTOP)');
});

it.runIf(existsSync('/proc/self/stat'))(
  'ends one that does nothing for a minute, and none that reports something meanwhile',
  async () => {
    const { child, obedience, pass } = watched();
    await becomes(child.pid, 'waiting');
    pass(50);
    obedience.heard();
    pass(50);
    expect(obedience.reason).toBeNull();
    pass(20);
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(obedience.reason).toContain('did nothing for 60 s');
  },
);
