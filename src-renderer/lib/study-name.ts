import { datasetName, networkName } from '#core/figure/labels.ts';
import type { StudyDraft } from './study-draft.ts';
import { chosenNetwork, draftModel } from './study-draft.ts';

/** What names of studies may be: how long, and what stands before the number of a name that is taken. */
const STUDY_NAMES: NameForm = { longest: 200, beforeNumber: ' ' };

interface NameForm {
  readonly longest: number;
  readonly beforeNumber: string;
}

/** "fashion-mnist, DenseNet-BC 10 (k = 16)", with a number behind it where that is taken. */
export function suggestedName(draft: StudyDraft, taken: ReadonlySet<string>): string {
  const model = draftModel(draft);
  const network = model === null ? chosenNetwork(draft).title : networkName(model);
  return freeName(`${datasetName(draft.dataset)}, ${network}`, taken);
}

/** The name, or where a study has it the next one: "mini" after "mini" is "mini 2", after "mini 2" it is "mini 3". */
export function nextName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const unnumbered = /^(.+) \d+$/.exec(name)?.[1];
  return freeName(unnumbered !== undefined && taken.has(unnumbered) ? unnumbered : name, taken);
}

/** The name, cut to what a name may be long, and numbered where others have it already. */
export function freeName(name: string, taken: ReadonlySet<string>, form: NameForm = STUDY_NAMES): string {
  const whole = name.slice(0, form.longest);
  for (let number = 2; ; number++) {
    const ending = number === 2 ? '' : `${form.beforeNumber}${number - 1}`;
    const candidate = whole.slice(0, form.longest - ending.length) + ending;
    if (!taken.has(candidate)) return candidate;
  }
}
