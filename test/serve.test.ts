import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { CONTRACT_NUMBER } from '#core/elsewhere/hello.ts';
import packageDescription from '../package.json' with { type: 'json' };
import { openHost } from '../src-main/host.ts';
import { ownerProcess } from '../src-main/socket/owner-process.ts';
import { openStore } from '../src-main/sqlite/store-thread.ts';
import { dialStdio } from './support/dialled.ts';
import { labJson, startLab } from './support/lab-process.ts';
import { endOwner, servedHome } from './support/served-home.ts';
import { newRun, specOf, temporaryFolder } from './support/store-fixtures.ts';

/** Resolves once `lab serve` has said where it serves. */
async function served(home: string, ...options: string[]) {
  const lab = startLab(home, ['serve', ...options, '--json']);
  for await (const line of createInterface(lab.child.stdout as NonNullable<typeof lab.child.stdout>)) {
    if (line.includes('"address"')) return { ...lab, place: JSON.parse(line) };
  }
  throw new Error('lab serve ended before it served.');
}

/** A run that waits in the home and cannot be trained. */
async function queueRun(home: string): Promise<void> {
  const store = await openStore(home);
  await store?.enqueue([newRun('run-1', { spec: specOf({ dataset: 'nowhere' }) })]);
  await store?.close();
}

describe('lab serve', () => {
  it('has the home until a signal, and says where it is', async () => {
    const home = servedHome();
    const { place, child, ended } = await served(home, '--idle', '1h');
    expect(place).toMatchObject({ home, process: child.pid, address: expect.stringMatching(`^ssh://.+${home}$`) });
    expect(await labJson(home, ['runs', 'list'])).toEqual([]);
    const second = await startLab(home, ['serve']).ended;
    expect(second).toMatchObject({ code: 2, stderr: `Another program has ${home}, and serves it already.\n` });
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect(existsSync(join(home, 'lab.sock'))).toBe(false);
  });

  it('trains what waits, and ends once there is nothing to do; a program that is connected is something', async () => {
    const home = servedHome();
    await queueRun(home);
    const { ended } = await served(home, '--idle', '1s');
    const client = await openHost({ home, serve: false });
    expect(client.owner).toBe(false);
    let hasEnded = false;
    void ended.then(() => {
      hasEnded = true;
    });
    await expect.poll(async () => (await client.client.runs.show({ run: 'run-1' })).status).toBe('interrupted');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(hasEnded).toBe(false);
    await client.close('The test is over.');
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to do for 1 s') });
  });

  it('leaves alone what waits where it trains only what is asked for', async () => {
    const home = servedHome();
    await queueRun(home);
    await expect(startLab(home, ['serve', '--asked', '--idle', '1s']).ended).resolves.toMatchObject({ code: 0 });
    expect(await labJson(home, ['runs', 'list'])).toMatchObject([{ id: 'run-1', status: 'queued' }]);
  });
});

describe('lab dial-stdio', () => {
  it('starts a program that serves the home, says where it leads, and joins both; the program outlives it', async () => {
    const home = servedHome();
    const dialled = dialStdio(home);
    expect(await dialled.hello).toEqual({ version: packageDescription.version, contract: CONTRACT_NUMBER, home });
    dialled.child.stdin.write(
      'GET / HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await expect.poll(() => dialled.bytes()).toMatch(/^HTTP\/1\.1 101 .*\r\nfreezeout-lab: 2\r\n/s);
    const owner = ownerProcess(home);
    dialled.child.stdin.end();
    expect(await dialled.code).toBe(0);
    expect(ownerProcess(home)?.pid).toBe(owner?.pid);
    await endOwner(home);
  });

  it('joins the program that has the home already', async () => {
    const home = servedHome();
    const { child } = await served(home);
    const dialled = dialStdio(home);
    expect(await dialled.hello).toMatchObject({ home });
    expect(ownerProcess(home)?.pid).toBe(child.pid);
    dialled.child.stdin.end();
    expect(await dialled.code).toBe(0);
  });

  it('says in its line why nobody can be reached, and ends with 3', async () => {
    const home = join(temporaryFolder(), 'file');
    writeFileSync(home, '');
    const dialled = dialStdio(home);
    expect(await dialled.hello).toEqual({
      error: `${home} is a file, not a folder: choose another folder with --home.`,
    });
    expect(await dialled.code).toBe(3);
  });

  it('passes on what the program says that could not serve', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'lab.sock'), 'notes');
    const dialled = dialStdio(home);
    expect(await dialled.hello).toEqual({ error: expect.stringContaining('where the socket of the home has to be') });
    expect(await dialled.code).toBe(3);
  });

  it('makes no home where there has to be one', async () => {
    const home = temporaryFolder();
    const dialled = dialStdio(home, '--existing');
    expect(await dialled.hello).toEqual({
      error: expect.stringContaining(`The home that was in ${home} is not there`),
    });
    expect(await dialled.code).toBe(3);
    expect(readdirSync(home)).toEqual([]);
  });
});
