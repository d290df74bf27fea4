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
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultSoak } from './faults/fault-soak.ts';
import { faultyStudies } from './faults/faulty-studies.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const folder = mkdtempSync(join(tmpdir(), 'freezeout-faults-'));
const endsAt = Date.now() + Number(values.minutes) * 60_000;
const effort = { tries: 5, meddling: 4, exports: 3, longestWaitMs: 8000, isInterrupted: true };
const soak = new FaultSoak({ folder, seed: Number(values.seed), studies: faultyStudies(), effort });
let rounds = 0;
while (Date.now() < endsAt) {
  rounds += 1;
  await soak.round(rounds);
  console.error(`Round ${rounds}: ${soak.record.lines.join('; ')}`);
}
console.log(`${rounds} rounds, seed ${values.seed}`);
for (const line of soak.record.lines) console.log(line);
if (soak.record.findings.length === 0) rmSync(folder, { recursive: true });
else console.log(`What was found is in ${folder}`);
process.exitCode = soak.record.findings.length === 0 ? 0 : 1;
