import { enumerated, quotedName } from './analysis/name-list.ts';
import { countedNoun } from './analysis/quantity.ts';
import type { DeletedStudy, StudyRecord } from './records.ts';

/** "The study quick and its 12 runs are in the trash." and what shows or uses it no longer. */
export function deletedSentence({ study, comparisons, isSearch }: DeletedStudy): string {
  const search = isSearch ? ' Its search stops until it is restored.' : '';
  return `${withRuns(study)} in the trash.${search}${comparisonsSentence(comparisons)}`;
}

function comparisonsSentence(names: readonly string[]): string {
  if (names.length === 0) return '';
  const [noun, verb] = names.length === 1 ? ['comparison', 'shows'] : ['comparisons', 'show'];
  return ` Until then the saved ${noun} ${enumerated(names.map(quotedName))} ${verb} it no more.`;
}

/** Says under which name it is back, where its own was taken meanwhile. */
export function restoredSentence(study: StudyRecord, oldName: string): string {
  const renamed =
    study.name === oldName ? '' : `, under this name since another study is called ${quotedName(oldName)}`;
  return `${withRuns(study)} back${renamed}.`;
}

/** "The study quick and its 12 runs are"; "The study quick is" */
function withRuns({ name, runs }: StudyRecord): string {
  if (runs.length === 0) return `The study ${quotedName(name)} is`;
  const counted = runs.length === 1 ? 'its run' : `its ${countedNoun(runs.length, 'run')}`;
  return `The study ${quotedName(name)} and ${counted} are`;
}
