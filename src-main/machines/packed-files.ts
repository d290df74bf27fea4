import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '#core/errors.ts';

/** What the system's own tar writes when it is called with these words. Throws 'unavailable' where it fails; `what` begins that sentence. */
export async function* packedFiles(words: readonly string[], what: string): AsyncGenerator<Uint8Array> {
  const child = spawn('tar', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => said.push(piece));
  const ended = once(child, 'close');
  // Whoever takes the pieces hears of it below.
  ended.catch(() => undefined);
  try {
    yield* child.stdout;
    const [code] = await ended;
    if (code !== 0)
      throw new AppError('unavailable', `${what} could not be packed: ${Buffer.concat(said).toString().trim()}.`);
  } finally {
    child.kill();
  }
}
