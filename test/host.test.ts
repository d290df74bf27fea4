import { expect, test } from 'vitest';
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
