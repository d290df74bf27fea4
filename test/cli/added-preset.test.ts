import { expect, it, vi } from 'vitest';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

vi.mock('../../src-main/core/presets/questions.ts', async (original) => {
  const { PRESET_QUESTIONS } = await original<typeof import('#core/presets/questions.ts')>();
  const { addedPreset } = await import('../support/added-preset.ts');
  return { PRESET_QUESTIONS: [...PRESET_QUESTIONS, addedPreset] };
});

async function printed(args: string): Promise<string> {
  const shell = new FakeShell();
  expect(await runCommandLine(args.split(' '), { tools: fakeTools(new FakeLab()), shell })).toBe(0);
  return shell.stdout.text;
}

it('lists a preset that one module and one line of the registry add', async () => {
  const text = await printed('presets');
  expect(text).toMatch(/^one-epoch-mini +6 +fashion-mnist +DenseNet-BC 10 \(k = 4\)$/m);
  expect(text).toContain('one-epoch-mini: Is one epoch enough?');
  expect(text).toMatch(/^quick /m);
});

it('takes its studies by its name', async () => {
  expect(await printed('estimate --preset one-epoch-mini')).toContain('one-epoch-mini: about');
});
