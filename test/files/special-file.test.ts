import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { writeToSpecial } from '../../src-main/files/special-file.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

function pipe(): string {
  const path = join(temporaryFolder(), 'pipe.csv');
  execFileSync('mkfifo', [path]);
  return path;
}

it('a pipe that nobody reads is refused instead of waited for', async () => {
  const path = pipe();
  await expect(writeToSpecial(path, 'lines')).rejects.toMatchObject({
    code: 'bad-request',
    message: `${path} is a named pipe that nobody reads: start its reader first, or name a file.`,
  });
});

it('a pipe with a reader, and a device, are written to', async () => {
  const path = pipe();
  const read = text(createReadStream(path));
  const content = 'a line\n'.repeat(50_000);
  await expect.poll(() => writeToSpecial(path, content).then(() => 'written', String)).toBe('written');
  expect(await read).toBe(content);
  await writeToSpecial('/dev/null', content);
  await expect(writeToSpecial('/dev/full', content)).rejects.toMatchObject({ code: 'ENOSPC' });
});
