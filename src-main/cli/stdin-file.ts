import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, messageOf } from '#core/errors.ts';
import type { Shell } from './shell.ts';

/** Writes what is piped in to a file, which is there for as long as the work lasts: it may be larger than memory. */
export async function withStdinAsFile<Answer>(
  shell: Pick<Shell, 'stdinPieces'>,
  work: (path: string) => Promise<Answer>,
): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'freezeout-lab-stdin-'));
  try {
    const path = join(folder, 'stdin.ndjson');
    await write(shell, path);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(shell: Pick<Shell, 'stdinPieces'>, path: string): Promise<void> {
  try {
    await pipeline(shell.stdinPieces(), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    const text = `What is piped in cannot be kept in ${path} (${messageOf(error)}): give a file instead.`;
    throw new AppError('unavailable', text, { cause: error });
  }
}
