import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { claimSchema, endSchema } from '#core/block/block.ts';
import type { RunEvent } from '#core/run-event.ts';
import { drawsFrom } from '../soak/draws.ts';
import { differences, type Outcome } from '../soak/run-outcome.ts';
import { LateFolder } from '../support/late-folder.ts';
import { listeningAddresses } from '../support/loopback-ports.ts';
import { isAlive, readProcess } from '../support/processes.ts';
import { type SlurmCluster, slurm, startSlurm } from '../support/slurm.ts';
import { RUN, type SiteOptions, SlurmSite } from '../support/slurm-site.ts';
import { type SshServer, sshd, startSshd } from '../support/sshd.ts';

// What may happen to a run in a job of a real Slurm. All of its trainer is the real one, but TensorFlow; slurm-training.test.ts has that.
vi.setConfig({ testTimeout: 600_000 });
const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));

/** Tests that take a node away have nodes of their own. */
const [PREEMPTED, LOST, OTHER] = ['n2', 'n3', 'n4'];
const COMMON = { options: [`--exclude=${PREEMPTED},${LOST},${OTHER}`] };

let cluster: SlurmCluster;
let server: SshServer | null = null;
let sessions: string;
let whole: Outcome;

async function opened(context: TestContext, name: string, options: SiteOptions = {}): Promise<SlurmSite> {
  const site = await SlurmSite.open(cluster, name, { settings: COMMON, ...options });
  context.onTestFinished(() => site.close());
  return site;
}

/** As if nothing had happened to it: no event is missing or there twice, and every sum and bit is the same. */
async function expectWhole(site: SlurmSite, run: string): Promise<void> {
  await site.is(run, 'finished');
  const { outcome, isInOrder } = await site.outcome(run);
  expect([differences(whole, outcome), isInOrder]).toEqual([[], true]);
}

async function reasons(site: SlurmSite, run: string): Promise<readonly (string | null)[]> {
  const events: readonly RunEvent[] = await site.client.runs.history({ run });
  return events.flatMap((event) => (event.type === 'run.interrupted' ? [event.reason] : []));
}

/** Waits until these are the states of all jobs that there have been of a block: the last one outlives its run a little. */
async function expectJobs(block: string, states: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const lines = (await cluster.ask('squeue', '-h', '-t', 'all', '-o', '%k|%T')).split('\n');
      const own = lines.flatMap((line) => (line.startsWith(`freezeout:${block}|`) ? [line.split('|')[1]] : []));
      expect(own.sort()).toEqual(states);
    },
    { timeout: 120_000, interval: 200 },
  );
}

describe.skipIf(slurm === null).concurrent('a run in a job of Slurm', () => {
  beforeAll(async () => {
    cluster = await startSlurm({ nodes: 4, cpus: 8 });
    const programs = join(cluster.root, 'bin');
    mkdirSync(programs);
    writeFileSync(join(programs, 'sbatch'), forgetfulSbatch(cluster.environment.PATH), { mode: 0o755 });
    server = sshd === null ? null : await startSshd({ environment: cluster.environment });
    sessions = mkdtempSync('/tmp/fo-');
    const path = [programs, ...(server === null ? [] : [server.programs]), cluster.environment.PATH].join(delimiter);
    for (const [name, value] of Object.entries({ ...cluster.environment, PATH: path, XDG_RUNTIME_DIR: sessions }))
      vi.stubEnv(name, value);
    const site = await SlurmSite.open(cluster, 'undisturbed');
    site.hurry();
    const run = await site.start();
    await site.is(run, 'finished');
    whole = (await site.outcome(run)).outcome;
    await site.close();
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.close();
    await cluster.close();
    rmSync(sessions, { recursive: true });
  });

  it('saves a checkpoint where Slurm warns of the time limit, and goes on in the same job', async (context) => {
    const site = await opened(context, 'limit');
    const run = await site.start();
    await site.reached(run, 2);
    const { block, job } = await site.job(run);
    // `lab work` has looked for the limit at its start, and will look again when that is near: it is the signal that warns.
    await cluster.ask('scontrol', 'update', `JobId=${job}`, 'TimeLimit=2');
    await vi.waitFor(() => expect(existsSync(site.file(block, 'end.1.json'))).toBe(true), { timeout: 240_000 });
    site.hurry();
    await expectWhole(site, run);
    expect((await reasons(site, run))[0]).toBe('The time limit of its job is near.');
    await expectJobs(block, ['COMPLETED']);
  });

  it('goes on elsewhere where its node was only taken for lost, and what lives on there counts no more', async (context) => {
    const settings = { options: [`--exclude=n1,${PREEMPTED}`] };
    const site = await opened(context, 'lost', { settings });
    const run = await site.start();
    await site.reached(run, 2);
    const { block, node } = await site.job(run, (job) => job.node !== null);
    const claim = () => claimSchema.parse(JSON.parse(readFileSync(site.file(block, 'claim.json'), 'utf8')));
    const { pid } = claim();
    await cluster.killNode(node ?? '');
    await vi.waitFor(() => expect(claim().attempt).toBe(2), { timeout: 240_000, interval: 20 });
    const bothLived = isAlive(pid);
    await vi.waitFor(() => expect(existsSync(site.file(block, 'end.1.json'))).toBe(true), { timeout: 60_000 });
    site.hurry();
    await expectWhole(site, run);
    expect(bothLived).toBe(true);
    const end = endSchema.parse(JSON.parse(readFileSync(site.file(block, 'end.1.json'), 'utf8')));
    expect(end.ended).toBe('superseded');
    cluster.startNode(node ?? '');
  });

  it('gives way to a job that preempts it, and goes on after that', async (context) => {
    const site = await opened(context, 'preempted', { settings: { options: [`--nodelist=${PREEMPTED}`] } });
    const run = await site.start();
    await site.reached(run, 2);
    await cluster.ask('sbatch', '-p', 'urgent', '-w', PREEMPTED, '--exclusive', '-o', '/dev/null', '--wrap=sleep 1');
    await site.is(run, 'interrupted');
    site.hurry();
    await expectWhole(site, run);
    expect(await reasons(site, run)).toEqual(['Its process was told to end (SIGTERM).']);
  });

  it('is followed again once a revoked key of ssh is back, and nothing listens for it', async (context) => {
    if (server === null) return context.skip('This machine has no sshd.');
    const { root } = server;
    const site = await opened(context, 'ssh', { settings: { ...COMMON, ssh: 'gpubox' } });
    const run = await site.start();
    await site.reached(run, 2);
    const pids = processesWith([site.root, sessions]);
    const commands = pids.map((pid) => readProcess(`/proc/${pid}/cmdline`) ?? '').join('\n');
    for (const word of ['ssh', 'lab.mjs\0follow', 'lab.mjs\0work', 'trainer.ts']) expect(commands).toContain(word);
    expect(listeningAddresses([process.pid, ...pids])).toEqual([]);

    renameSync(join(root, 'user.pub'), join(root, 'user.pub.away'));
    await server.stop();
    await server.start();
    const { link } = await site.job(run, (job) => /denied/.test(job.link?.reason ?? ''));
    expect(link?.reason).toMatch(/^[^\n]*Permission denied \(publickey\)\.$/);
    expect((await site.client.runs.show({ run })).status).toBe('running');
    renameSync(join(root, 'user.pub.away'), join(root, 'user.pub'));
    await site.job(run, (job) => job.link?.state === 'up');
    site.hurry();
    await expectWhole(site, run);
    expect(await reasons(site, run)).toEqual([]);
  });

  it('is interrupted where the disk is full, and goes on once there is space', async (context) => {
    const disk = join(cluster.root, 'disk');
    if (!isMounted(disk)) return context.skip('Only root may mount a small disk.');
    context.onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
    const site = await opened(context, 'disk');
    const run = await site.start();
    await site.reached(run, 2);
    fill(join(disk, 'full'));
    await site.is(run, 'interrupted');
    // Where not even a word about it could be written, what Slurm says of its jobs.
    expect((await site.client.runs.show({ run })).reason).toMatch(
      /^The disk is full|jobs in a row ended without getting further/,
    );
    rmSync(join(disk, 'full'));
    site.hurry();
    await site.client.runs.resume({ run });
    await expectWhole(site, run);
  });

  it('is heard once where its folder shows files late', async (context) => {
    const shown = join(cluster.root, 'late-shown');
    mkdirSync(join(shown, 'jobs'), { recursive: true });
    const before = [`[ "$1" = follow ] && set -- "$@" --root ${shown}`];
    const site = await opened(context, 'late', { before });
    mkdirSync(join(site.root, 'jobs'), { recursive: true });
    const late = new LateFolder({ from: join(site.root, 'jobs'), to: join(shown, 'jobs') }, drawsFrom(1));
    context.onTestFinished(() => late.close());
    const run = await site.start();
    await site.reached(run, 2);
    await cluster.ask('scontrol', 'requeue', String((await site.job(run)).job));
    await site.job(run, ({ attempt }) => attempt === 2);
    site.hurry();
    await expectWhole(site, run);
  });

  it.for(['loses-answer', 'submits-late'])('has one job where sbatch %s', async (how, context) => {
    const site = await opened(context, how);
    writeFileSync(join(site.root, how), '');
    const run = await site.start();
    const { block } = await site.job(run);
    await site.reached(run, 1);
    await vi.waitFor(() => expect(existsSync(join(site.root, 'submitted'))).toBe(true), { timeout: 60_000 });
    site.hurry();
    await expectWhole(site, run);
    await expectJobs(block, ['COMPLETED']);
  });

  it('is submitted again where its job failed before it had begun, as with a revoked credential', async (context) => {
    const mark = join(cluster.root, 'has-failed');
    const site = await opened(context, 'failed', {
      settings: { ...COMMON, before: [`[ -e ${mark} ] || { > ${mark}; exit 1; }`] },
    });
    site.hurry();
    const run = await site.start();
    const { block } = await site.job(run);
    await expectWhole(site, run);
    await expectJobs(block, ['COMPLETED', 'FAILED']);
  });

  it('goes on while its host is killed, and the next one brings all of it home', async (context) => {
    const site = await opened(context, 'killed');
    await site.close();
    const spec = join(cluster.root, 'run.json');
    writeFileSync(spec, JSON.stringify(RUN));
    const words = [LAB, 'run', spec, '--on', 'cluster', '--home', site.home, '--json'];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    let run = '';
    for await (const line of createInterface({ input: child.stdout })) {
      const event: Partial<RunEvent> = JSON.parse(line);
      if (event.type !== 'epoch.finished') continue;
      run = event.runId ?? '';
      child.kill('SIGKILL');
    }
    await ended;
    await site.reopen();
    expect((await site.client.runs.show({ run })).status).toBe('running');
    // Whoever asks for the jobs has them followed.
    await site.client.jobs.list({ look: true });
    site.hurry();
    await expectWhole(site, run);
  });
});

/** An sbatch that does what it is asked for, but says once that nobody has answered, where a file of the machine says so. */
function forgetfulSbatch(path: string): string {
  return `#!/bin/sh
for word; do case "$word" in --chdir=*) root=\${word#--chdir=}/../..;; esac; done
script=$(cat)
submit() { printf '%s\\n' "$script" | PATH=${path} sbatch "$@"; }
unanswered() { echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1; }
if rm "$root/loses-answer" 2>/dev/null; then submit "$@" > "$root/submitted"; unanswered; fi
if rm "$root/submits-late" 2>/dev/null; then (sleep 5; submit "$@" > "$root/submitted") >/dev/null 2>&1 & unanswered; fi
submit "$@"
`;
}

/** The processes with one of these words in their commands or environments. */
function processesWith(words: readonly string[]): readonly number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    const said = ['cmdline', 'environ'].map((name) => readProcess(`/proc/${pid}/${name}`) ?? '').join('\0');
    return pid !== process.pid && words.some((word) => said.includes(word));
  });
}

/** Whether there is a small disk of its own in this folder now. */
function isMounted(folder: string): boolean {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fill(path: string): void {
  for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch {
      // Smaller pieces may still fit.
    }
  }
}
