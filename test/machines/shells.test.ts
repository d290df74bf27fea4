import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteShell } from '#core/machines/ports.ts';
import { posixWord } from '#core/machines/posix-shell.ts';
import { controlFolder } from '../../src-main/machines/control-folder.ts';
import { shellOf } from '../../src-main/machines/shells.ts';
import { SpawnedShell } from '../../src-main/machines/spawned-shell.ts';
import { type SshServer, sshd, startSshd } from '../support/sshd.ts';

const LIMIT = { limitMs: 60_000 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync('/tmp/fo-');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function textOf(output: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of output) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function* bytesOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** What every shell promises, wherever its scripts run. */
function keepsItsWord(shell: () => RemoteShell): void {
  it('gives what a script writes, and its code', async () => {
    const answer = await shell().run(`printf 'one\\ntwo'; echo "bad news" >&2; exit 7`, LIMIT);
    expect(answer).toEqual({ code: 7, stdout: 'one\ntwo', stderr: 'bad news\n' });
    expect(await shell().run('exit 255', LIMIT)).toEqual({ code: 255, stdout: '', stderr: '' });
    expect(await shell().run('exec sh -c "exit 3"', LIMIT)).toMatchObject({ code: 3 });
  });

  it('hands a script what it reads, and no more', async () => {
    expect(await shell().run('cat', { ...LIMIT, stdin: 'a\0b ü' })).toMatchObject({ code: 0, stdout: 'a\0b ü' });
    expect(await shell().run('cat; echo end', LIMIT)).toMatchObject({ stdout: 'end\n' });
    expect(await shell().run('wc -c', { ...LIMIT, stdin: bytesOf('12', '345') })).toMatchObject({ code: 0 });
    const unread = bytesOf('x'.repeat(1_000_000));
    expect(await shell().run('exit 4', { ...LIMIT, stdin: unread })).toMatchObject({ code: 4 });
  });

  it('changes no character of a word', async () => {
    const word = `it's "$HOME" \`id\` \\n !x *\n#`;
    expect(await shell().run(`printf %s ${posixWord(word)}`, LIMIT)).toMatchObject({ stdout: word });
  });

  it('fails where a script takes longer than it may, and where it is given up', async () => {
    await expect(shell().run('sleep 60', { limitMs: 300 })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(shell().run('sleep 60', { ...LIMIT, signal: AbortSignal.timeout(300) })).rejects.toThrow();
  });

  it('speaks with a script that lives on', async () => {
    const script = shell().open('while read -r line; do echo "heard $line"; done; echo over >&2; exit 5');
    await script.write('one\n');
    const output = script.output[Symbol.asyncIterator]();
    expect(Buffer.from((await output.next()).value ?? []).toString()).toBe('heard one\n');
    await script.write('two\n');
    script.endInput();
    expect(Buffer.from((await output.next()).value ?? []).toString()).toBe('heard two\n');
    expect(await script.ended).toEqual({ code: 5, reason: 'over' });
  });

  it('ends the line to a script that is killed', async () => {
    const script = shell().open('echo begun; sleep 600');
    const output = script.output[Symbol.asyncIterator]();
    await output.next();
    script.kill();
    expect(await script.ended).toMatchObject({ code: null });
    await expect(script.write('more')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('passes bytes on as they are, many megabytes of them', async () => {
    const script = shell().open('head -c 20000000 /dev/zero | tr "\\0" x');
    expect((await textOf(script.output)).length).toBe(20_000_000);
    expect(await script.ended).toMatchObject({ code: 0 });
  });
}

describe('a shell on the spot', () => {
  keepsItsWord(() => shellOf({ name: 'login node', ssh: null }));
});

describe.runIf(sshd !== null)('a shell over ssh', () => {
  let server: SshServer;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    // Start-up files that write to both outputs and read what is meant for others.
    const noise = join(folder, 'noise.sh');
    writeFileSync(
      noise,
      `unset BASH_ENV; echo "Welcome!"; printf 'no line end'; echo "be careful" >&2; read -r -t 0.2 stolen\n`,
    );
    server = await startSshd({ environment: { BASH_ENV: noise } });
    environment = {
      ...process.env,
      XDG_RUNTIME_DIR: folder,
      PATH: `${server.programs}${delimiter}${process.env.PATH}`,
    };
  });
  afterAll(() => server.close());
  const shell = () => shellOf({ name: 'box', ssh: 'gpubox' }, environment);

  keepsItsWord(shell);

  it('keeps one connection for all', async () => {
    const connections = () => readFileSync(join(server.root, 'log'), 'utf8').match(/Accepted publickey/g)?.length;
    await shell().run('true', LIMIT);
    const before = connections();
    await Promise.all([1, 2, 3].map(() => shell().run('true', LIMIT)));
    expect(connections()).toBe(before);
  });

  it('says with the last words of ssh why a machine cannot be reached', async () => {
    await expect(shellOf({ name: 'box', ssh: 'nowhere.invalid' }, environment).run('true', LIMIT)).rejects.toThrow(
      /^box cannot be asked: .*nowhere\.invalid.*; check `ssh nowhere\.invalid`\.$/,
    );
    const stranger = shellOf({ name: 'box', ssh: 'nobody-here@gpubox' }, environment);
    await expect(stranger.run('true', LIMIT)).rejects.toThrow(
      /Permission denied.*answer once with `ssh -fN -o ControlMaster=yes .*nobody-here@gpubox`/,
    );
  });

  it('tells a connection that breaks from the end of a script', async () => {
    const script = shell().open('echo begun; sleep 600');
    await script.output[Symbol.asyncIterator]().next();
    await server.stop();
    expect(await script.ended).toMatchObject({ code: null });
    await expect(shell().run('true', LIMIT)).rejects.toMatchObject({ code: 'unavailable' });
    await server.start();
    expect(await shell().run('true', LIMIT)).toMatchObject({ code: 0 });
  });
});

describe('the folder of connections', () => {
  it('is that of the session, else a temporary one, and ours alone', () => {
    expect(controlFolder({ XDG_RUNTIME_DIR: folder })).toBe(join(folder, 'freezeout-lab'));
    const temporary = mkdtempSync('/tmp/fo-');
    const own = controlFolder({}, { temporary });
    expect(own).toBe(join(temporary, `freezeout-lab-${process.getuid?.()}`));
    expect(execFileSync('stat', ['-c', '%a', String(own)], { encoding: 'utf8' }).trim()).toBe('700');
    chmodSync(String(own), 0o770);
    expect(controlFolder({}, { temporary })).toBeNull();
    rmSync(temporary, { recursive: true });
  });

  it('has no path that ssh would read otherwise', () => {
    expect(controlFolder({ XDG_RUNTIME_DIR: '/tmp/100% "mine"' }, { temporary: '/tmp/a b' })).toBeNull();
  });

  it('is none where its path would be too long for a socket', () => {
    const temporary = join(folder, 'x'.repeat(60));
    expect(controlFolder({ XDG_RUNTIME_DIR: temporary }, { temporary })).toBeNull();
    expect(existsSync(temporary)).toBe(false);
  });
});

it.each(['', ' >&2'])(
  'gives a script up that a login keeps from beginning, since it prints without end%s',
  async (where) => {
    const words = { name: 'box', advice: () => 'look into it' };
    const noisy = new SpawnedShell((script) => ['/bin/sh', '-c', `yes${where}; ${script}`], process.env, words);
    await expect(noisy.run('echo never', LIMIT)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('its login print without end'),
    });
  },
);
