import { rm } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { createChildProcessHost } from '../../src-main/trainer-host/child-process.ts';
import { emptyFolder } from '../support/trainer.ts';

const { execPath } = process;

afterEach(() => {
  process.execPath = execPath;
});

it('a trainer that the system does not start has ended, and takes nobody with it', async () => {
  const folder = await emptyFolder();
  process.execPath = '/no/such/program';
  const trainer = createChildProcessHost().start(folder, () => undefined, null);
  const reason = 'The trainer could not be started: spawn /no/such/program ENOENT.';
  await expect(trainer.ended).resolves.toEqual({ reason, isAccident: false });
  await rm(folder, { recursive: true });
});
