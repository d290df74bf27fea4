import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DrawnNumbers } from './drawn-numbers.ts';
import { mutated } from './mutations.ts';
import { FUZZ_TARGETS } from './targets.ts';
import { verdictOn } from './verdict.ts';

/** test/soak/fuzz-parsers.ts does this for hours, guided by the code that is reached. */
const FEW = { changed: 8, cuts: 4 };
const MANY = { changed: 50, cuts: 60 };

describe.each(FUZZ_TARGETS.map((target) => [target.name, target] as const))('the reader of %s', (_, target) => {
  beforeAll(() => {
    // oRPC logs each message that it cannot read.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  it('takes each seed, cut at any byte or changed, or refuses it in one sentence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'freezeout-fuzz-'));
    const seeds = await target.seeds();
    const { changed, cuts } = target.isSlow === true ? FEW : MANY;
    const numbers = new DrawnNumbers(20_261_130);
    const material = { others: seeds, words: target.words };
    const inputs = seeds.flatMap((seed) => {
      const step = Math.max(1, Math.ceil(seed.length / cuts));
      return Array.from({ length: Math.ceil(seed.length / step) + 1 }, (_cut, cut) => seed.subarray(0, cut * step));
    });
    for (let made = 0; made < changed; made++) inputs.push(mutated(numbers.of(seeds), numbers, material));
    for (const bytes of inputs) {
      const verdict = await verdictOn(target, bytes, folder);
      expect(verdict, Buffer.from(bytes).toString('base64').slice(0, 2000)).toBeNull();
    }
    await target.close?.(folder);
    rmSync(folder, { recursive: true });
  });
});
