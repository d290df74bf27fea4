/**
 * Uses one home as its users do (study, pause, resume, kill, import, export, compare, report) while files, the database, the socket and
 * child processes fail at random (faults/). After each round, without faults, everything must be as in a home that met none: the
 * same bits, events and sums, a sound database, no half files, no process that lives on.
 *
 *   node test/soak/faults.ts                          ten minutes
 *   node test/soak/faults.ts --minutes 60 --seed 7
 *
 * Every refusal has to be a clear sentence with a documented exit code. What is found is printed at once on standard error; faults.ndjson
 * of the folder, which is kept then, says which faults were struck. Ends with 1 where something was found.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ReferenceStudy } from './faults/faulty-round.ts';
import { FaultyRound } from './faults/faulty-round.ts';
import { faultyStudies } from './faults/faulty-studies.ts';
import { SoakDraws } from './faults/soak-draws.ts';
import { SoakRecord } from './faults/soak-record.ts';
import { StruckLab } from './faults/struck-lab.ts';
import { outcomeOf } from './run-outcome.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1000000' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'freezeout-faults-'));
const [home, undisturbed, temporary, work] = ['home', 'undisturbed', 'tmp', 'work'].map((name) => join(folder, name));
for (const path of [temporary, work]) mkdirSync(path);
const log = join(folder, 'faults.ndjson');
const seed = Number(values.seed);
const record = new SoakRecord(log);
const reference = new StruckLab({ home: undisturbed, temporary, folders: [], log, seed });
const lab = new StruckLab({ home, temporary, folders: [home, work, temporary], log, seed });
const endsAt = Date.now() + Number(values.minutes) * 60_000;

const studies: ReferenceStudy[] = [];
const draws = new SoakDraws(seed);
for (let round = 1; round <= Number(values.rounds) && Date.now() < endsAt; round++) {
  const specs = faultyStudies();
  const place = (round - 1) % specs.length;
  studies[place] ??= await trainedWithout(specs[place], place);
  await new FaultyRound({ home, folder: work, lab, record, draws }, studies[place], round).run();
  console.error(`round ${round}: ${record.lines.join('; ')}`);
}
for (const line of record.lines) console.log(line);
if (record.findings.length === 0) rmSync(folder, { recursive: true });
else console.log(`What was found is in ${folder}`);
process.exitCode = record.findings.length === 0 ? 0 : 1;

async function trainedWithout(spec: object, number: number): Promise<ReferenceStudy> {
  const [path, exported] = [join(work, `reference-${number}.json`), join(work, `reference-${number}.txt`)];
  const name = `reference-${number}`;
  writeFileSync(path, JSON.stringify({ ...spec, name }));
  await answerOf(['study', path, '--json']);
  await answerOf(['export', 'study', name, exported]);
  const { runs } = JSON.parse(await answerOf(['studies', 'show', name, '--json']));
  const outcomes = runs.map((run: { id: string; arm: string; spec: { seed: number } }) => [
    `${run.arm}, seed ${run.spec.seed}`,
    outcomeOf(undisturbed, run.id),
  ]);
  return { spec, outcomes: new Map(outcomes), lines: readFileSync(exported, 'utf8').trimEnd().split('\n') };
}

async function answerOf(words: readonly string[]): Promise<string> {
  const end = await reference.run({ words, limitMs: 600_000, rates: null });
  if (end.code !== 0) throw new Error(`lab ${words.join(' ')} ended with ${end.code}: ${end.stderr}`);
  return end.stdout;
}
