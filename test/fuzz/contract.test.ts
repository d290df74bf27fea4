import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { askAnything, overPagePort, overSocket } from './contract-fuzz.ts';
import { DrawnNumbers } from './drawn-numbers.ts';
import { measured, NAMES, openFuzzedHome } from './fuzzed-home.ts';

/** `npm run soak:contract` asks 10,000 on each transport, and tells the figure. */
const QUESTIONS = Number(process.env.CONTRACT_QUESTIONS ?? 300);
/** On a machine that is busy. */
const LIMIT_MS = 180_000 + QUESTIONS * 200;

it.each([
  ['the socket of a home', overSocket],
  ['the message port of a page', overPagePort],
] as const)(
  'whatever is asked over %s is answered, or refused in one sentence, and right answers follow',
  async (_, over) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const home = mkdtempSync(join(tmpdir(), 'freezeout-contract-'));
    const { client, close } = await openFuzzedHome(home);
    const before = await measured(client);
    const fuzz = { procedures: over(client), numbers: new DrawnNumbers(20_261_130), names: NAMES };
    for (let asked = 0; asked < QUESTIONS; asked++) expect(await askAnything(fuzz)).toBeNull();
    if (QUESTIONS > 300) console.log(`${QUESTIONS} questions to ${fuzz.procedures.length} procedures: all answered.`);
    expect(await measured(client)).toBe(before);
    await close();
    rmSync(home, { recursive: true });
  },
  LIMIT_MS,
);
