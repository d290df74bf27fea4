/**
 * Changes sound inputs at random and gives them to every reader of bytes from outside, each in a process of its own. Inputs that reach
 * new code are changed further. A reader has to read or to refuse in one sentence, in less than 5 s and 200 MB.
 *
 *   node test/soak/fuzz-parsers.ts                               a minute for each reader
 *   node test/soak/fuzz-parsers.ts --seconds 1800 --only npz,tar --seed 7
 *
 * One line for each reader, and one figure at the end. Keeps the inputs that went wrong, and ends with 1 where there are some. A busy machine
 * may say so by LIMIT_FACTOR.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FUZZ_TARGETS } from '../fuzz/targets.ts';
import type { ReaderNews } from './fuzz-reader.ts';

const READER = fileURLToPath(new URL('./fuzz-reader.ts', import.meta.url));
/** A reader in an endless loop says nothing; on a busy machine, starting takes a while too. */
const LONGEST_SILENCE_MS = 120_000 * Number(process.env.LIMIT_FACTOR ?? 1);

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const named = values.only?.split(',');
const findings = mkdtempSync(join(tmpdir(), 'freezeout-findings-'));
const total = { readers: 0, executions: 0, blocks: 0, findings: 0 };

for (const { name } of FUZZ_TARGETS.filter((target) => named === undefined || named.includes(target.name))) {
  await fuzz(name);
  total.readers++;
}
console.log(
  `${total.readers} readers, ${total.executions} inputs, ${total.blocks} blocks of code reached: ${total.findings} went wrong.`,
);
if (total.findings === 0) rmSync(findings, { recursive: true });
process.exitCode = total.findings === 0 && total.readers > 0 ? 0 : 1;

async function fuzz(name: string): Promise<void> {
  // In memory where there is such a place: most of the time goes into files.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'freezeout-fuzz-'));
  const child = fork(READER, [name, folder, values.seconds, values.seed], { execArgv: ['--max-old-space-size=1024'] });
  let last: ReaderNews = { executions: 0, blocks: 0, inputs: 0, findings: [] };
  let silent = setTimeout(() => child.kill('SIGKILL'), LONGEST_SILENCE_MS);
  child.on('message', (news: ReaderNews) => {
    last = news;
    clearTimeout(silent);
    silent = setTimeout(() => child.kill('SIGKILL'), LONGEST_SILENCE_MS);
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(silent);
  const problems = [...last.findings];
  if (code !== 0) {
    const problem = signal === 'SIGKILL' ? 'hung, or was killed' : `crashed (${signal ?? code})`;
    problems.push({ problem, path: keep(name, join(folder, 'current')) });
  }
  report(name, { ...last, findings: problems });
  rmSync(folder, { recursive: true });
}

function report(name: string, { executions, blocks, inputs, findings: problems }: ReaderNews): void {
  total.executions += executions;
  total.blocks += blocks;
  total.findings += problems.length;
  const kept = problems.map(
    ({ problem, path }) => `\n  ${problem.split('\n').slice(0, 4).join('\n  ')}\n  ${keep(name, path)}`,
  );
  console.log(
    `${name}: ${executions} inputs, ${inputs} kept, ${blocks} blocks; ${problems.length} went wrong${kept.join('')}`,
  );
}

/** Copies an input to where it stays. */
function keep(name: string, path: string): string {
  if (path.startsWith(findings)) return path;
  const kept = join(findings, `${name}-${total.findings}-${Math.random().toString(36).slice(2, 8)}`);
  mkdirSync(findings, { recursive: true });
  if (existsSync(path)) copyFileSync(path, kept);
  else writeFileSync(kept, '');
  return kept;
}
