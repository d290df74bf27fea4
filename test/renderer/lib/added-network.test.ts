import { expect, it, vi } from 'vitest';
import { presetStudy } from '#core/presets/presets.ts';
import { lacksOf, readDraft } from '../../../src-renderer/lib/draft-reading.ts';
import { draftOf, networkDraft, studyDraftSchema } from '../../../src-renderer/lib/study-draft.ts';
import { suggestedName } from '../../../src-renderer/lib/study-name.ts';

vi.mock('../../../src-main/core/network/networks.ts', async (original) => {
  const { NETWORKS } = await original<typeof import('#core/network/networks.ts')>();
  const { tower } = await import('../../support/added-network.ts');
  return { NETWORKS: [...NETWORKS, tower] };
});

const DRAFT = studyDraftSchema.parse({ ...draftOf(presetStudy('quick')), model: 'tower' });

function read(floors: string) {
  const draft = { ...DRAFT, networks: { tower: { floors, squares: true } } };
  return readDraft(draft, { datasets: null, takenNames: new Set(), name: 'a study' });
}

it('can be chosen in the form, which begins at its defaults', () => {
  expect(networkDraft(DRAFT)).toEqual({ floors: '2', squares: true });
  expect(read('5').spec?.base.model).toEqual({ kind: 'tower', floors: 5, squares: true });
  expect(suggestedName(DRAFT, new Set())).toBe('fashion-mnist, Tower of 2');
});

it('says at its own fields what is wrong', () => {
  const { errors } = read('ten');
  expect(lacksOf(errors, DRAFT)).toEqual([
    { field: 'model.floors', label: 'Floors', sentence: 'Give a number, such as 10 or 0.1.' },
  ]);
});
