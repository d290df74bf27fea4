import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOPBACK, listeningAddresses } from './loopback-ports.ts';
import { isAlive } from './processes.ts';
import { type SshServer, sshd, startSshd } from './sshd.ts';

const execute = promisify(execFile);

describe.runIf(sshd !== null)('a server of the test', () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshd({ environment: { FROM_SERVER: 'a value' } });
  });
  afterAll(() => server.close());

  const ssh = (...command: readonly string[]) =>
    execute('ssh', ['-F', server.config, '-o', 'BatchMode=yes', 'gpubox', ...command]);

  it('lets us in with the key of the test alone, and runs what we ask', async () => {
    expect((await ssh('echo "$FROM_SERVER"; exit 0')).stdout).toBe('a value\n');
    await expect(ssh('exit 7')).rejects.toMatchObject({ code: 7 });
    const other = ['-F', server.config, '-o', 'BatchMode=yes', '-o', 'PubkeyAuthentication=no', 'gpubox', 'true'];
    await expect(execute('ssh', other)).rejects.toMatchObject({ code: 255 });
  });

  it('listens at the loopback address alone', () => {
    const addresses = listeningAddresses([server.pid]);
    expect(addresses).toEqual([expect.stringMatching(new RegExp(`^${LOOPBACK}:`))]);
  });

  it('cuts its connections when it stops, and takes new ones afterwards', async () => {
    const connection = ssh('echo begun; sleep 600');
    const begun = new Promise((resolve) => connection.child.stdout?.once('data', resolve));
    await begun;
    await server.stop();
    await expect(connection).rejects.toMatchObject({ code: 255 });
    await expect(ssh('true')).rejects.toMatchObject({ code: 255 });
    await server.start();
    await ssh('true');
  });
});

it.runIf(sshd !== null)('leaves neither a process nor a file of a server', async () => {
  const server = await startSshd();
  const { pid, root } = server;
  await server.close();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(root)).toBe(false);
});
