import { expect, it, vi } from 'vitest';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

vi.mock('../../src-main/core/data/dataset-kinds.ts', async (original) => {
  const { DATASET_KINDS } = await original<typeof import('#core/data/dataset-kinds.ts')>();
  const { rawBytes } = await import('../support/added-dataset-kinds.ts');
  return { DATASET_KINDS: [...DATASET_KINDS, rawBytes] };
});

async function run(args: string): Promise<{ readonly code: number; readonly shell: FakeShell; readonly lab: FakeLab }> {
  const [shell, lab] = [new FakeShell({ folder: '/data' }), new FakeLab()];
  return { code: await runCommandLine(args.split(' '), { tools: fakeTools(lab), shell }), shell, lab };
}

it('has the help name a kind of data set that one module and one line of the registry add', async () => {
  const { shell } = await run('datasets add --help');
  const text = shell.stdout.text.replaceAll(/\s+/g, ' ');
  expect(text).toContain('stl10, synthetic or raw-bytes');
  expect(text).toContain('--side <pixels> side: of the square images (raw-bytes)');
  expect(text).toContain('npm run lab -- datasets add noise --kind raw-bytes --path noise.raw');
});

it('adds it with the options of its fields', async () => {
  const { code, lab } = await run('datasets add noise --kind raw-bytes --path noise.raw --side 4');
  expect([code, lab.asked.at(-1)]).toEqual([0, 'add {"kind":"raw-bytes","path":"/data/noise.raw","side":4}']);
});

it('replaces a data set only where that is said', async () => {
  const { lab } = await run('datasets add noise --kind raw-bytes --path noise.raw --replace');
  expect(lab.asked.at(-1)).toMatch(/^replace /);
});

it('refuses the options of other kinds', async () => {
  const { code, shell } = await run('datasets add noise --kind raw-bytes --path noise.raw --size 4');
  expect(code).toBe(2);
  expect(shell.stderr.text).toContain('the key "size" is not known');
});

it('takes the classes of IDX files and the sizes of synthetic images', async () => {
  const idx = await run('datasets add letters --kind idx --path letters --classes 26');
  expect(idx.lab.asked.at(-1)).toBe('add {"kind":"idx","path":"/data/letters","classes":26}');
  const synthetic = await run('datasets add small --kind synthetic --height 8 --width 8');
  expect(synthetic.lab.asked.at(-1)).toContain('"height":8,"width":8,"channels":3,"train":2000');
});
