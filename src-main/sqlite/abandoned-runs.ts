import { ABANDONED, WITHOUT_END } from './run-import.ts';
import type { RunLog } from './run-log.ts';
import type { RunRow } from './run-row.ts';
import type { RunTable } from './runs.ts';

const WITHOUT_EVENTS = 'Its import was broken off before its events came: import the file again.';

interface Tables {
  readonly runs: RunTable;
  readonly log: RunLog;
}

/** Interrupts the runs that a dead owner left running, not those that train elsewhere; `now` gives ms since 1970. Whoever calls it does so in one transaction. */
export function interruptAbandoned(tables: Tables, now: () => number): void {
  tables.runs.endGhosts(WITHOUT_EVENTS);
  for (const row of tables.runs.list({ statuses: ['running'] })) if (row.block_id === null) interrupt(tables, row, now);
}

/** The events of an imported run have numbers of their own: one that we added could be in the way of its own next event. */
function interrupt({ runs, log }: Tables, row: RunRow, now: () => number): void {
  const at = row.last_event_at ?? now();
  if (row.imported === 0) {
    const header = { seq: row.last_seq + 1, runId: row.public_id, at };
    log.apply([{ type: 'run.interrupted', ...header, step: null, reason: ABANDONED }]);
  } else {
    runs.setStatus({ id: row.id, status: 'interrupted', reason: WITHOUT_END, at });
    log.segments.close(row.id, at, WITHOUT_END);
  }
}
