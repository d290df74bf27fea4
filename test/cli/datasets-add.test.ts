import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import type { CommandTools } from '../../src-main/cli/command-tools.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { REPORT } from './fake-records.ts';
import { FakeShell } from './fake-shell.ts';

let lab: FakeLab;
let shell: FakeShell;

beforeEach(() => {
  lab = new FakeLab();
  shell = new FakeShell();
});

function command(args: string, tools: Partial<CommandTools> = {}): Promise<number> {
  return runCommandLine(args.split(' '), { tools: fakeTools(lab, tools), shell });
}

describe('datasets add', () => {
  it('gives a folder of images a name, with the size that its images become', async () => {
    expect(await command('datasets add pets --kind image-folder --path pets --size 64')).toBe(0);
    expect(lab.asked).toContain(
      `add ${JSON.stringify({ kind: 'image-folder', path: join(shell.folder, 'pets'), size: 64 })}`,
    );
    expect(shell.stdout.text).toMatch(/^pets +image-folder +110 +10 +32x32x3 +10 /m);
  });

  const repeated = {
    topic: 'repeated images' as const,
    sentence: '7 training images repeat other ones of the same part.',
    total: 7,
    items: Array.from({ length: 7 }, (_, copy) => ({ what: `training[${copy + 1}]`, detail: 'equals training[0]' })),
  };
  const add = 'datasets add pets --kind image-folder --path pets';
  const reporting = (changes: Partial<DatasetReport>) => ({ reportOn: async () => ({ ...REPORT, ...changes }) });

  it('shows the report first, the worst at its top and long lists cut unless all is asked for', async () => {
    expect(await command(add, reporting({ findings: [repeated] }))).toBe(0);
    expect(shell.stdout.lines.slice(0, 2)).toEqual([`! ${repeated.sentence}`, '    training[1] equals training[0]']);
    expect(shell.stdout.lines[6]).toBe('    and 2 more: --all lists them');
    expect(shell.stdout.text).toMatch(/^9 +11 +1$/m);
    const added = shell.stdout.lines.findIndex((line) => line.startsWith('name '));
    expect(shell.stdout.lines.slice(0, added).every((line) => line.length <= 80)).toBe(true);
    expect(await command(`${add} --all`, reporting({ findings: [repeated] }))).toBe(0);
    expect(shell.stdout.lines).toContain('    training[7] equals training[0]');
    expect(await command(add, reporting({ findings: [{ ...repeated, total: 9000 }] }))).toBe(0);
    expect(shell.stdout.lines).toContain('    and 8,995 more: --all lists the first 7');
    expect(await command(`${add} --all`, reporting({ findings: [{ ...repeated, total: 9000 }] }))).toBe(0);
    expect(shell.stdout.lines).toContain('    and 8,993 more');
  });

  it('adds nothing where it was only to report, or where --strict forbids what was found', async () => {
    expect(await command(`${add} --dry-run`, reporting({ findings: [repeated] }))).toBe(0);
    expect(await command(`${add} --strict`, reporting({ findings: [repeated] }))).toBe(2);
    expect(shell.stderr.text).toContain("Nothing was added, since --strict takes the report's one finding for errors.");
    expect(lab.asked).toEqual([]);
    expect(await command(`${add} --strict`)).toBe(0);
    expect(lab.asked.at(-1)).toMatch(/^add /);
  });

  it('refuses damaged images with the complete list, also as JSON', async () => {
    const damaged = { ...repeated, topic: 'damaged images' as const, sentence: '7 of 120 image files cannot be read.' };
    const refusing = reporting({ findings: [damaged], refusal: damaged.sentence });
    expect(await command(`${add} --json`, refusing)).toBe(1);
    expect(JSON.parse(shell.stdout.text).report.findings[0].items).toHaveLength(7);
    expect(shell.stderr.lines).toEqual([`Nothing was added: ${damaged.sentence}`]);
    expect(lab.asked).toEqual([]);
  });

  it.each([
    ['--kind npz --path a.npz --size 64', 'size'],
    ['--kind image-folder --path pets --size 2', 'size'],
    ['--kind image-folder', 'path'],
    ['--kind tfrecord --path pets', 'kind'],
  ])('refuses %s in one sentence', async (options, key) => {
    expect(await command(`datasets add pets ${options}`)).toBe(2);
    expect(shell.stderr.lines).toEqual([expect.stringContaining(`"${key}"`)]);
    expect(lab.asked).toEqual([]);
  });
});
