import type { JobRecord } from './job-record.ts';

const STATES: Readonly<Record<JobRecord['state'], string>> = {
  new: 'not submitted yet',
  waits: 'waits',
  held: 'held',
  runs: 'trains',
  ending: 'is ending',
  over: 'over',
  gone: 'unknown there',
};

/** "waits: Priority", "trains" */
export function jobStateText({ state, reason }: Pick<JobRecord, 'state' | 'reason'>): string {
  return reason === null ? STATES[state] : `${STATES[state]}: ${reason}`;
}
