import { type MethodsFacts, type ReportedRun, reportedRun } from '#core/report/methods-facts.ts';
import type { StudyInFile } from './study-data.ts';
import { studyToRead } from './study-data.ts';
import type { StudySource } from './study-source.ts';

/** The data from which a study's report is made; the runs are in the order of its arms and seeds, without deleted ones. */
export type ReportData = StudyInFile & MethodsFacts;

export async function readReport(id: string, source: StudySource): Promise<ReportData> {
  const { study, comparison, runs: records, detailOf } = await studyToRead(id, source);
  const runs: ReportedRun[] = [];
  // One after the other: what is not kept of a run is gone before the next is read.
  for (const record of records) {
    const run = reportedRun(await detailOf(record));
    const isFirst = !runs.some(({ arm, layers }) => arm === run.arm && layers.length > 0);
    runs.push(isFirst ? run : { ...run, layers: [], freezes: [] });
  }
  const { dataset } = study.base;
  return {
    ...{ study, comparison, runs },
    dataset: typeof dataset === 'string' ? await source.dataset(dataset) : null,
    normalization: await normalizationOf(runs, source),
  };
}

/** The normalisation of the first run that has begun, since all runs of a study train on the same images. */
async function normalizationOf(
  runs: readonly ReportedRun[],
  source: StudySource,
): Promise<MethodsFacts['normalization']> {
  const begun = runs.find((run) => run.layers.length > 0);
  if (begun === undefined) return null;
  const events = await source.history(begun.id);
  return events.find((event) => event.type === 'run.started')?.normalization ?? null;
}
