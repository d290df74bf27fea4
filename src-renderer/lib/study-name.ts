import { datasetName, networkName } from '#core/figure/labels.ts';
import { freeName } from '#core/free-name.ts';
import type { StudyDraft } from './study-draft.ts';
import { chosenNetwork, draftModel } from './study-draft.ts';

/** "fashion-mnist, DenseNet-BC 10 (k = 16)", with a number behind it where that is taken. */
export function suggestedName(draft: StudyDraft, taken: ReadonlySet<string>): string {
  const model = draftModel(draft);
  const network = model === null ? chosenNetwork(draft).title : networkName(model);
  return freeName(`${datasetName(draft.dataset)}, ${network}`, taken);
}
