import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '#core/errors.ts';
import type { ProgramSources } from '#core/machines/ports.ts';
import { packedParts } from '../setup/packed.mjs';
import { checkout } from '../setup/places.mjs';
import { sourceNames, sourcesVersion } from '../setup/sources.mjs';

const own = packedParts?.sources;

/** Those of this checkout, or those that a packaged app carries with it. */
export const programSources: ProgramSources = {
  version: async () => own?.version ?? sourcesVersion(),
  archive: () => packed(own?.folder ?? checkout, sourceNames),
};

async function* packed(folder: string, names: readonly string[]): AsyncGenerator<Uint8Array> {
  const child = spawn('tar', ['-czf', '-', '-C', folder, ...names], { stdio: ['ignore', 'pipe', 'pipe'] });
  const words: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => words.push(piece));
  const ended = once(child, 'close');
  // Whoever takes the pieces hears of it below.
  ended.catch(() => undefined);
  try {
    yield* child.stdout;
    const [code] = await ended;
    if (code !== 0) throw new AppError('unavailable', `The program could not be packed: ${Buffer.concat(words)}`);
  } finally {
    child.kill();
  }
}
