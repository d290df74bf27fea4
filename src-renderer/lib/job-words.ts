import type { JobRecord } from '#core/machines/job-record.ts';
import { type JobInWords, jobStateText } from '#core/machines/job-words.ts';

/** "waits: Priority", "trains", and whether the machine cannot be heard: "trains, out of sight". */
export function jobState(job: JobInWords & Pick<JobRecord, 'link'>): string {
  return job.link?.state === 'down' ? `${jobStateText(job)}, out of sight` : jobStateText(job);
}

/** "cluster · n17 · attempt 2" */
export function jobPlace({ machine, node, attempt }: Pick<JobRecord, 'machine' | 'node' | 'attempt'>): string {
  return [machine, ...(node === null ? [] : [node]), ...(attempt > 1 ? [`attempt ${attempt}`] : [])].join(' · ');
}
