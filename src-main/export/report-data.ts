import type { MethodsFacts } from '#core/report/methods-facts.ts';
import type { StudyData } from './study-data.ts';
import { readStudy } from './study-data.ts';
import type { StudySource } from './study-source.ts';

/** What a report of a study is made from. */
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

/** All runs of a study train on the same images, so the first that has begun tells for all. */
async function normalizationOf({ runs }: StudyData, source: StudySource): Promise<MethodsFacts['normalization']> {
  const begun = runs.find((run) => run.layers.length > 0);
  if (begun === undefined) return null;
  const events = await source.history(begun.id);
  return events.find((event) => event.type === 'run.started')?.normalization ?? null;
}
