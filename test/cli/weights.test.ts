import { beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { weightsOf } from './fake-records.ts';
import { FakeShell } from './fake-shell.ts';

let lab: FakeLab;
let shell: FakeShell;

beforeEach(() => {
  lab = new FakeLab();
  lab.weights = [
    weightsOf({ name: 'mine' }),
    { ...weightsOf({ run: '4k2h8d0c5t' }), title: 'ResNet-18 on flowers, 3 epochs, seed 1', dataset: 'flowers' },
  ];
  shell = new FakeShell({ folder: '/here', environment: { FREEZEOUT_LAB_HOME: 'home' } });
});

function command(...args: string[]): Promise<number> {
  return runCommandLine(['weights', ...args], { tools: fakeTools(lab), shell });
}

describe('weights', () => {
  it('add takes a file of the folder in which the command runs', async () => {
    expect(await command('add', 'resnet18', '--path', 'w.safetensors')).toBe(0);
    expect(await command('add', 'resnet18', '--path', '/w.safetensors', '--replace')).toBe(0);
    expect(lab.asked).toEqual([
      ...['open to ask', 'add weights resnet18 of /here/w.safetensors'],
      ...['open to ask', 'replace weights resnet18 of /w.safetensors'],
    ]);
    expect(shell.stdout.text).toMatch(/fits +ResNet-18: torchvision names, 1000 classes, 3 channels/);
  });

  it('hash says that of a file, and opens no home', async () => {
    expect(await command('hash', 'w.safetensors')).toBe(0);
    expect([shell.stdout.text, lab.asked]).toEqual(['hash of /here/w.safetensors\n', []]);
  });

  it.each([
    [['add', 'resnet18'], '--path'],
    [['add', 'a b', '--path', 'w'], 'the name of the weights'],
    [['add', 'w.safetensors', '--path', 'w'], 'must not end in .safetensors'],
    [['show', 'other'], 'There are no weights "other": `weights list` says which there are.'],
    [['describe'], '--path'],
  ])('refuses %j in one sentence', async (args, sentence) => {
    expect(await command(...args)).toBe(2);
    expect(shell.stderr.text).toContain(sentence);
  });

  it('list shows a table, or JSON', async () => {
    expect(await command('list')).toBe(0);
    expect(shell.stdout.lines[0]).toMatch(/^name +network +classes +size +from +since$/);
    expect(shell.stdout.lines[1]).toMatch(/^mine +ResNet-18 +1000 +46\.8 MB +w\.safetensors +1970-01-01/);
    expect(shell.stdout.lines[2]).toMatch(
      /^run 4k2h8d0c5t +ResNet-18 +1000 +46\.8 MB +ResNet-18 on flowers, 3 epochs, seed 1/,
    );
    expect(await command('list', '--json')).toBe(0);
    expect(JSON.parse(shell.stdout.lines.at(-1) ?? '')).toEqual(JSON.parse(JSON.stringify(lab.weights)));
  });

  it('list says how to begin where there are none', async () => {
    lab.weights = [];
    await command('list');
    expect(shell.stdout.text).toBe('There are no weights yet: add a file with `weights add NAME --path FILE`.\n');
  });

  it('show tells the whole hash of a name, and the data of a run', async () => {
    await command('show', 'mine');
    expect(shell.stdout.text).toContain('ab'.repeat(32));
    lab.weights = lab.weights.map((one) => ({ ...one, fits: one.fits.map((fit) => ({ ...fit, channels: 1 })) }));
    await command('show', '4k2h');
    expect(shell.stdout.text).toMatch(/1000 classes, 1 channel\n/);
    expect(shell.stdout.text).toMatch(/data set +flowers/);
  });

  it('show says why weights cannot be read, and what to do where no network fits', async () => {
    lab.weights = [{ ...weightsOf({ name: 'mine' }), fits: [], problem: 'It is gone.' }];
    await command('show', 'mine');
    expect(shell.stdout.text).toMatch(/problem +It is gone\./);
    lab.weights = [{ ...weightsOf({ name: 'mine' }), fits: [] }];
    await command('show', 'mine');
    expect(shell.stdout.text).toMatch(/fits +none of the networks .* --model/);
  });

  it('describe adds nothing', async () => {
    expect(await command('describe', '--path', 'w.safetensors')).toBe(0);
    expect(lab.asked).toEqual(['open to ask', 'describe /here/w.safetensors']);
    expect(shell.stdout.text).toMatch(/SHA-256 +abab/);
  });

  it('remove forgets the name', async () => {
    expect(await command('remove', 'mine')).toBe(0);
    expect(lab.asked).toContain('remove weights mine');
    expect(shell.stdout.text).toBe('mine is removed; the file that was added stays where it is.\n');
  });
});
