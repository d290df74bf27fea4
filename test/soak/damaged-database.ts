/**
 * Flips a bit in each page of the database of a home, and asks for lists, runs, comparisons and exports each time. What is answered has to be
 * what the undamaged home answers, or a sentence that says what is damaged; never other numbers.
 *
 *   node test/soak/damaged-database.ts HOME            one bit in every page of a copy of HOME's lab.sqlite
 *   node test/soak/damaged-database.ts HOME 4 10       four variants of every tenth page
 *   node test/soak/damaged-database.ts HOME 1 1 open   as if the owner had been killed: nothing is known of the file
 *
 * Prints the figures, also where Ctrl-C ends it before the last page; ends with 1 where an answer was another in silence, or an error was a raw one.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { LabHost } from '#contract/host.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import type { Shell } from '../../src-main/cli/shell.ts';
import { openHost } from '../../src-main/host.ts';
import { labTools } from '../../src-main/lab-tools.ts';

// Each opening starts threads, which would strip the types of their code again.
module.enableCompileCache();
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir();

const [home = '', variants = '1', step = '1', state = 'closed'] = process.argv.slice(2);
const PAGE_BYTES = 4096;
/** The report draws figures, which takes seconds. */
const REPORT_EVERY = 25;
const RAW =
  /JSON|SqliteError|SQLITE_|Unexpected|undefined|TypeError|RangeError|ZodError|invalid_type|incorrect header|\n\s+at /;

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly file: string;
}

class RecordingOutput {
  readonly isTerminal = false;
  readonly columns = 200;
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

class RecordingShell implements Shell {
  readonly environment = process.env;
  readonly folder: string;
  readonly stdout = new RecordingOutput();
  readonly stderr = new RecordingOutput();
  readonly canAsk = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  readStdin = async () => '';
  async *stdinPieces(): AsyncGenerator<Uint8Array> {}
  ask = async () => null;
  onInterrupt = () => () => undefined;
  onSignal = () => () => undefined;
  exit = () => undefined;
  now = () => Date.now();
}

const work = mkdtempSync(join(tmpdir(), 'freezeout-damaged-'));
const original = join(work, 'original');
mkdirSync(original);
await copyDatabase(join(home, 'lab.sqlite'), join(original, 'lab.sqlite'));
// This brings it up to date, counts its sums, and leaves it closed.
await (await openHost({ home: original, serve: false })).close('done');
const { study, run } = namesIn(join(original, 'lab.sqlite'));
const COMMANDS: readonly (readonly string[])[] = [
  ['runs', 'list'],
  ['studies', 'list'],
  ['runs', 'show', run],
  ['compare', study],
  ['export', 'study', study, join(work, 'out.ndjson')],
];
const REPORT = ['report', study, '--html', join(work, 'out.html')];
const bytes = readFileSync(join(original, 'lab.sqlite'));
const pages = bytes.length / PAGE_BYTES;
const reference = await answersOf(original, [...COMMANDS, REPORT]);
const count = { variants: 0, same: 0, told: 0, silent: 0, raw: 0 };
let isEnded = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isEnded = true));
for (let page = 0; page < pages && !isEnded; page += Number(step)) {
  for (let variant = 0; variant < Number(variants); variant++) await tryVariant(page, variant);
}
rmSync(work, { recursive: true });
console.log(
  `${pages} pages, ${count.variants} flips: ${count.same} answers the same, ${count.told} told as damaged, ${count.silent} others in silence, ${count.raw} raw errors.`,
);
process.exitCode = count.silent + count.raw > 0 ? 1 : 0;

async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new Database(from, { readonly: true });
  await database.backup(to);
  database.close();
}

function namesIn(path: string): { readonly study: string; readonly run: string } {
  const database = new Database(path, { readonly: true });
  const row = database
    .prepare<[], { study: string; run: string }>(`
    SELECT studies.public_id AS study, runs.public_id AS run FROM runs JOIN arms ON arms.id = arm_id
    JOIN studies ON studies.id = study_id WHERE status = 'finished' ORDER BY runs.id DESC LIMIT 1`)
    .get();
  database.close();
  if (row === undefined) throw new Error(`${path} has no study with a finished run.`);
  return row;
}

async function tryVariant(page: number, variant: number): Promise<void> {
  const folder = join(work, 'damaged');
  mkdirSync(folder);
  const damaged = Buffer.from(bytes);
  const at = page * PAGE_BYTES + (((page + 1) * 2654435761 + variant * 40503) % PAGE_BYTES);
  damaged[at] = (damaged[at] ?? 0) ^ (1 << ((page + variant) % 8));
  writeFileSync(join(folder, 'lab.sqlite'), damaged);
  if (state === 'closed') copyFileSync(join(original, 'lab.sqlite.state'), join(folder, 'lab.sqlite.state'));
  count.variants += 1;
  const isReported = count.variants % REPORT_EVERY === 0;
  const answers = await answersOf(folder, isReported ? [...COMMANDS, REPORT] : COMMANDS);
  for (const [words, answer] of answers) judge(`page ${page + 1}, byte ${at}: ${words}`, answer, reference.get(words));
  rmSync(folder, { recursive: true });
}

function judge(where: string, answer: Answer, expected: Answer | undefined): void {
  if (expected === undefined) return;
  const told = /is damaged|is not as it was stored|another program|newer FreezeOut|no ordinary file/.test(
    answer.stderr,
  );
  const isSame = answer.code === 0 && answer.stdout === expected.stdout && answer.file === expected.file;
  if (RAW.test(answer.stderr)) {
    count.raw += 1;
    console.log(`RAW ${where}: ${answer.stderr.slice(0, 400)}`);
  } else if (isSame) count.same += 1;
  else if (told && (answer.code !== 0 || isPartOf(answer.stdout, expected.stdout))) count.told += 1;
  else {
    count.silent += 1;
    console.log(`OTHER ${where}: code ${answer.code}, ${answer.stderr.slice(0, 300)}`);
  }
}

/** Whether each line is one that the undamaged home gives, whatever the widths of the columns. */
function isPartOf(text: string, whole: string): boolean {
  const lines = (of: string) => of.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  const known = new Set(lines(whole));
  return lines(text).every((line) => known.has(line));
}

/** All commands on one opening of the home, as each would find it. */
async function answersOf(
  folder: string,
  commands: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, Answer>> {
  let host: LabHost | null = null;
  let problem: unknown = null;
  try {
    host = await openHost({ home: folder, serve: false });
  } catch (error) {
    problem = error;
  }
  const open = async (): Promise<LabHost> => {
    if (host === null) throw problem;
    return { ...host, close: async () => undefined };
  };
  const answers = new Map<string, Answer>();
  for (const words of commands) {
    const shell = new RecordingShell(folder);
    const code = await runCommandLine([...words, '--home', folder], { tools: { ...labTools, openHost: open }, shell });
    answers.set(words.join(' '), { code, stdout: shell.stdout.text, stderr: shell.stderr.text, file: takeFile(words) });
  }
  await host?.close('done');
  return answers;
}

/** What a command wrote into a file, which is gone then. Dates of reports differ. */
function takeFile(words: readonly string[]): string {
  const path = words.find((word) => word.startsWith(work));
  if (path === undefined) return '';
  try {
    return path.endsWith('.html') ? 'a report' : readFileSync(path, 'utf8');
  } catch {
    return 'none';
  } finally {
    rmSync(path, { force: true });
    rmSync(path.replace(/\.html$/, '.json'), { force: true });
  }
}
