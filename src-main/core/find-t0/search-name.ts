import type { BaseSpec } from '#core/run.ts';
import type { SearchRequest } from './settings.ts';

/** The default name of a search's study: the same search gets the same name again. */
export function searchName(
  { dataset, model, epochs }: Pick<BaseSpec, 'dataset' | 'model' | 'epochs'>,
  { shape, scaled, tolerance }: Pick<SearchRequest, 'shape' | 'scaled' | 'tolerance'>,
): string {
  const network = Object.values(model).join(' ');
  const images = typeof dataset === 'string' ? dataset : dataset.kind;
  const rates = scaled ? 'scaled' : 'plain';
  return `find-t0 ${shape} ${rates} within ${tolerance}, ${network} on ${images}, ${epochs} epochs`.slice(0, 200);
}
