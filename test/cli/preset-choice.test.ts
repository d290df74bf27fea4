import { beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { datasetOf, weightsOf } from './fake-records.ts';
import { FakeShell } from './fake-shell.ts';

let lab: FakeLab;
let shell: FakeShell;

beforeEach(() => {
  lab = new FakeLab();
  lab.datasets = [datasetOf('flowers')];
  shell = new FakeShell({ folder: '/here', environment: { FREEZEOUT_LAB_HOME: 'home' } });
});

function command(...args: string[]): Promise<number> {
  return runCommandLine(['estimate', ...args], { tools: fakeTools(lab), shell });
}

const ASKED = ['--preset', 'how-many-layers', '--dataset', 'flowers', '--weights', 'w.safetensors'];

describe('any preset', () => {
  it('becomes a study of its own in another precision', async () => {
    expect(await command('--preset', 'quick', '--precision', 'bf16')).toBe(0);
    expect(await command('--preset', 'quick', '--precision', 'float32')).toBe(0);
    expect(await command(...ASKED, '--model', 'resnet', '--epochs', '7', '--precision', 'bf16')).toBe(0);
    expect(lab.asked.filter((asked) => asked.startsWith('estimate'))).toEqual([
      'estimate quick-bf16',
      'estimate quick',
      'estimate how-many-layers, ResNet-18 on flowers, 7 epochs, bf16',
    ]);
  });

  it('is refused in a precision that there is not', async () => {
    expect(await command('--preset', 'quick', '--precision', 'float16')).toBe(2);
  });
});

describe('a preset about chosen data', () => {
  it('becomes a study of these data, weights and epochs', async () => {
    expect(await command(...ASKED, '--model', 'resnet', '--epochs', '7')).toBe(0);
    expect(lab.asked).toContain('estimate how-many-layers, ResNet-18 on flowers, 7 epochs');
  });

  it('takes a network as JSON too', async () => {
    expect(await command(...ASKED, '--model', '{"kind":"resnet","depth":34}')).toBe(0);
    // 110 images: 30 epochs at most.
    expect(lab.asked).toContain('estimate how-many-layers, ResNet-34 on flowers, 30 epochs');
  });

  it('knows the network of a file, a name and a run by what they hold', async () => {
    lab.weights = [weightsOf({ name: 'mine' }), weightsOf({ run: '4k2h8d0c5t' })];
    for (const weights of ['w.safetensors', 'mine', '4k2h8d0c5t']) {
      expect(await command(...ASKED.slice(0, 5), weights, '--epochs', '7')).toBe(0);
      expect(lab.asked.at(-1)).toBe('estimate how-many-layers, ResNet-18 on flowers, 7 epochs');
    }
    expect(lab.asked).toContain('describe /here/w.safetensors');
  });

  it('asks for the network where several fit, and takes the one of a kind that fits', async () => {
    const [fit] = lab.fits;
    lab.fits = [
      { ...fit, model: { kind: 'resnet', depth: 34, stem: 'imagenet' } },
      { ...fit, model: { kind: 'densenet-121' } },
    ];
    expect(await command(...ASKED)).toBe(2);
    expect(shell.stderr.lines.at(-1)).toContain('"w.safetensors" fits several networks: choose ResNet-34 (--model');
    expect(await command(...ASKED, '--model', 'resnet', '--epochs', '7')).toBe(0);
    expect(lab.asked).toContain('estimate how-many-layers, ResNet-34 on flowers, 7 epochs');
  });

  it('asks for the network where none is known to fit', async () => {
    lab.fits = [];
    expect(await command(...ASKED)).toBe(2);
    expect(shell.stderr.lines.at(-1)).toContain('"w.safetensors" fits no network that the program knows');
  });

  it('says so where there are no such weights, or where they cannot be read', async () => {
    expect(await command(...ASKED.slice(0, 5), 'mine')).toBe(2);
    expect(shell.stderr.lines.at(-1)).toContain('There are no weights "mine"');
    lab.weights = [{ ...weightsOf({ name: 'mine' }), problem: 'They are gone.' }];
    expect(await command(...ASKED.slice(0, 5), 'mine')).toBe(2);
    expect(shell.stderr.lines.at(-1)).toContain('The weights "mine" cannot be read: They are gone.');
  });

  it.each([
    [['--preset', 'how-many-layers'], 'is about your data: give --dataset and --weights'],
    [['--preset', 'how-many-layers', '--dataset', 'flowers'], 'Give both --dataset NAME and --weights'],
    [[...ASKED, '--model', 'resnot'], '"kind" is not valid'],
    [[...ASKED, '--model', '{"kind":'], '--model is not JSON'],
    [[...ASKED, '--model', 'resnet', '--epochs', '0'], 'epochs'],
    [['--preset', 'quick', ...ASKED.slice(2), '--model', 'resnet'], 'has data of its own'],
    [
      ['--preset', 'how-many-layers', '--dataset', 'roses', ...ASKED.slice(4), '--model', 'resnet'],
      'no data set "roses"',
    ],
  ])('refuses %j in one sentence', async (args, sentence) => {
    expect(await command(...args)).toBe(2);
    expect(shell.stderr.lines.at(-1)).toContain(sentence);
    expect(lab.asked).not.toContain('estimate quick');
  });
});
