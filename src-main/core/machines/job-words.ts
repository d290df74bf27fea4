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

const WAITING: Readonly<Record<NonNullable<JobRecord['waitsFor']>, string>> = {
  calibration: 'is sent once the step times are measured',
  policy: 'is sent once the runs of the policy are over',
};

/** "waits: Priority", "trains", "measures step times" */
export function jobStateText({ state, reason, waitsFor, calibrates }: JobInWords): string {
  if (waitsFor !== null) return WAITING[waitsFor];
  const word = calibrates.length === 0 ? STATES[state] : measuringWord(state);
  return reason === null ? word : `${word}: ${reason}`;
}

function measuringWord(state: JobRecord['state']): string {
  return state === 'runs' ? 'measures step times' : `${STATES[state]}, to measure step times`;
}

export type JobInWords = Pick<JobRecord, 'state' | 'reason' | 'waitsFor' | 'calibrates'>;
