import { expect, it } from 'vitest';
import type { AttemptEnd } from '#core/block/block.ts';
import type { CommandTools } from '../../src-main/cli/command-tools.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';
import { epochFinished, eventsOf, sampled } from './sample-run.ts';

const END: AttemptEnd = { at: 0, ended: 'done', reason: 'All is done (1 run).', runs: { run1: 2 }, gaveUp: [] };

async function command(workOn: CommandTools['workOn'], ...args: string[]) {
  const shell = new FakeShell({ folder: '/jobs', environment: { SLURM_JOB_ID: '17' } });
  const code = await runCommandLine(args, { tools: fakeTools(new FakeLab(), { workOn }), shell });
  return { code, shell };
}

it('works on the folder that is named, and shows what happens for people or for programs', async () => {
  const folders: string[] = [];
  const events = eventsOf('run1', [sampled(0, 2, 10), epochFinished(1, 0)]);
  const work: CommandTools['workOn'] = async (folder, { environment, onEvent, say }) => {
    folders.push(folder, environment.SLURM_JOB_ID ?? '');
    say('Attempt 1 at block block-1.');
    for (const event of events) onEvent(event);
    return END;
  };
  const told = await command(work, 'work', 'block-1');
  expect(told.code).toBe(0);
  expect(folders).toEqual(['/jobs/block-1', '17']);
  expect(told.shell.stdout.lines).toEqual([expect.stringMatching(/^run1: epoch 1: training loss/)]);
  expect(told.shell.stderr.lines).toEqual(['Attempt 1 at block block-1.', 'All is done (1 run).']);
  const listed = await command(work, 'work', 'block-1', '--json');
  expect(listed.shell.stdout.lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2]);
});

it('hears every signal that asks for the end, says that the same command goes on, and ends at a second Ctrl-C', async () => {
  const heard: string[] = [];
  let shell = new FakeShell();
  const work: CommandTools['workOn'] = async (_folder, { onSignal }) => {
    const forget = onSignal((signal) => void heard.push(signal));
    for (const signal of ['SIGUSR1', 'SIGTERM', 'SIGINT'] as const) shell.signal(signal);
    expect(shell.exits).toEqual([]);
    shell.signal('SIGINT');
    forget();
    shell.signal('SIGTERM');
    return { ...END, ended: 'yielded', reason: 'The time limit of its job is near.' };
  };
  shell = new FakeShell({ folder: '/jobs' });
  const code = await runCommandLine(['work', '.'], { tools: fakeTools(new FakeLab(), { workOn: work }), shell });
  expect(code).toBe(0);
  expect(heard).toEqual(['SIGUSR1', 'SIGTERM', 'SIGINT', 'SIGINT']);
  expect(shell.exits).toEqual([130]);
  expect(shell.stderr.lines).toEqual(['The time limit of its job is near. The same command goes on.']);
});

it('writes the events that count, and trains nothing', async () => {
  const events = eventsOf('run1', [sampled(0, 2, 10), epochFinished(1, 0)]);
  const shell = new FakeShell({ folder: '/jobs' });
  const tools = fakeTools(new FakeLab(), {
    async *blockEvents(folder) {
      expect(folder).toBe('/jobs/block-1');
      yield* events;
    },
    workOn: () => Promise.reject(new Error('It trains.')),
  });
  expect(await runCommandLine(['work', 'block-1', '--events'], { tools, shell })).toBe(0);
  expect(shell.stdout.lines.map((line) => JSON.parse(line))).toEqual(events);
});
