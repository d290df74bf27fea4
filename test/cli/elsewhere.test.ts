import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord } from '#core/machines/job-record.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';
import { eventsOf, sampled, sampleRun } from './sample-run.ts';

const SPEC = {
  name: 'tiny',
  base: { dataset: { kind: 'synthetic' }, model: { kind: 'vgg' }, epochs: 2 },
  arms: [],
  seeds: [1],
};

let folder: string;
let lab: FakeLab;
let shell: FakeShell;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-cli-'));
  await writeFile(join(folder, 'study.json'), JSON.stringify(SPEC));
  lab = new FakeLab();
  shell = new FakeShell({ folder });
});

afterEach(() => rm(folder, { recursive: true }));

function command(...args: string[]): Promise<number> {
  return runCommandLine([...args, '--home', 'home'], { tools: fakeTools(lab), shell });
}

function job(change: Partial<JobRecord> = {}): JobRecord {
  return {
    ...{ block: 'block1', machine: 'cluster', folder: '/scratch/jobs/block1', runs: ['run1', 'run2'], submittedAt: 0 },
    ...{ job: '17', state: 'waits', reason: 'Priority', node: null, attempt: 0, link: null },
    ...{ waitsFor: null, calibrates: [] },
    ...change,
  };
}

describe('study --on', () => {
  it('hands the runs to the machine, and ends once they are there with --detach', async () => {
    lab.toQueue = ['run1', 'run2'];
    lab.jobs = [job(), job({ block: 'another', runs: ['run9'], job: '3' })];
    expect(await command('study', 'study.json', '--on', 'cluster', '--time', '8:00:00', '--detach')).toBe(0);
    expect(lab.asked).toContain('start tiny on {"machine":"cluster","block":"seed","time":"8:00:00"}');
    expect(shell.stdout.text).toBe('2 runs of 1 job on cluster (17). How they are: npm run lab -- jobs --home home\n');
  });

  it('says what is measured first, and that the runs follow once somebody looks, with --detach', async () => {
    lab.toQueue = ['run1', 'run2'];
    const held = job({ job: null, state: 'new', reason: null, waitsFor: 'calibration' });
    lab.jobs = [job({ block: 'first', runs: [], calibrates: ['run2'] }), held];
    expect(await command('study', 'study.json', '--on', 'cluster', '--detach')).toBe(0);
    expect(shell.stdout.text).toBe(
      "Step times are measured first on cluster (17), since they fix S' of the equal-time arms. 2 runs of 1 job more follow as soon as that is over, and `npm run lab -- jobs --home home` or the app looks at it. How they are: npm run lab -- jobs --home home\n",
    );
  });

  it('fails, and says what goes on with it, where a job could not be submitted yet', async () => {
    lab.toQueue = ['run1'];
    lab.jobs = [job({ job: null, state: 'new', reason: null })];
    expect(await command('study', 'study.json', '--on', 'cluster', '--detach')).not.toBe(0);
    expect(shell.stderr.text).toContain(
      '1 of 1 jobs could not be submitted yet: `npm run lab -- jobs --home home` tries',
    );
  });

  it('leaves the runs there at Ctrl-C, without a word of pausing', async () => {
    const elsewhere = { machine: 'cluster', folder: '/scratch/jobs/b', isThere: true };
    lab.runs.set('run1', sampleRun({ id: 'run1', status: 'queued', elsewhere }));
    lab.toQueue = ['run1'];
    lab.onStart = () =>
      setImmediate(() => {
        for (const event of eventsOf('run1', [sampled(0, 2, 10)])) lab.happen(event);
        setImmediate(() => shell.pressCtrlC());
      });
    expect(await command('study', 'study.json', '--on', 'cluster')).toBe(130);
    expect(shell.stderr.text).toContain(
      'Detached: 1 run left on the other machine. How they are: npm run lab -- jobs --home home; follow them again: npm run lab -- study study.json --on cluster --home home; stop one: npm run lab -- runs stop run1 --home home',
    );
    expect(shell.stderr.text).not.toMatch(/Paused|checkpoint/);
  });

  it.each([['--time', '30'], ['--block', 'run'], ['--detach']])('is needed for %s', async (...options) => {
    expect(await command('study', 'study.json', ...options)).toBe(2);
    expect(shell.stderr.text).toContain('are about another machine: name it with --on.');
  });

  it('refuses what Slurm would not take for a time', async () => {
    expect(await command('study', 'study.json', '--on', 'cluster', '--time', '8h')).toBe(2);
    expect(shell.stderr.text).toContain('must be a time of Slurm, such as 08:00:00');
  });
});

describe('jobs', () => {
  it('lists the blocks that are elsewhere, and says which machines cannot be heard', async () => {
    const link = { state: 'down', reason: 'Connection refused.', since: 0 } as const;
    lab.jobs = [job(), job({ block: 'b2', job: '18', state: 'runs', reason: null, node: 'n7', attempt: 2, link })];
    expect(await command('jobs')).toBe(0);
    const lines = shell.stdout.lines.map((line) => line.replaceAll(/ +/g, ' ').trim());
    expect(lines[0]).toBe('block machine job state node attempts runs sent');
    expect(lines[1]).toMatch(/^block1 cluster 17 waits: Priority – 0 2 /);
    expect(lines[2]).toMatch(/^b2 cluster 18 trains n7 2 2 /);
    expect(shell.stderr.text).toBe('cluster cannot be heard now: Connection refused.\n');
    expect(lab.asked).toContain('look at the machines');
  });

  it('asks no machine where that is asked for', async () => {
    expect(await command('jobs', '--offline')).toBe(0);
    expect(shell.stdout.text).toBe('Nothing trains elsewhere.\n');
    expect(lab.asked).toContain('list the jobs');
  });
});

it('says in the list of runs where they are, once one is elsewhere', async () => {
  lab.runs.set('run1', sampleRun({ id: 'run1' }));
  await command('runs', 'list');
  expect(shell.stdout.lines[0]).not.toContain('where');
  const elsewhere = { machine: 'cluster', folder: '/scratch/jobs/b', isThere: true };
  lab.runs.set('run2', sampleRun({ id: 'run2', elsewhere }));
  shell = new FakeShell({ folder });
  await command('runs', 'list');
  expect(shell.stdout.lines.map((line) => line.split(/ +/).at(-1))).toEqual(['where', 'here', 'cluster']);
});

describe('a home elsewhere whose program answers in another shape', () => {
  const jobsAt = (home: string) => {
    lab.jobs = [{ id: 5 } as never];
    return runCommandLine(['jobs', '--offline', '--home', home], { tools: fakeTools(lab), shell });
  };

  it('is told in one sentence with what to do', async () => {
    expect(await jobsAt('ssh://gpubox/~/lab')).toBe(1);
    expect(shell.stderr.text).toMatch(
      /^What ssh:\/\/gpubox\/~\/lab answered is not what a program of this version answers \(.+\): see which program runs there, end it, and try again\.\n$/,
    );
  });

  it('is no excuse for an error over a home that is here', async () => {
    expect(await jobsAt('home')).toBe(1);
    expect(shell.stderr.text).toMatch(/^Cannot read properties of undefined/);
  });
});
