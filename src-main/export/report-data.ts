import type { MethodsFacts } from '#core/report/methods-facts.ts';
import type { StudyData } from './study-data.ts';
import { readStudy } from './study-data.ts';
import type { StudySource } from './study-source.ts';

/** The data from which a study's report is made. */
export type ReportData = StudyData & MethodsFacts;

export async function readReport(id: string, source: StudySource): Promise<ReportData> {
  const data = await readStudy(id, source);
  const { dataset } = data.study.base;
  return {
    ...data,
    dataset: typeof dataset === 'string' ? await source.dataset(dataset) : null,
    normalization: await normalizationOf(data, source),
  };
}

/** The normalisation of the first run that has begun, since all runs of a study train on the same images. */
async function normalizationOf({ runs }: StudyData, source: StudySource): Promise<MethodsFacts['normalization']> {
  const begun = runs.find((run) => run.layers.length > 0);
  if (begun === undefined) return null;
  const events = await source.history(begun.id);
  return events.find((event) => event.type === 'run.started')?.normalization ?? null;
}
