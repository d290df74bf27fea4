import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { posixWord } from '#core/machines/posix-shell.ts';
import { localShell, shellBy } from '../../src-main/machines/spawned-shell.ts';

const LONG_MS = 60_000;

async function textOf(output: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of output) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('a shell', () => {
  it('gives what a script says and its exit code, and what it is given to read', async () => {
    const answer = await localShell.run('cat; echo problem >&2; exit 3', { stdin: 'given\n', limitMs: LONG_MS });
    expect(answer).toEqual({ code: 3, stdout: 'given\n', stderr: 'problem\n' });
    async function* pieces() {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    }
    expect((await localShell.run('cat', { stdin: pieces(), limitMs: LONG_MS })).stdout).toBe('one two');
  });

  it('is not hurt by a script that reads less than it is given', async () => {
    const stdin = 'x'.repeat(2 ** 22);
    expect((await localShell.run('exit 0', { stdin, limitMs: LONG_MS })).code).toBe(0);
  });

  it('gives up a script that takes longer than it may, with all that it has started', async () => {
    const script = `echo begun; sleep 300 & sleep 300`;
    await expect(localShell.run(script, { limitMs: 300 })).rejects.toMatchObject({
      ...{ code: 'unavailable', message: 'A script on this machine did not answer within 0.3 s.' },
    });
  });

  it('gives up a script when it is told to', async () => {
    const stop = new AbortController();
    const answer = localShell.run('sleep 300', { limitMs: LONG_MS, signal: stop.signal });
    const refused = expect(answer).rejects.toBeInstanceOf(AppError);
    await sleep(50);
    stop.abort();
    await refused;
  });

  it('has a line to a script that runs', async () => {
    const child = localShell.open('while read -r line; do echo "heard $line"; done; echo over; exit 4');
    const said = textOf(child.output);
    await child.write('a\n');
    await child.write('b\n');
    child.endInput();
    expect(await said).toBe('heard a\nheard b\nover\n');
    expect(await child.ended).toEqual({ code: 4, reason: 'It ended with 4.' });
  });

  it('ends a script that runs, and says why it can give it nothing more', async () => {
    const child = localShell.open(`trap '' TERM; exec sleep 300`);
    child.kill();
    expect(await child.ended).toMatchObject({ code: null });
    await expect(child.write('x')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('says that a machine cannot be reached, by the last words of what should reach it', async () => {
    const broken = shellBy({
      where: 'far',
      command: (script) => ['/bin/sh', '-c', `echo ${posixWord(script)} >&2; exit 255`],
      brokenLink: (code, stderr) => (code === 255 ? `far was not reached: ${stderr.trim()}.` : null),
    });
    const reason = 'far was not reached: hello.';
    await expect(broken.run('hello', { limitMs: LONG_MS })).rejects.toMatchObject({
      code: 'unavailable',
      message: reason,
    });
    const child = broken.open('hello');
    await textOf(child.output);
    expect(await child.ended).toEqual({ code: 255, reason });
  });

  it('says what is missing where its program cannot be started', async () => {
    const missing = shellBy({ where: 'far', command: () => ['/no/such/program'], brokenLink: () => null });
    await expect(missing.run('x', { limitMs: LONG_MS })).rejects.toMatchObject({ code: 'unavailable' });
    expect((await missing.open('x').ended).reason).toContain('/no/such/program could not be started');
  });
});
