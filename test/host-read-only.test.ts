import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { LabHost } from '#contract/host.ts';
import { openHost } from '../src-main/host.ts';
import { openStore } from '../src-main/sqlite/store-thread.ts';
import { newRun, temporaryFolder } from './support/store-fixtures.ts';

// Tests may run as root, for whom nothing is write-protected.
vi.mock('../src-main/sqlite/home-copy.ts', async (original) => ({
  ...(await original<typeof import('../src-main/sqlite/home-copy.ts')>()),
  obstacleToWriting: () => 'the disk is read-only',
}));

let home: string;

beforeEach(async () => {
  home = temporaryFolder();
  const store = await openStore(home);
  await store?.enqueue([newRun('run-1')]);
  await store?.setStatus('run-1', 'running', null);
  await store?.close();
  chmodSync(join(home, 'lab.sqlite'), 0o444);
});

async function looking<Result>(look: (host: LabHost) => Promise<Result>): Promise<Result> {
  const host = await openHost({ home, serve: true, trainWhatIsQueued: true });
  try {
    return await look(host);
  } finally {
    await host.close('The test is over.');
  }
}

test('a home that cannot be written is shown as it is: whoever trains its run may be alive', async () => {
  const before = readFileSync(join(home, 'lab.sqlite'));
  const files = readdirSync(home);
  await looking(async ({ client, readOnly, owner }) => {
    expect(readOnly?.sentence).toContain(`${home} cannot be written (the disk is read-only)`);
    expect(owner).toBe(false);
    expect(await client.runs.show({ run: 'run-1' })).toMatchObject({ status: 'running' });
    expect(await client.studies.overview({})).toEqual([]);
  });
  expect(readFileSync(join(home, 'lab.sqlite')).equals(before)).toBe(true);
  expect(readdirSync(home)).toEqual(files);
});

test('nothing can be changed in it, in one sentence that says what to do', async () => {
  await looking(async ({ client }) => {
    for (const change of [
      () => client.runs.pause({ run: 'run-1' }),
      () => client.settings.update({ theme: 'dark' }),
      () => client.runs.update({ runs: ['run-1'], note: 'x' }),
    ]) {
      await expect(change()).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/copy the folder/),
      });
    }
  });
});

test('a page may keep its drafts while it shows it', async () => {
  await looking(async ({ client }) => {
    await client.drafts.save({ key: 'export', value: { format: 'pdf' } });
    expect(await client.drafts.read({ key: 'export' })).toEqual({ value: { format: 'pdf' } });
  });
  expect(existsSync(join(home, 'lab.sock'))).toBe(false);
});
