import { beforeEach, describe, expect, it } from 'vitest';
import type { ShownRun } from '#core/queue/queue.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

let lab: FakeLab;
let shell: FakeShell;

beforeEach(() => {
  lab = new FakeLab();
  shell = new FakeShell();
});

function command(...args: string[]): Promise<number> {
  return runCommandLine(['queue', ...args], { tools: fakeTools(lab), shell });
}

function run(id: string, changes: Partial<ShownRun> = {}): ShownRun {
  const known = { studyId: 'study1', studyName: 'tiny', name: 'baseline', seed: 1, held: false, epoch: 0, epochs: 9 };
  return { id, ...known, status: 'queued', waits: { for: 'turn', before: 0 }, ...changes };
}

describe('queue', () => {
  it('lists what trains and what waits, in order, why, and how long', async () => {
    lab.queue = {
      ...{ paused: false, standstill: null, now: { runId: 'run1', stage: 'training' } },
      runs: [
        run('run1', { status: 'running', epoch: 3, waits: null }),
        run('run2', { held: true, waits: { for: 'release' } }),
        run('run3', { waits: { for: 'turn', before: 1 } }),
      ],
    };
    lab.seconds.set('run1', 50).set('run2', 600).set('run3', 70);
    const lines = () => shell.stdout.lines.map((line) => line.replaceAll(/ +/g, ' ').trim());
    expect(await command('list')).toBe(0);
    expect(lines()).toEqual([
      'place run study name epoch ends in state',
      'run1 tiny baseline, seed 1 3/9 50 s trains',
      '1 run2 tiny baseline, seed 1 0/9 – held',
      '2 run3 tiny baseline, seed 1 0/9 2 min behind 1 run',
      'Time left: 2 min; not counted: 1 run that waits for you.',
    ]);
    lab.seconds.delete('run3');
    expect(await command('list')).toBe(0);
    expect(lines().at(-1)).toBe(
      'Time left: at least 50 s, since 1 run may take any time; not counted: 1 run that waits for you.',
    );
    lab.seconds.clear();
    expect(await command('list')).toBe(0);
    expect(lines().at(-1)).toMatch(/^Time left: not known yet/);
  });

  it('says first what concerns all runs, and that nothing waits', async () => {
    const reason = 'The disk is full: free some space.';
    lab.queue = { paused: true, standstill: { kind: 'disk', reason, since: 0, nextTryAt: 1 }, now: null, runs: [] };
    expect(await command('list')).toBe(0);
    expect(shell.stdout.lines).toEqual([
      reason,
      'The queue is paused: `lab queue resume` goes on.',
      'Nothing trains or waits.',
    ]);
  });

  it('orders, holds, releases, pauses and resumes, and answers with the queue', async () => {
    lab.queue = { ...lab.queue, runs: [run('run2')] };
    for (const words of [
      ['next', 'run2'],
      ['move', 'run2', '3'],
      ['hold', 'run2'],
      ['release', 'run2'],
      ['pause'],
      ['resume'],
    ])
      expect(await command(...words)).toBe(0);
    const asked = lab.asked.filter((what) => !what.startsWith('open'));
    expect(asked).toEqual([
      ...['move run2 to 1', 'move run2 to 3', 'hold run2', 'release run2'],
      ...['pause the queue', 'resume the queue'],
    ]);
    expect(shell.stdout.lines.filter((line) => line.includes('run2'))).toHaveLength(6);
    expect(await command('list', '--json')).toBe(0);
    expect(JSON.parse(shell.stdout.lines.at(-1) ?? '')).toMatchObject({
      ...lab.queue,
      outlook: { total: { unknown: 1 } },
    });
  });

  it.each(['0', '1.5', 'first', '-2'])('refuses the place %s in a sentence', async (place) => {
    expect(await command('move', 'run2', '--', place)).toBe(2);
    expect(shell.stderr.text).toMatch(/place/);
    expect(lab.asked).toEqual([]);
  });
});
