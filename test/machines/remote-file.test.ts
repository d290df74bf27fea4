import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileAsked, remoteFile } from '../../src-main/machines/remote-file.ts';
import { shellOf } from '../../src-main/machines/shells.ts';
import { localShell } from '../../src-main/machines/spawned-shell.ts';
import { sshd, startSshd } from '../support/sshd.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/fo-');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(asked: Omit<FileAsked, 'name'>, shell = localShell): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await remoteFile(shell, { name: 'box', ...asked })).pieces) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a file of another machine', () => {
  it('arrives as it is, whole or its end', async () => {
    const path = join(folder, "it's a file");
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    writeFileSync(path, bytes);
    expect((await read({ path })).equals(bytes)).toBe(true);
    expect((await read({ path, last: 1000 })).equals(bytes.subarray(-1000))).toBe(true);
    expect((await read({ path, last: 1_000_000 })).equals(bytes)).toBe(true);
    expect((await remoteFile(localShell, { name: 'box', path, last: 10 })).size).toBe(300_000);
    writeFileSync(path, '');
    expect((await read({ path })).length).toBe(0);
  });

  it('that is not there is told as such', async () => {
    await expect(read({ path: join(folder, 'nothing') })).rejects.toMatchObject({ code: 'not-found' });
  });

  it.runIf(sshd !== null)('that does not arrive as a whole is none', async () => {
    const server = await startSshd();
    try {
      const path = join(folder, 'large');
      writeFileSync(path, Buffer.alloc(50_000_000, 7));
      const environment = {
        ...process.env,
        XDG_RUNTIME_DIR: folder,
        PATH: `${server.programs}${delimiter}${process.env.PATH}`,
      };
      const shell = shellOf({ name: 'box', ssh: 'gpubox' }, environment);
      expect((await read({ path }, shell)).length).toBe(50_000_000);
      const { pieces } = await remoteFile(shell, { name: 'box', path });
      await pieces.next();
      await server.stop();
      const rest = async () => {
        for await (const _ of pieces);
      };
      await expect(rest()).rejects.toMatchObject({ code: 'unavailable' });
      await expect(read({ path }, shell)).rejects.toMatchObject({ code: 'unavailable' });
    } finally {
      await server.close();
    }
  });
});
