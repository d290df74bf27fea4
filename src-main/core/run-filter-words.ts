import type { RunStatus } from './run.ts';

export type FilterOperator = ':' | '=' | '!=' | '<' | '<=' | '>' | '>=';

/** Signs for an operator; each may stand behind a colon. */
export const OPERATOR_SIGNS: Readonly<Record<string, FilterOperator>> = {
  ':': ':',
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '≠': '!=',
  '<': '<',
  '<=': '<=',
  '=<': '<=',
  '≤': '<=',
  '>': '>',
  '>=': '>=',
  '=>': '>=',
  '≥': '>=',
};

/** Words for an operator, behind the name of a field. */
export const OPERATOR_WORDS: Readonly<Record<string, FilterOperator>> = {
  is: '=',
  'is not': '!=',
  contains: ':',
  above: '>',
  over: '>',
  'more than': '>',
  after: '>',
  'at least': '>=',
  since: '>=',
  below: '<',
  under: '<',
  'less than': '<',
  before: '<',
  'at most': '<=',
  until: '<=',
};

/** What people call a status. */
export const STATUS_WORDS: Readonly<Record<RunStatus, readonly string[]>> = {
  queued: ['waiting', 'pending'],
  running: ['training', 'active'],
  paused: [],
  stopped: ['cancelled', 'canceled'],
  interrupted: ['killed', 'aborted'],
  finished: ['done', 'complete', 'completed'],
  failed: ['crashed'],
  diverged: ['exploded'],
};

/** Unquoted values for what is not known: a run without a note, a baseline without a t0. */
export const UNKNOWN_WORDS: readonly string[] = ['null', 'none'];

/** What people say for yes and no. */
export const FLAG_WORDS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  no: false,
  false: false,
  off: false,
};

/** The seconds of each unit of a duration; a number alone is in seconds. */
export const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};
