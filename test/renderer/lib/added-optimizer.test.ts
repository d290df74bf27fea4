import { expect, it, vi } from 'vitest';
import { presetStudy } from '#core/presets/presets.ts';
import { lacksOf, readDraft } from '../../../src-renderer/lib/draft-reading.ts';
import { draftOf, optimizerDraft, studyDraftSchema } from '../../../src-renderer/lib/study-draft.ts';

vi.mock('../../../src-main/core/optimizer/optimizers.ts', async (original) => {
  const { OPTIMIZERS } = await original<typeof import('#core/optimizer/optimizers.ts')>();
  const { heavyBall } = await import('../../support/added-optimizer.ts');
  return { OPTIMIZERS: [...OPTIMIZERS, heavyBall] };
});

const DRAFT = studyDraftSchema.parse({ ...draftOf(presetStudy('quick')), optimizer: 'heavy-ball' });

function read(drag: string) {
  const typed = { ...optimizerDraft(DRAFT), drag };
  const draft = { ...DRAFT, optimizers: { ...DRAFT.optimizers, 'heavy-ball': typed } };
  return readDraft(draft, { datasets: null, takenNames: new Set(), name: 'a study' });
}

it('can be chosen in the form, which begins at its defaults', () => {
  expect(optimizerDraft(DRAFT)).toMatchObject({ learningRate: '0.2', drag: '0.8' });
  expect(read('0.5').spec?.base.optimizer).toMatchObject({ kind: 'heavy-ball', learningRate: 0.2, drag: 0.5 });
});

it('says at its own fields what is wrong', () => {
  expect(lacksOf(read('ten').errors, DRAFT)).toMatchObject([{ field: 'optimizer.drag', label: 'Drag' }]);
});
