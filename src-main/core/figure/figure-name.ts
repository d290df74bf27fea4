import { policyName } from '#core/policy/policy.ts';
import type { RunSummary } from '#core/records.ts';
import type { FigureSource } from './built-figure.ts';
import { figureKindOf } from './figure.ts';
import type { FigureRequest } from './figure-request.ts';

/**
 * The parts of the name of a figure's file: what it is of, and what it shows, such as "quick", "cubic scaled 0.8", "seed 2",
 * "step-times". `title` is the name under which a comparison is kept; null for others.
 */
export async function figureNameParts(
  request: FigureRequest,
  source: Pick<FigureSource, 'study' | 'rows'>,
  title: string | null,
): Promise<readonly string[]> {
  const kind = figureKindOf(request);
  const { studies, runs } = kind.subjects(request);
  const subject = title === null ? await subjectParts({ studies, runs }, source) : [title];
  return [...subject, kind.fileName(request)];
}

async function subjectParts(
  { studies, runs }: { readonly studies: readonly string[]; readonly runs: readonly string[] },
  source: Pick<FigureSource, 'study' | 'rows'>,
): Promise<readonly string[]> {
  if (studies.length > 0) {
    const { name } = await source.study(studies[0]);
    return studies.length === 1 ? [name] : [`${name} and ${studies.length - 1} more`];
  }
  return runsParts(await source.rows(runs));
}

function runsParts(rows: readonly RunSummary[]): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const ofStudy =
    rows.every(({ studyId }) => studyId === first.studyId) && first.studyName !== null ? [first.studyName] : [];
  return rows.length === 1 ? [...ofStudy, ...runParts(first)] : ofStudy.length > 0 ? ofStudy : [`${rows.length} runs`];
}

/** What tells a run apart in its study, as parts of a file's name. */
export function runParts({ arm, spec }: Pick<RunSummary, 'arm' | 'spec'>): readonly string[] {
  return [arm ?? policyName(spec.policy), `seed ${spec.seed}`];
}
