/**
 * Kills what the program writes before every single file operation, and in the middle of every write: then looks whether the old or
 * the new is there. Nothing is really killed: crash-points.c, below Node and SQLite, copies the folder before each operation, and a
 * copy is what a killed process leaves. Needs a C compiler; on Linux.
 *
 *   node test/soak/crash-points.ts
 *   node test/soak/crash-points.ts --only checkpoint,migration
 *
 * One line for each program, and one figure at the end. Keeps the copies, and ends with 1, where something was neither old nor new.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CRASH_PROGRAMS, type CrashProgram } from './crash-programs.ts';

const SHIM = fileURLToPath(new URL('./crash-points.c', import.meta.url));
const CHILD = fileURLToPath(new URL('./crash-program.ts', import.meta.url));

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const named = values.only?.split(',');
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'freezeout-crash-'));
const library = join(folder, 'crash-points.so');
execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SHIM, '-ldl']);

const total = { programs: 0, points: 0, wrong: 0 };
for (const program of CRASH_PROGRAMS.filter(({ name }) => named === undefined || named.includes(name))) {
  total.wrong += await crash(program);
  total.programs++;
}
console.log(
  `${total.programs} programs, ${total.points} crash points: ${total.wrong} left neither the old nor the new.`,
);
if (total.wrong === 0) rmSync(folder, { recursive: true });
else console.log(`The copies are kept: ${folder}`);
process.exitCode = total.wrong === 0 && total.programs > 0 ? 0 : 1;

async function crash(program: CrashProgram): Promise<number> {
  const [place, copies] = [join(folder, program.name), join(folder, `${program.name} copies`)];
  for (const path of [place, copies]) mkdirSync(path);
  await program.prepare(place);
  const before = await lookAtCopy(program, place);
  const environment = { LD_PRELOAD: library, CRASH_WATCHED: place, CRASH_COPIES: copies };
  execFileSync(process.execPath, [CHILD, program.name, place], {
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  const after = await lookAtCopy(program, place);
  let wrong = 0;
  const points = readdirSync(copies).sort();
  for (const point of points) {
    const problem = await problemAt(program, join(copies, point), { before, after });
    if (problem === null) continue;
    wrong++;
    console.log(`  ${program.name}, ${point}: ${problem}`);
  }
  total.points += points.length;
  console.log(`${program.name}: ${points.length} crash points, ${wrong} wrong`);
  return wrong;
}

interface Ends {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

/** What is wrong with what a crash left; each part has to be as it was, or as it became. */
async function problemAt(program: CrashProgram, place: string, { before, after }: Ends): Promise<string | null> {
  try {
    const found = await lookAtCopy(program, place);
    const parts = [...new Set([found, before, after].flatMap((record) => Object.keys(record)))];
    const between = parts.filter((part) => found[part] !== before[part] && found[part] !== after[part]);
    return between.length === 0 ? null : `${between[0]} is ${String(found[between[0]]).slice(0, 300)}`;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** In a copy at one and the same path, since paths are part of what is found, and looking may mend what it finds. */
async function lookAtCopy(program: CrashProgram, place: string): Promise<Readonly<Record<string, string>>> {
  const seen = join(folder, 'seen');
  rmSync(seen, { recursive: true, force: true });
  cpSync(place, seen, { recursive: true, preserveTimestamps: true });
  return program.look(seen);
}
