import type { ReportRequest } from '#core/data/dataset-ports.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import { askThread, type Say } from '../threads/answer-once.ts';

/** Reports in a thread of its own: the whole data set is read, or at least listed. */
export function reportInThread(request: ReportRequest, say: Say, signal?: AbortSignal): Promise<DatasetReport> {
  const entry = new URL('./dataset-report-worker.ts', import.meta.url);
  return askThread(entry, { name: 'report', does: 'reports on the data set', request, say, signal });
}
