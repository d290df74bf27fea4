import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commands, extentFor } from '../../src-main/cli/commands.mjs';
import { programFor, runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

const shell = new FakeShell({ folder: '/nowhere' });
const surroundings = { tools: fakeTools(new FakeLab()), shell };

/** Words of all commands that do something, as the program has them. */
function wordsOf(parent: Command, before: readonly string[] = []): string[][] {
  return parent.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const words = [...before, command.name()];
      return command.commands.length === 0 ? [words] : wordsOf(command, words);
    });
}

const all = wordsOf(await programFor([], surroundings)).map((words) => ({ name: words.join(' '), words }));
const extents = ['reading', 'training', 'everything'];

function needOf(name: string): string | undefined {
  return commands.find(({ words }) => words === name)?.needs;
}

describe('what a command needs of the set-up', () => {
  it('stands on every command, once', () => {
    expect(all.map(({ name }) => name).toSorted()).toEqual(commands.map(({ words }) => words).toSorted());
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(commands.filter(({ needs }) => !extents.includes(needs))).toEqual([]);
  });

  it('is training for all that train, and for what reads the images that training brings', () => {
    const training = commands.filter(({ needs }) => needs === 'training').map(({ words }) => words);
    expect(training).toEqual([
      'study',
      'find',
      'estimate',
      'run',
      'runs resume',
      'runs verify',
      'predict',
      'init',
      'work',
      'serve',
      'dial-stdio',
      'check-gpu',
    ]);
  });

  it.each(all)('is what the set-up brings for $name, wherever its options stand', ({ name, words }) => {
    const [first, ...rest] = words;
    const lines = [
      words,
      [...words, 'study', '--preset', 'run'],
      ['--home', 'study', ...words],
      ['--home=study', '--json', ...words],
      [first, '--home', 'run', '--verbose', ...rest],
      [...words, '--json', '--home', 'doctor'],
    ];
    expect(lines.map(extentFor)).toEqual(lines.map(() => needOf(name)));
  });

  it.each(all)('is only reading for the help of $name', ({ words }) => {
    expect(extentFor([...words, '--help'])).toBe('reading');
    expect(extentFor(['-h', ...words])).toBe('reading');
    expect(extentFor(['help', ...words])).toBe('reading');
  });

  it.each(['', '--help', 'help study', 'runs', 'trian --preset quick', '--home run doctor'])(
    'is reading for "%s"',
    (line) => {
      expect(extentFor(line.split(' ').filter((word) => word !== ''))).toBe('reading');
    },
  );

  it('can be read before there are packages', () => {
    const imports = (name: string) =>
      readFileSync(new URL(`../../src-main/cli/${name}`, import.meta.url), 'utf8').match(/^import .*$/gm) ?? [];
    expect(imports('commands.mjs')).toEqual(["import { machineCommands } from './machine-commands.mjs';"]);
    expect(imports('machine-commands.mjs')).toEqual([]);
  });
});

describe('help', () => {
  it.each(all)('of $name has a sentence and examples that can be typed', async ({ name, words }) => {
    const own = new FakeShell({ folder: '/nowhere' });
    expect(await runCommandLine([...words, '--help'], { ...surroundings, shell: own })).toBe(0);
    expect(own.stdout.text).toMatch(new RegExp(`^Usage: lab ${name}`));
    expect(own.stdout.text).toContain(`Examples:\n  npm run lab -- ${name}`);
  });

  it('is shown by the command of that name too', async () => {
    const own = new FakeShell({ folder: '/nowhere' });
    expect(await runCommandLine(['runs', 'help', 'list'], { ...surroundings, shell: own })).toBe(0);
    expect(own.stdout.text).toMatch(/^Usage: lab runs list[\s\S]*--status/);
  });
});

it('refuses a command that is not there', async () => {
  const own = new FakeShell({ folder: '/nowhere' });
  expect(await runCommandLine(['trian'], { ...surroundings, shell: own })).toBe(2);
  expect(own.stderr.text).toContain("Unknown command 'trian'");
});
