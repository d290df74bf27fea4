import type { BaseSpec } from '#core/run.ts';
import { LONGEST_STUDY_NAME } from '#core/study.ts';
import { parameterOf } from './searched-parameters.ts';
import type { SearchRequest } from './settings.ts';

/** The default name of a search's study: the same search gets the same name again. */
export function searchName(
  { dataset, model, epochs }: Pick<BaseSpec, 'dataset' | 'model' | 'epochs'>,
  { over, tolerance }: Pick<SearchRequest, 'over' | 'tolerance'>,
): string {
  const network = Object.values(model).join(' ');
  const images = typeof dataset === 'string' ? dataset : dataset.kind;
  return `find-${over.kind} ${parameterOf(over).overText(over)} within ${tolerance}, ${network} on ${images}, ${epochs} epochs`.slice(
    0,
    LONGEST_STUDY_NAME,
  );
}
