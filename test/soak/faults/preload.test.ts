import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultSettings, StruckFault } from './fault-draws.ts';
import { SETTINGS_VARIABLE } from './fault-draws.ts';

const PRELOAD = new URL('./preload.ts', import.meta.url).href;
const TRIAL = fileURLToPath(new URL('./struck-trial.ts', import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fault-layer-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Trial {
  /** What became of each of the trial's operations: "done", or the code of its error. */
  readonly ends: Readonly<Record<string, string>>;
  readonly faults: readonly Omit<StruckFault, 'at'>[];
}

function tryAll(settings: Partial<FaultSettings> & Pick<FaultSettings, 'rates'>): Trial {
  const work = mkdtempSync(join(folder, 'work-'));
  const log = `${work}.ndjson`;
  const all: FaultSettings = { seed: 1, process: 'trial', folders: [work], log, ...settings };
  const stdout = execFileSync(process.execPath, [`--import=${PRELOAD}`, TRIAL, work], {
    encoding: 'utf8',
    env: { ...process.env, [SETTINGS_VARIABLE]: JSON.stringify(all) },
  });
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const faults = lines.map((line) => {
    const { at, path, ...fault } = JSON.parse(line) as StruckFault;
    return { ...fault, path: path.replace(work, 'work') };
  });
  return { ends: JSON.parse(stdout), faults };
}

const NEVER = { files: 0, database: 0, socket: 0, processes: 0 };
const ALWAYS = { ...NEVER, files: 1, socket: 1 };
const SOMETIMES = { ...NEVER, files: 0.3, database: 0.3, socket: 0.3 };

describe('the layer of faults', () => {
  it('strikes files in every way in which they are used, and the socket', () => {
    const { ends, faults } = tryAll({ rates: ALWAYS });
    const struck = new Set(faults.map(({ operation }) => operation));
    for (const name of ['writeFile', 'open', 'exists', 'stat', 'mkdir', 'rename', 'readdir', 'listen', 'connect']) {
      expect(struck, name).toContain(name);
    }
    expect(Object.values(ends).filter((end) => end !== 'done').length).toBeGreaterThan(5);
  });

  it('strikes the database', () => {
    const { ends, faults } = tryAll({ rates: { ...NEVER, database: 1 } });
    expect(new Set(faults.map(({ target }) => target))).toEqual(new Set(['database']));
    expect(ends).toMatchObject({ write: 'done', handle: 'done', socket: 'done' });
  });

  it('leaves alone what lies elsewhere', () => {
    const { ends, faults } = tryAll({ rates: { ...NEVER, files: 1, database: 1 }, folders: ['/no/such/folder'] });
    expect(faults).toEqual([]);
    expect(new Set(Object.values(ends))).toEqual(new Set(['done']));
  });

  it('gives the same faults for the same seed, and others for another', () => {
    const first = tryAll({ rates: SOMETIMES });
    expect(first.faults.length).toBeGreaterThan(0);
    expect(tryAll({ rates: SOMETIMES })).toEqual(first);
    expect(tryAll({ rates: SOMETIMES, seed: 2 }).faults).not.toEqual(first.faults);
  });
});
