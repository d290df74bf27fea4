import type { Argument, Command, Option } from 'commander';
import { expect, it } from 'vitest';
import { commands } from '../../src-main/cli/commands.mjs';
import { programFor, runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

/** No number, and numbers that hardly anything can be done with. */
const NO_NUMBERS = ['', ' ', 'NaN', 'Infinity', '-Infinity', '1e999', '0x10', '1_000', '1,2', '٣', '--', '1e', '0.5.5'];
const ODD_NUMBERS = ['0', '-0', '-1', '0.5', '1e308', '-1e308', '1e-320', '9007199254740993', '2147483648', '1e15'];
const LISTS = [
  ',',
  '1,',
  '1,,2',
  '1,1',
  '0:0,1:1',
  '1:1e308',
  '0:NaN',
  '1e308x1x1',
  '99999999x99999999x3',
  '0s',
  '1e9d',
];
const VALUES = [...NO_NUMBERS, ...ODD_NUMBERS, ...LISTS, '9'.repeat(400)];
const MOST_SECONDS = 5;

interface Entry {
  readonly words: string;
  readonly command: Command;
  /** Whole command lines of its help, as words. */
  readonly lines: readonly (readonly string[])[];
}

const loaded: readonly Entry[] = await Promise.all(commands.map(({ words }) => entryOf(words)));

async function entryOf(words: string): Promise<Entry> {
  const shell = new FakeShell();
  const surroundings = { tools: fakeTools(new FakeLab()), shell };
  let command: Command | undefined = await programFor(words.split(' '), surroundings);
  for (const word of words.split(' ')) command = command?.commands.find((one) => one.name() === word);
  await runCommandLine([...words.split(' '), '--help'], surroundings);
  const [, ...lines] = shell.stdout.text.split('npm run lab -- ');
  if (command === undefined) throw new Error(`There is no command ${words}.`);
  return { words, command, lines: lines.map((line) => wordsOf(line.split('\n')[0])) };
}

/** The words of an example as a shell takes them apart. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain);
}

/** Whether its text is read as a number, several numbers, or something that is made of numbers. */
function readsNumbers({ parseArg, argChoices }: Option | Argument): boolean {
  if (parseArg === undefined || argChoices !== undefined) return false;
  try {
    parseArg('no number', undefined);
    return false;
  } catch {
    return true;
  }
}

/** Command lines that give this value to the option; it may depend on what else they say whether it is used. */
function linesWith(entry: Entry, option: Option, value: string): string[][] {
  return entry.lines.map((line) => [
    ...line,
    ...(value.startsWith('-') ? [`${option.long}=${value}`] : [`${option.long}`, value]),
  ]);
}

/** Command lines whose argument has this value. */
function linesAt({ words, command, lines }: Entry, argument: Argument, value: string): string[][] {
  const place = words.split(' ').length + command.registeredArguments.indexOf(argument);
  return lines.map((line) => line.toSpliced(place, 1, value));
}

async function problemOf(line: readonly string[]): Promise<string | null> {
  const shell = new FakeShell();
  const lab = new FakeLab();
  lab.addRun('run1', 'finished');
  const before = process.cpuUsage();
  const code = await runCommandLine(line, { tools: fakeTools(lab), shell });
  const { user, system } = process.cpuUsage(before);
  const told = (what: string) =>
    `${line.join(' ')} ${what}: ${shell.stderr.text.slice(0, 300)}${shell.stdout.text.slice(0, 300)}`;
  if (user + system > MOST_SECONDS * 1e6) return told('takes long');
  if (/^ {4}at |internal|\[object|undefined/m.test(shell.stderr.text)) return told('is not refused by a sentence');
  if (shell.stderr.lines.some((text) => !/[.:…]$/.test(text))) return told('does not end its sentences');
  if (code !== 0 && shell.stderr.lines.length === 0) return told('fails without a word');
  return /\b(NaN|undefined|Infinity)\b|\[object/.test(shell.stdout.text) ? told('prints no number') : null;
}

const options = loaded.flatMap((entry) =>
  entry.command.options.filter(readsNumbers).map((option) => ({
    ...{ words: entry.words, name: option.long ?? option.flags },
    linesWith: (value: string) => linesWith(entry, option, value),
  })),
);
const places = loaded.flatMap((entry) =>
  entry.command.registeredArguments.filter(readsNumbers).map((argument) => ({
    ...{ words: entry.words, name: `<${argument.name()}>` },
    linesWith: (value: string) => linesAt(entry, argument, value),
  })),
);

it.each([...options, ...places])(
  'lab $words takes any $name: it is used, or refused in a sentence',
  async ({ linesWith: lines }) => {
    for (const value of VALUES) for (const line of lines(value)) expect(await problemOf(line)).toBeNull();
  },
);

it('finds the options with numbers, and command lines of every command', () => {
  expect(options.map(({ words, name }) => `${words} ${name}`)).toEqual(
    expect.arrayContaining(['find --budget', 'schedule --t0', 'datasets add --size', 'models describe --input']),
  );
  expect(places.map(({ words }) => words)).toEqual(['queue move']);
  expect(loaded.filter(({ lines }) => lines.length === 0)).toEqual([]);
});
