import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { openHost } from '../src-main/host.ts';
import { openStore } from '../src-main/sqlite/store-thread.ts';
import { newRun, specOf, temporaryFolder } from './support/store-fixtures.ts';

/** A home in which a run waits that cannot be trained. */
async function homeWithQueue(): Promise<string> {
  const home = temporaryFolder();
  const store = await openStore(home);
  await store?.enqueue([newRun('run-1', { spec: specOf({ dataset: 'nowhere' }) })]);
  await store?.close();
  return home;
}

test('a host that stays trains what waits in its home', async () => {
  const host = await openHost({ home: await homeWithQueue(), serve: false, trainWhatIsQueued: true });
  await host.idle();
  expect(await host.client.runs.show({ run: 'run-1' })).toMatchObject({ status: 'interrupted' });
  await host.close('The test is over.');
});

test('a command leaves it alone', async () => {
  const host = await openHost({ home: await homeWithQueue(), serve: false });
  await host.idle();
  expect(await host.client.runs.show({ run: 'run-1' })).toMatchObject({ status: 'queued' });
  await host.close('The test is over.');
});

describe('a host that fails while it opens', () => {
  const obstacles: readonly (readonly [string, (path: string) => void])[] = [
    ['a folder', mkdirSync],
    ['a file', (path) => writeFileSync(path, 'notes')],
    ['a link', (path) => symlinkSync('/nowhere', path)],
  ];
  it.each(obstacles)('says that %s is in the place of its socket, and leaves nothing open', async (what, put) => {
    const home = temporaryFolder();
    put(join(home, 'lab.sock'));
    const opening = openHost({ home, serve: true });
    await expect(opening).rejects.toThrow(
      `${join(home, 'lab.sock')} is ${what}, where the socket of the home has to be`,
    );
    const store = await openStore(home);
    expect(store).not.toBeNull();
    await store?.close();
  });

  it('does not need the place where it serves nobody', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'lab.sock'));
    const host = await openHost({ home, serve: false });
    expect(await host.client.runs.list({})).toEqual([]);
    await host.close('The test is over.');
  });
});

test('a host that is closed twice is closed once', async () => {
  const host = await openHost({ home: temporaryFolder(), serve: true });
  const first = host.close('Over.');
  await Promise.all([first, host.close('Over again.')]);
  await host.close('And again.');
});
