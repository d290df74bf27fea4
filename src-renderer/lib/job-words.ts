import type { JobRecord } from '#core/machines/job-record.ts';

const STATES: Readonly<Record<JobRecord['state'], string>> = {
  new: 'not submitted yet',
  waits: 'waits',
  held: 'held',
  runs: 'trains',
  ending: 'is ending',
  over: 'over',
  gone: 'unknown there',
};

/** "waits: Priority", "trains", and whether the machine cannot be heard: "trains, out of sight". */
export function jobState({ state, reason, link }: Pick<JobRecord, 'state' | 'reason' | 'link'>): string {
  const words = reason === null ? STATES[state] : `${STATES[state]}: ${reason}`;
  return link?.state === 'down' ? `${words}, out of sight` : words;
}

/** "cluster · n17 · attempt 2" */
export function jobPlace({ machine, node, attempt }: Pick<JobRecord, 'machine' | 'node' | 'attempt'>): string {
  return [machine, ...(node === null ? [] : [node]), ...(attempt > 1 ? [`attempt ${attempt}`] : [])].join(' · ');
}
