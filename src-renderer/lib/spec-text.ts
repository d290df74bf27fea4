import { messageOf } from '#core/errors.ts';
import { parseRunSpec } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { parseStudySpec } from '#core/study.ts';
import { studyOfRun } from './study-draft.ts';

export type ReadSpec =
  | { readonly spec: StudySpec; readonly error: null }
  | { readonly spec: null; readonly error: string };

/** Reads a study spec, or a run spec as a study of its own, from a text; or says in one sentence what is wrong with it. */
export function specIn(text: string): ReadSpec {
  try {
    const json: unknown = JSON.parse(text);
    const isStudy = typeof json === 'object' && json !== null && 'base' in json;
    return { spec: isStudy ? parseStudySpec(json) : studyOfRun('pasted run', parseRunSpec(json)), error: null };
  } catch (error) {
    const isJson = !(error instanceof SyntaxError);
    return { spec: null, error: isJson ? messageOf(error) : `This is not JSON: ${messageOf(error)}.` };
  }
}
