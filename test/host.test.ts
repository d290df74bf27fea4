import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
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

describe('a client whose owner is out of reach', () => {
  const unreachable = {
    code: 'unavailable',
    message: expect.stringMatching(/^The program that owns .* cannot be reached/),
  };

  it('makes no home where a connection to one had begun', async () => {
    const home = temporaryFolder();
    const listen = `require('node:net').createServer().listen(process.argv[1], () => console.log('listening'))`;
    const tunnel = spawn(process.execPath, ['-e', listen, join(home, 'lab.sock')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(tunnel.stdout, 'data');
    tunnel.kill('SIGKILL');
    await once(tunnel, 'exit');
    await expect(openHost({ home, serve: true })).rejects.toMatchObject(unreachable);
    expect(readdirSync(home)).toEqual(['lab.sock']);
  });

  it('takes over no home that is elsewhere, and finds its owner again', async () => {
    const [home, away] = [temporaryFolder(), temporaryFolder()];
    const owner = await openHost({ home: away, serve: true });
    const tunnel = () => {
      const server = createServer((here) => {
        const there = connect(join(away, 'lab.sock'));
        here.pipe(there).pipe(here);
        for (const end of [here, there]) end.on('error', () => here.destroy());
        tunnels.push(here);
      });
      return new Promise<typeof server>((resolve) => server.listen(join(home, 'lab.sock'), () => resolve(server)));
    };
    const tunnels: Socket[] = [];
    const first = await tunnel();
    const client = await openHost({ home, serve: true });
    expect(await client.client.runs.list({})).toEqual([]);
    first.close();
    for (const socket of tunnels) socket.destroy();
    await client.lost;
    await client.close('The connection was lost.');
    await expect(openHost({ home, serve: true })).rejects.toMatchObject(unreachable);
    expect(readdirSync(home)).toEqual([]);

    const second = await tunnel();
    const again = await openHost({ home, serve: true });
    expect(again.owner).toBe(false);
    await again.close('The test is over.');
    second.close();
    await owner.close('The test is over.');
  });

  it('still owns a new home, and takes over one whose owner was killed', async () => {
    const home = temporaryFolder();
    const script = fileURLToPath(new URL('./support/owning-host.ts', import.meta.url));
    const owner = spawn(process.execPath, [script, home, 'serving'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(owner.stdout, 'data');
    const client = await openHost({ home, serve: false });
    owner.kill('SIGKILL');
    await client.lost;
    await client.close('Its owner is dead.');
    const host = await openHost({ home, serve: false });
    expect(host.owner).toBe(true);
    await host.close('The test is over.');
  });
});

test('a host that is closed twice is closed once', async () => {
  const host = await openHost({ home: temporaryFolder(), serve: true });
  const first = host.close('Over.');
  await Promise.all([first, host.close('Over again.')]);
  await host.close('And again.');
});

describe.runIf(existsSync('/proc/locks'))('a home whose owner does not answer', () => {
  async function owned(how: 'serving' | 'silent') {
    const home = temporaryFolder();
    const script = fileURLToPath(new URL('./support/owning-host.ts', import.meta.url));
    const owner = spawn(process.execPath, [script, home, how], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void owner.kill('SIGKILL'));
    await once(owner.stdout, 'data');
    return { home, owner };
  }

  it.each(['serving', 'silent'] as const)('names the process that was stopped, %s before', async (how) => {
    const { home, owner } = await owned(how);
    owner.kill('SIGSTOP');
    const beganAt = performance.now();
    await expect(openHost({ home, serve: true })).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining(
        `(process ${owner.pid}) is stopped: continue it with \`kill -CONT ${owner.pid}\`, or end it`,
      ),
    });
    expect(performance.now() - beganAt).toBeLessThan(5000);
    owner.kill('SIGCONT');
  });

  it('names one that keeps it for itself, and takes the home once that is gone', async () => {
    const { home, owner } = await owned('silent');
    await expect(openHost({ home, serve: true })).rejects.toThrow(`(process ${owner.pid}) answers no other program: `);
    const opening = openHost({ home, serve: false });
    owner.kill('SIGKILL');
    const host = await opening;
    expect(host.owner).toBe(true);
    await host.close('The test is over.');
  });

  it('breaks a request that waits when the owner is stopped', async () => {
    const { home, owner } = await owned('serving');
    const host = await openHost({ home, serve: false });
    expect(await host.client.runs.list({})).toEqual([]);
    owner.kill('SIGSTOP');
    await expect(host.client.runs.list({})).rejects.toThrow(`(process ${owner.pid}) is stopped`);
    await host.lost;
    await host.close('The test is over.');
  });
});
