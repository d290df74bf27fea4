import { expect, it, vi } from 'vitest';
import { presetList } from '../../../src-renderer/lib/preset-list.ts';

vi.mock('../../../src-main/core/presets/questions.ts', async (original) => {
  const { PRESET_QUESTIONS } = await original<typeof import('#core/presets/questions.ts')>();
  const { addedPreset } = await import('../../support/added-preset.ts');
  return { PRESET_QUESTIONS: [...PRESET_QUESTIONS, addedPreset] };
});

it('lists a preset that one module and one line of the registry add, before those of full size', () => {
  const entries = presetList();
  const place = entries.findIndex(({ name }) => name === 'one-epoch-mini');
  expect(entries[place]).toEqual({
    name: 'one-epoch-mini',
    question: 'Is one epoch enough?',
    size: '6 runs in 1 study: DenseNet-BC 10 (k = 4)',
    needsGpu: false,
  });
  expect(entries.slice(0, place).some(({ needsGpu }) => needsGpu)).toBe(false);
});
