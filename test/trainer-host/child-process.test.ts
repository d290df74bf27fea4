import type { ForkOptions } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { createChildProcessHost } from '../../src-main/trainer-host/child-process.ts';
import { emptyFolder } from '../support/trainer.ts';

vi.mock(import('node:child_process'), async (load) => {
  const real = await load();
  const fork = (entry: string | URL, options?: ForkOptions | readonly string[]) =>
    real.fork(entry, { ...(options as ForkOptions), execPath: '/no/such/program' });
  return { ...real, fork };
});

it('a trainer that the system does not start has ended, and takes nobody with it', async () => {
  const folder = await emptyFolder();
  const trainer = createChildProcessHost().start(folder, () => undefined, null);
  const reason = 'The trainer could not be started: spawn /no/such/program ENOENT.';
  await expect(trainer.ended).resolves.toEqual({ reason, isAccident: false, hinders: null });
  await rm(folder, { recursive: true });
});
