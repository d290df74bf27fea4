import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { OwnTime } from './own-time.ts';

const COMPUTES = `
  while (process.cpuUsage().user < 400_000);
  console.log('computed');
  setTimeout(() => undefined, 60_000);`;

test('the own time of a process holds what it computed and what it waited, and no more than there was', async () => {
  const child = spawn(process.execPath, ['-e', COMPUTES], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const time = new OwnTime({ pids: () => [child.pid ?? 0], lookEveryMs: 20 });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, 100));
  time.end();
  // Of the 400 ms, other threads of the process may have taken a few.
  expect(time.ms).toBeGreaterThan(200);
  expect(time.ms).toBeLessThanOrEqual(time.wallMs);
});
