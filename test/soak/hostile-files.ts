/**
 * Gives the real `lab` files that may hang it, fill its memory or lead it elsewhere, one after the other.
 *
 *   node test/soak/hostile-files.ts              all, about half an hour; a TMPDIR in memory makes thousands of files faster
 *   node test/soak/hostile-files.ts 'GIF|TIFF'   those whose names hold one of these
 *
 * Prints for each the most memory above an ordinary refusal, the seconds, and the sentence. Ends with 1 where one takes more than
 * 200 MB, or 5 s of its own time to be refused or 20 s to be taken, is not refused in one sentence, or where `lab` ends by a signal. A slow machine
 * may say so by LIMIT_FACTOR.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOSTILE_FILES } from '../support/hostile-files.ts';
import { type HostileFile, writeThings } from '../support/hostile-thing.ts';
import { OwnTime } from '../support/own-time.ts';
import { trainersOf } from '../support/processes.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const TELL_PEAK = new URL('../support/tell-peak.mjs', import.meta.url).href;
const MOST_MEGABYTES = 200;
const MOST_SECONDS = 5 * Number(process.env.LIMIT_FACTOR ?? 1);
const KILL_MS = 60_000 * Number(process.env.LIMIT_FACTOR ?? 1);
const LOOK_MS = 50;
/** Ends the lines that tell how far a command is. */
const PROGRESS = /(\.\.\.|…| left)$/;

interface Outcome {
  readonly code: number | null;
  readonly megabytes: number;
  /** Without those in which it had no processor. */
  readonly seconds: number;
  readonly said: string;
}

async function lab(folder: string, words: readonly string[]): Promise<Outcome> {
  const peaks = join(folder, 'peaks');
  writeFileSync(peaks, '');
  const env = { ...process.env, PEAK_FILE: peaks, NODE_OPTIONS: `--import=${TELL_PEAK}` };
  const cache = { XDG_CACHE_HOME: join(folder, 'cache'), FREEZEOUT_LAB_CACHE: join(folder, 'cache') };
  const child = spawn(process.execPath, [LAB, ...words, '--home', join(folder, 'home')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env, ...cache },
    timeout: KILL_MS,
    killSignal: 'SIGKILL',
  });
  const pids = () => [child.pid ?? 0, ...trainersOf(child.pid)];
  const ownTime = new OwnTime({ pids, lookEveryMs: LOOK_MS });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const [code] = await once(child, 'close');
  ownTime.end();
  const found = readFileSync(peaks, 'utf8').trim().split('\n').map(Number);
  return { code, said: said.trim(), megabytes: Math.max(...found) / 1024, seconds: ownTime.ms / 1000 };
}

/** What an ordinary refusal of the same command takes: of a data set, one of a damaged image, since that starts the threads. */
async function ordinary(words: readonly string[]): Promise<Outcome> {
  return inFolder((folder) => {
    const isFolder = words.includes('image-folder');
    const place = join(folder, isFolder ? 'f' : 'damaged');
    if (isFolder) {
      const images = ['train/a', 'train/b', 'test/a', 'test/b'].map((name) => [`f/${name}/1.png`, 'no image']);
      writeThings(folder, Object.fromEntries(images));
    } else writeFileSync(place, 'damaged');
    return lab(
      folder,
      words.map((word) => (word.startsWith('/') ? place : word)),
    );
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function problemOf({ mayPass = false }: HostileFile, { code, said, seconds }: Outcome, above: number): string | null {
  if (code === null) return 'ended by a signal, or after a minute';
  if (above > MOST_MEGABYTES) return 'too much memory';
  // What is taken may be worth its time: a photograph of 26 million pixels is decoded twice.
  if (seconds > MOST_SECONDS * (code === 0 ? 4 : 1)) return 'too slow';
  if (code === 0) return mayPass ? null : 'taken';
  const sentences = said.split('\n').filter((line) => !PROGRESS.test(line));
  return sentences.length === 1 || /two lines of Python/.test(said) ? null : 'not one sentence';
}

const parts = (process.argv[2] ?? '').split('|');
const wanted = HOSTILE_FILES.filter(({ name }) => parts.some((part) => name.includes(part)));
const baselines = new Map<string, Outcome>();
let [failures, mostMegabytes, mostSeconds] = [0, 0, 0];
for (const hostile of wanted) {
  await inFolder(async (folder) => {
    writeThings(folder, hostile.things());
    const words = hostile.words(folder);
    const key = words.filter((word) => !word.startsWith('/')).join(' ');
    const baseline = baselines.get(key) ?? (await ordinary(words));
    baselines.set(key, baseline);
    const outcome = await lab(folder, words);
    const above = Math.max(0, outcome.megabytes - baseline.megabytes);
    const problem = problemOf(hostile, outcome, above);
    if (problem !== null) failures++;
    mostMegabytes = Math.max(mostMegabytes, above);
    mostSeconds = Math.max(mostSeconds, outcome.seconds);
    const said = JSON.stringify(outcome.said.replaceAll(folder, '').slice(-230));
    const figures = `${above.toFixed(0)} MB, ${outcome.seconds.toFixed(1)} s`;
    console.log(`${problem === null ? 'ok' : `FAILED (${problem})`}  ${hostile.name}: ${figures}, ${said}`);
  });
}
console.log(
  `${wanted.length} hostile files: ${failures} failures; most memory above an ordinary refusal ${mostMegabytes.toFixed(0)} MB, longest ${mostSeconds.toFixed(1)} s.`,
);
process.exit(failures === 0 ? 0 : 1);
