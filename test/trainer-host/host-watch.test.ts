import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, trainersOf } from '../support/processes.ts';
import { emptyFolder } from '../support/trainer.ts';

/** What the product promises; a machine whose cores are busy with other work may miss it now and then. */
const DEADLINE_MS = 2000;
const ONCE_MORE = { retry: 2 };
/** Several looks of the watch. */
const STOPPED_MS = 900;

const HOST = fileURLToPath(new URL('../support/dying-host-of-blocked.ts', import.meta.url));

describe('a trainer whose host is killed ends within 2 s', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await emptyFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function blockedBy(how: string) {
    const argv = [HOST, folder, how, join(folder, 'pipe')];
    const host = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    // A host that ends has nothing blocked.
    const ended = once(host, 'exit').then(([code]) => Promise.reject(new Error(`The host ended with ${code}.`)));
    await Promise.race([once(host.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    const [trainer] = trainersOf(host.pid ?? 0);
    expect(isAlive(trainer)).toBe(true);
    return { host, trainer };
  }

  async function expectEnd(trainer: number): Promise<void> {
    const killedAt = performance.now();
    while (isAlive(trainer) && performance.now() - killedAt < 2 * DEADLINE_MS) await sleep(20);
    if (isAlive(trainer)) process.kill(trainer, 'SIGKILL');
    expect(performance.now() - killedAt).toBeLessThan(DEADLINE_MS);
  }

  it.each([
    'a loop that never ends',
    'a call into a library',
    'a pipe that its main thread opens',
    'a pipe that is opened for it',
    'a pipe that another thread opens',
  ])('blocked by %s', ONCE_MORE, async (how) => {
    const { host, trainer } = await blockedBy(how);
    host.kill('SIGKILL');
    await expectEnd(trainer);
  });

  it('but goes on where its host was only stopped for a while', ONCE_MORE, async () => {
    const { host, trainer } = await blockedBy('a call into a library');
    host.kill('SIGSTOP');
    await sleep(STOPPED_MS);
    expect(isAlive(trainer)).toBe(true);
    host.kill('SIGCONT');
    await sleep(STOPPED_MS);
    expect(isAlive(trainer)).toBe(true);
    host.kill('SIGKILL');
    await expectEnd(trainer);
  });
});
