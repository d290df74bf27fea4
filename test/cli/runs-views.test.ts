import { beforeEach, describe, expect, it } from 'vitest';
import type { RunsView } from '#core/runs-view.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

let lab: FakeLab;
let shell: FakeShell;

const VIEW: RunsView = {
  ...{ tab: 'all', filter: 'not failed', groupBy: ['arm'] },
  columns: [
    { key: 'name', width: 300 },
    { key: 'status', width: 100 },
    { key: 'of-a-later-version', width: 100 },
    { key: 'validation-error-at-epoch-2', width: 100 },
  ],
  sort: { key: 'id', descending: true },
};

function saved(name: string, view: Partial<RunsView> = {}) {
  return { id: `id of ${name}`, name, view: { ...VIEW, ...view }, changedAt: 0 };
}

beforeEach(() => {
  lab = new FakeLab();
  shell = new FakeShell();
  lab.addRun('run1', 'finished');
  lab.addRun('run2', 'failed');
  lab.addRun('run3', 'paused');
  lab.runsViews = [saved('paper'), saved('shelf', { tab: 'archived', filter: '' })];
});

async function command(...args: string[]): Promise<readonly string[]> {
  expect(await runCommandLine(args, { tools: fakeTools(lab), shell })).toBe(0);
  return shell.stdout.lines.map((line) => line.replaceAll(/ +/g, ' ').trim());
}

describe('runs list --view', () => {
  it("has the view's filter, columns and order, led by the id", async () => {
    expect(await command('runs', 'list', '--view', 'paper')).toEqual([
      'id run status validation error at epoch 2 (%)',
      expect.stringMatching(/^run3 .* paused 15\.00$/),
      expect.stringMatching(/^run1 .* finished 5\.00$/),
    ]);
  });

  it('takes other conditions besides, and answers programs with the same runs', async () => {
    await command('runs', 'list', '--view', 'paper', '--filter', 'finished', '--json');
    expect(JSON.parse(shell.stdout.lines.join('')).map(({ id }: { id: string }) => id)).toEqual(['run1']);
  });

  it('shows only the runs of its tab', async () => {
    expect(await command('runs', 'list', '--view', 'shelf')).toEqual(['There are no such runs.']);
  });

  it('names the view that was meant where none has the name', async () => {
    const tools = fakeTools(lab);
    expect(await runCommandLine(['runs', 'list', '--view', 'papre'], { tools, shell })).toBe(2);
    expect(shell.stderr.text).toContain('No view of the runs is called "papre": you may mean "paper".');
  });
});

describe('views list', () => {
  it('lists the views with what they show', async () => {
    expect((await command('views', 'list')).map((line) => line.replace(/ 1970.*/, ''))).toEqual([
      'name runs filter columns groups changed',
      'paper all not failed 4 arm',
      'shelf archived 4 arm',
    ]);
  });

  it('says where views come from while there are none', async () => {
    lab.runsViews = [];
    expect(await command('views', 'list')).toEqual([
      'No view of the runs is saved: the table of runs in the app saves them.',
    ]);
  });
});
