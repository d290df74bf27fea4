import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueueState, Standstill } from '#core/queue/queue.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeOutput, FakeShell } from './fake-shell.ts';
import { epochFinished, eventsOf, finished, sampled, sampleRun } from './sample-run.ts';

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

function seqs(): readonly string[] {
  return shell.stdout.lines.map((line) => {
    const event: { runId?: string; seq?: number; type: string } = JSON.parse(line);
    return event.seq === undefined ? event.type : `${event.runId} ${event.seq}`;
  });
}

function trainAll(...ids: string[]): void {
  for (const id of ids) for (const event of eventsOf(id, [sampled(0, 2, 10), finished(0.1)])) lab.happen(event);
}

describe('study', () => {
  it('writes the events of all runs as JSON lines and ends with study.finished', async () => {
    lab.addRun('run1');
    lab.addRun('run2');
    lab.toQueue = ['run1', 'run2'];
    lab.onStart = () => setImmediate(() => trainAll('run1', 'run2'));
    expect(await command('study', 'study.json', '--json')).toBe(0);
    expect(seqs()).toEqual(['run1 1', 'run1 2', 'run2 1', 'run2 2', 'study.finished']);
    expect(lab.closings).toEqual(['The command is done.']);
  });

  it('shows events once and in order where the stream lost some and they happened before it answered', async () => {
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    const [first, second, third] = eventsOf('run1', [sampled(0, 2, 10), sampled(5, 2, 10), finished(0.1)]);
    lab.onStart = () => {
      lab.happen(first, { isLost: true });
      lab.happen(second, { isLost: true });
      setImmediate(() => lab.happen(third));
    };
    expect(await command('study', 'study.json', '--json')).toBe(0);
    expect(seqs()).toEqual(['run1 1', 'run1 2', 'run1 3', 'study.finished']);
  });

  it('does not take a trainer whose process is slow to end for the run of another program', async () => {
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    lab.trainerEnded = new Promise((resolve) => {
      lab.onAskForRunning = resolve;
    });
    lab.onStart = () => setImmediate(() => trainAll('run1'));
    expect(await command('study', 'study.json')).toBe(0);
    expect(shell.stderr.text).not.toContain('Other programs');
  });

  it('says that it ends only when the run of another program has', async () => {
    lab.addRun('run1');
    lab.addRun('other', 'running');
    lab.toQueue = ['run1'];
    lab.onAskForRunning = () => setImmediate(() => trainAll('other'));
    lab.onStart = () => setImmediate(() => trainAll('run1'));
    expect(await command('study', 'study.json')).toBe(0);
    expect(shell.stderr.text).toContain('Other programs have queued runs here');
  });

  const FULL: Standstill = { kind: 'disk', reason: 'The disk is full.', since: 0, nextTryAt: 2000 };
  const waitingBehind = (id: string, standstill: Standstill | null): Partial<QueueState> => ({
    standstill,
    runs: [
      {
        ...{ id, studyId: 'study1', studyName: 'tiny', name: 'baseline', seed: 1, status: 'queued', held: false },
        ...{ epoch: 0, epochs: 2 },
        waits: standstill === null ? { for: 'turn', before: 0 } : { for: 'hindrance', kind: standstill.kind },
      },
    ],
  });

  it('ends with exit code 75 where no run can train and nobody sits in front of it', async () => {
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    lab.onStart = () => setImmediate(() => lab.changeQueue(waitingBehind('run1', FULL)));
    expect(await command('study', 'study.json')).toBe(75);
    expect(shell.stderr.text).toContain('The disk is full. The queue goes on by itself once there is space again.');
    expect(lab.closings).toHaveLength(1);
  });

  it('waits in a terminal until the cause is gone, and says both', async () => {
    shell = new FakeShell({ folder, stderr: new FakeOutput({ isTerminal: true }) });
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    lab.onStart = () => setImmediate(() => lab.changeQueue(waitingBehind('run1', FULL)));
    const ended = command('study', 'study.json');
    await vi.waitFor(() =>
      expect(shell.stderr.text).toContain('Ctrl-C ends this command; its runs stay in the queue.'),
    );
    lab.changeQueue(waitingBehind('run1', null));
    await vi.waitFor(() => expect(shell.stderr.text).toContain('The queue goes on.'));
    trainAll('run1');
    expect(await ended).toBe(0);
  });

  it('does not repeat what a resumed run did before', async () => {
    lab.addRun('run1');
    for (const event of eventsOf('run1', [sampled(0, 2, 10), epochFinished(1, 0)])) lab.happen(event);
    lab.setStatus('run1', 'queued');
    lab.toQueue = ['run1'];
    lab.onStart = () => setImmediate(() => lab.happen(eventsOf('run1', [finished(0.1)], 3)[0]));
    await command('study', 'study.json', '--json');
    expect(seqs()).toEqual(['run1 3', 'study.finished']);
  });

  it('says which checkpoints a run that goes on had to pass over', async () => {
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    const resumed = { type: 'run.resumed', step: 20, reason: '30.json is damaged. Goes on with step 20.' } as const;
    const passedOver = { ...resumed, passedOver: ['30.json is damaged.'] };
    lab.onStart = () =>
      setImmediate(() => {
        for (const event of eventsOf('run1', [resumed, passedOver, finished(0.1)])) lab.happen(event);
      });
    expect(await command('study', 'study.json')).toBe(0);
    expect(shell.stdout.lines.filter((line) => line.includes('resumed: 30.json is damaged.'))).toHaveLength(1);
  });

  it('gives up the checkpoints of a run only where that is asked for', async () => {
    lab.addRun('run1');
    lab.onStart = () => setImmediate(() => trainAll('run1'));
    await command('runs', 'resume', 'run1', '--anew');
    expect(lab.asked).toContain('resume run1 anew');
  });

  it('says once which classes the parts of its runs lack', async () => {
    const classGaps = [{ part: 'validation' as const, classes: 1, names: ['owl'], isInFile: true }];
    for (const id of ['run1', 'run2']) lab.runs.set(id, { ...sampleRun({ id, status: 'queued' }), classGaps });
    lab.toQueue = ['run1', 'run2'];
    lab.onStart = () => setImmediate(() => trainAll('run1', 'run2'));
    expect(await command('study', 'study.json')).toBe(0);
    const told = shell.stderr.lines.filter((line) => line.startsWith('Careful: The validation images lack the class'));
    expect(told).toHaveLength(1);
  });

  it('shows the table, where the figure is, and last how to add seeds', async () => {
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    lab.onStart = () => setImmediate(() => trainAll('run1'));
    expect(await command('study', 'study.json')).toBe(0);
    expect(shell.stdout.text).toContain('THE TABLE');
    expect(shell.stdout.text).toContain(join(folder, 'home', 'figures', 'tiny.svg'));
    expect(shell.stdout.lines.at(-1)).toBe('To add seeds: npm run lab -- study tiny --seeds 2,3 --home home');
    expect(await readFile(join(folder, 'home', 'figures', 'tiny.svg'), 'utf8')).toBe('svg of study1');
    expect(await readdir(join(folder, 'home', 'figures'))).toEqual(['tiny.csv', 'tiny.svg']);
  });

  it('shows the table first and loses nothing else where the figure cannot be written', async () => {
    await mkdir(join(folder, 'home'));
    await writeFile(join(folder, 'home', 'figures'), 'a file where the folder should be');
    const { name, ...rest } = SPEC;
    await writeFile(join(folder, 'two.json'), JSON.stringify({ studies: [SPEC, { name: `${name} 2`, ...rest }] }));
    expect(await command('study', 'two.json')).toBe(1);
    expect(shell.stdout.text.match(/THE TABLE/g)).toHaveLength(2);
    expect(shell.stdout.text).not.toContain('Figure:');
    expect(shell.stderr.lines.at(-1)).toContain(join(folder, 'home', 'figures'));
    expect(shell.stderr.lines.at(-1)).toMatch(
      /The table above is complete; to draw its figure elsewhere: npm run lab -- compare tiny --figure FILE.svg --home home$/,
    );
  });

  it('goes on after a failed run, and exits with 1', async () => {
    lab.addRun('run1');
    lab.addRun('run2');
    lab.toQueue = ['run1', 'run2'];
    lab.onStart = () =>
      setImmediate(() => {
        lab.happen(eventsOf('run1', [{ type: 'run.failed', step: null, reason: 'No memory.' }])[0]);
        trainAll('run2');
      });
    expect(await command('study', 'study.json', '--json')).toBe(1);
    expect(seqs().at(-1)).toBe('study.finished');
    expect(shell.stderr.text).toContain('1 of 2 runs did not finish (run1 failed)');
  });

  it('adds seeds to a study by its name', async () => {
    expect(await command('study', 'tiny', '--seeds', '2,3', '--json')).toBe(0);
    expect(lab.asked).toContain('extend tiny by 2,3');
  });

  it('notices that a waiting run was stopped, which has no event of its own', async () => {
    lab.isOwner = false;
    lab.addRun('run1');
    lab.addRun('run2');
    lab.toQueue = ['run1', 'run2'];
    lab.onStart = () =>
      setImmediate(() => {
        lab.setStatus('run2', 'stopped');
        trainAll('run1');
      });
    expect(await command('study', 'study.json', '--json')).toBe(1);
    expect(shell.stderr.text).toContain('run2 stopped');
  });
});

describe('a program that trains no longer', () => {
  it('is replaced: the study goes on in this one, and nothing is shown twice', async () => {
    lab.isOwner = false;
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    const [first, second] = eventsOf('run1', [sampled(0, 2, 10), epochFinished(1, 0)]);
    lab.onStart = () => {
      lab.happen(first);
      lab.happen(second);
      void vi
        .waitUntil(() => seqs().length === 2, { timeout: 60_000 })
        .then(() => {
          lab.isOwner = true;
          lab.onStart = () => setImmediate(() => lab.happen(eventsOf('run1', [finished(0.1)], 3)[0]));
          lab.loseOwner();
        });
    };
    expect(await command('study', 'study.json', '--json')).toBe(0);
    expect(seqs()).toEqual(['run1 1', 'run1 2', 'run1 3', 'study.finished']);
    expect(lab.asked).toEqual(['open to serve', 'start tiny', 'open to serve', 'start tiny']);
    expect(shell.stderr.text).toContain('continuing here');
  });
});

describe('Ctrl-C', () => {
  it('asks for a checkpoint in the program that trains, and says how to go on', async () => {
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    lab.onStart = () => setImmediate(() => shell.pressCtrlC());
    expect(await command('study', 'study.json')).toBe(130);
    expect(lab.closings).toEqual(['Paused by Ctrl-C.']);
    expect(shell.stderr.lines.at(-1)).toBe('Paused. Continue with: npm run lab -- study study.json --home home');
  });

  it('only detaches from a run that trains elsewhere', async () => {
    lab.isOwner = false;
    lab.addRun('run1');
    lab.onStart = () => setImmediate(() => shell.pressCtrlC());
    await writeFile(join(folder, 'run.json'), JSON.stringify(SPEC.base));
    expect(await command('run', 'run.json')).toBe(130);
    expect(lab.run('run1').status).toBe('queued');
    expect(shell.stderr.lines.at(-1)).toMatch(/^Detached: run run1 continues .*npm run lab -- runs stop run1/);
  });

  it('says where to look when it comes before the other program has named a run', async () => {
    lab.isOwner = false;
    lab.onStart = () => {
      lab.toQueue = [];
      shell.pressCtrlC();
    };
    expect(await command('study', 'study.json')).toBe(130);
    expect(shell.stderr.lines.at(-1)).toMatch(/^Detached before .* named a run.*npm run lab -- runs list --home home$/);
  });

  it('ends at once when it is pressed again, but not when the same press arrives twice', async () => {
    lab.addRun('run1');
    lab.toQueue = ['run1'];
    lab.onStart = () =>
      setImmediate(() => {
        shell.pressCtrlC();
        shell.timeMs = 100;
        shell.pressCtrlC();
        expect(shell.exits).toEqual([]);
        shell.timeMs = 700;
        shell.pressCtrlC();
      });
    await command('study', 'study.json');
    expect(shell.exits).toEqual([130]);
  });
});

describe('run', () => {
  it('writes its events as JSON lines', async () => {
    lab.addRun('run1');
    lab.onStart = () => setImmediate(() => trainAll('run1'));
    await writeFile(join(folder, 'run.json'), JSON.stringify(SPEC.base));
    expect(await command('run', 'run.json', '--json')).toBe(0);
    expect(seqs()).toEqual(['run1 1', 'run1 2']);
  });

  it('reads the spec from stdin', async () => {
    lab.addRun('run1');
    lab.onStart = () => setImmediate(() => trainAll('run1'));
    shell.stdin = JSON.stringify(SPEC.base);
    expect(await command('run', '-', '--json')).toBe(0);
  });
});
