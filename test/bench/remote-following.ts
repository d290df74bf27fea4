/**
 * What does it cost the host to follow runs that train elsewhere? The real `lab study --on` sends them, one job each, through ssh to a Slurm of its own, and
 * follows them there. The jobs only sleep: this program writes into their folders what a trainer would report. Processor time is that of the host with
 * its ssh, and, for comparison, of the follower on the machine; sessions of ssh and calls of squeue are counted.
 *
 *   node test/bench/remote-following.ts                       200 runs; 3 minutes without news, 3 minutes with an epoch a run every 30 s
 *   node test/bench/remote-following.ts --runs 2 --minutes 1
 *
 * Ends with 1 where a run takes more than 1 % of a core, all are followed by more than one session, or squeue is asked more often than every 30 s.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { countedNoun } from '#core/analysis/quantity.ts';
import { blockSchema } from '#core/block/block.ts';
import { readProcess } from '../support/processes.ts';
import { startSlurm } from '../support/slurm.ts';
import { homeWithCluster, setUpHere } from '../support/slurm-home.ts';
import { startSshd } from '../support/sshd.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const QUICK_TRAINER = fileURLToPath(new URL('../support/quick-trainer.ts', import.meta.url));
const BARS = { share: 0.01, askSeconds: 30 };
/** A busy machine may begin one call of squeue late, and the next one in time. */
const LATE_SECONDS = 2;
const BEAT_MS = 10_000;
const EPOCH_MS = 30_000;
/** Events of a run: its start, then 10 steps, an epoch and a checkpoint each time. */
const EVENTS_AN_EPOCH = 12;
const TICKS_A_SECOND = 100;
const BASE = {
  dataset: { kind: 'synthetic', classes: 4, height: 8, width: 8, channels: 3, train: 200, test: 40, seed: 0 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  ...{ train: 160, validation: 40, test: 40, epochs: 60, batchSize: 8, logEverySteps: 2 },
};
const ARM = { kind: 'freezeout', shape: 'cubic', t0: 0.8 };

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200' }, minutes: { type: 'string', default: '3' } },
});
const [runs, minutes] = [Number(values.runs), Number(values.minutes)];

const folder = mkdtempSync(join(tmpdir(), 'following-'));
const home = join(folder, 'home');
const cluster = await startSlurm({ nodes: 2, cpus: Math.ceil(runs / 2) });
const programs = join(folder, 'bin');
const asked = join(folder, 'squeue.log');
mkdirSync(programs);
const real = cluster.environment.PATH;
writeFileSync(join(programs, 'squeue'), `#!/bin/sh\ndate +%s >> ${asked}\nPATH=${real}\nexec squeue "$@"\n`, {
  mode: 0o755,
});
const environment = { ...cluster.environment, PATH: [programs, real].join(delimiter) };
const server = await startSshd({ environment });
const sessions = mkdtempSync('/tmp/fo-');
const root = join(cluster.root, 'machine');
await setUpHere(root, { environment }, ['[ "$1" = work ] && exec sleep 1000000']);
await (await homeWithCluster(home, root, { ssh: 'gpubox' })).close('The measurement begins.');

const template = await reported();
const host = startHost();
host.once('exit', hostIsGone);
const begunAt = performance.now();
await untilAllRun();
const sent = (performance.now() - begunAt) / 1000;
console.log(
  `${runs} runs sent in ${sent.toFixed(0)} s over ${countedNoun(logins(), 'connection')}, with ${countedNoun(askedTimes().length, 'call')} of squeue.`,
);
const blocks = blocksIn();
for (const { block, run } of blocks) begin(block, run);
const beating = setInterval(() => {
  for (const { block, run } of blocks) beat(block, run);
}, BEAT_MS);
await sleep(10_000);
const shares = [
  await measured('without news', () => undefined),
  await measured('with an epoch a run every 30 s', reportOn),
];
clearInterval(beating);

const connections = logins();
const gaps = askedTimes().map((at, index, all) => (index === 0 ? Number.POSITIVE_INFINITY : at - all[index - 1]));
const shortest = Math.min(...gaps);
console.log(
  `${countedNoun(connections, 'connection')} of ssh in all, ${countedNoun(followers().length, 'follower')} at the end; squeue was asked every ${shortest} s at most.`,
);
host.off('exit', hostIsGone);
host.kill('SIGKILL');
await server.close();
await cluster.close();
for (const path of [folder, sessions]) rmSync(path, { recursive: true });
const isMissed = Math.max(...shares) > BARS.share || connections > 1 || shortest < BARS.askSeconds - LATE_SECONDS;
process.exit(isMissed ? 1 : 0);

/** What a trainer reports of such a run, one event a line, by the real trainer without TensorFlow. */
async function reported(): Promise<readonly string[]> {
  const block = join(folder, 'template');
  mkdirSync(block);
  const run = { runId: 'template', dataset: BASE.dataset, spec: { ...BASE, policy: ARM, seed: 1 } };
  writeFileSync(join(block, 'block.json'), JSON.stringify({ format: 1, id: 'template', runs: [run] }));
  execFileSync(process.execPath, [LAB, 'work', block], {
    env: { ...process.env, NODE_OPTIONS: `--import=${QUICK_TRAINER}` },
    stdio: 'ignore',
  });
  return readFileSync(join(block, 'runs', 'template', 'events.1.ndjson'), 'utf8')
    .trim()
    .split('\n');
}

/** The real program, which sends a study, one job a run, and follows it. */
function startHost() {
  const study = join(folder, 'study.json');
  const seeds = Array.from({ length: runs / 2 }, (_, index) => index + 1);
  writeFileSync(study, JSON.stringify({ name: 'followed', base: BASE, arms: [ARM], seeds, equalTimeBaseline: false }));
  const env = { ...process.env, XDG_RUNTIME_DIR: sessions, PATH: [server.programs, process.env.PATH].join(delimiter) };
  const words = [LAB, 'study', study, '--on', 'cluster', '--block', 'run', '--home', home, '--json'];
  return spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'], env });
}

async function untilAllRun(): Promise<void> {
  for (;;) {
    const states = await cluster.ask('squeue', '-h', '-t', 'R', '-o', '%i');
    if (states.trim().split('\n').length >= runs) return;
    await sleep(1000);
  }
}

interface Followed {
  readonly block: string;
  readonly run: string;
  told: number;
}

function blocksIn(): readonly Followed[] {
  const jobs = join(root, 'jobs');
  return readdirSync(jobs).map((name) => {
    const block = join(jobs, name);
    const [{ runId }] = blockSchema.parse(JSON.parse(readFileSync(join(block, 'block.json'), 'utf8'))).runs;
    return { block, run: runId, told: 0 };
  });
}

function begin(block: string, run: string): void {
  const claim = { attempt: 1, job: null, node: 'n1', host: 'n1', pid: 1, at: Date.now() };
  writeFileSync(join(block, 'claim.json'), JSON.stringify(claim));
  beat(block, run);
  mkdirSync(join(block, 'runs', run), { recursive: true });
  writeFileSync(join(block, 'runs', run, 'from.1.json'), JSON.stringify({ from: {} }));
}

function beat(block: string, run: string): void {
  writeFileSync(join(block, 'beat.1.json'), JSON.stringify({ at: Date.now(), run, step: null, seq: 0 }));
}

/** Runs report one after the other, as many in each second as there are in all every half minute. */
function reportOn(second: number): void {
  for (const [index, one] of blocks.entries()) {
    if (index % (EPOCH_MS / 1000) !== second % (EPOCH_MS / 1000)) continue;
    const lines = template.slice(one.told, one.told + EVENTS_AN_EPOCH);
    one.told += lines.length;
    const own = lines.map((line) => `${line.replace('"runId":"template"', `"runId":"${one.run}"`)}\n`).join('');
    appendFileSync(join(one.block, 'runs', one.run, 'events.1.ndjson'), own);
  }
}

/** The share of a core that a run takes of the host for so many minutes. */
async function measured(what: string, eachSecond: (second: number) => void): Promise<number> {
  const before = {
    host: seconds(hostProcesses()),
    follower: seconds(followers()),
    asked: askedTimes().length,
    told: told(),
  };
  const begun = performance.now();
  for (let second = 0; performance.now() - begun < minutes * 60_000; second++) {
    eachSecond(second);
    await sleep(Math.max(0, 1000 * (second + 1) - (performance.now() - begun)));
  }
  const passed = (performance.now() - begun) / 1000;
  const share = (seconds(hostProcesses()) - before.host) / passed;
  const there = (seconds(followers()) - before.follower) / passed;
  const percent = (part: number) => `${(100 * part).toFixed(2)} %`;
  console.log(
    `${passed.toFixed(0)} s ${what}: the host took ${percent(share)} of a core, ${percent(share / runs)} a run; the follower on the machine ${percent(there)}; ` +
      `${countedNoun(told() - before.told, 'event')}; ${countedNoun(askedTimes().length - before.asked, 'call')} of squeue.`,
  );
  return share / runs;
}

/** The connections that the server has taken. */
function logins(): number {
  return readFileSync(join(server.root, 'log'), 'utf8').match(/Accepted publickey/g)?.length ?? 0;
}

function told(): number {
  return blocks.reduce((sum, one) => sum + one.told, 0);
}

function askedTimes(): readonly number[] {
  try {
    return readFileSync(asked, 'utf8').trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

/** The host itself and its ssh. */
function hostProcesses(): readonly number[] {
  return [host.pid ?? 0, ...processesNamed(`${sessions}/`)];
}

function followers(): readonly number[] {
  return processesNamed(`follow\0--root\0${root}`);
}

function processesNamed(words: string): readonly number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => (readProcess(`/proc/${pid}/cmdline`) ?? '').includes(words));
}

/** Processor time of processes, and of those of their children that have ended. */
function seconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readProcess(`/proc/${pid}/stat`) ?? '';
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) / TICKS_A_SECOND;
  }, 0);
}

function hostIsGone(code: number | null): never {
  console.error(`The host ended with ${code}.`);
  process.exit(1);
}
