import { exportedStudyLine } from '#core/exchange/event-line.ts';
import { type ExchangeMeter, isExchangeEnded, noteEvent, noteRuns } from '#core/exchange/exchange-meter.ts';
import { toJson } from '#core/numbers.ts';
import type { Connection } from './database.ts';
import { RunLog } from './run-log.ts';
import { RunTable } from './runs.ts';
import { SqliteStore } from './store.ts';
import { Transactions } from './transactions.ts';
import { VerifiedRows } from './verified-rows.ts';

/** A study, by its id or name, whose lines are written. */
export interface LinesRequest {
  readonly reference: string;
  readonly meter: ExchangeMeter;
  /** Gets each line, without its end. */
  readonly write: (line: string) => void;
}

/**
 * Writes the study and the events of its finished runs, as they are at one moment, and reads no more than one event at a time. Gives the
 * number of lines; null where the meter said to end. Throws 'not-found' for an unknown study, and 'corrupt' for damaged rows.
 */
export function writeStudyLines(database: Connection, { reference, meter, write }: LinesRequest): number | null {
  return new Transactions(database).read(() => {
    const { runs, ...study } = new SqliteStore(database).study(reference);
    const lists = { tags: [...study.tags], seeds: [...study.seeds], arms: [...study.arms] };
    write(exportedStudyLine({ ...study, ...lists }));
    let lines = 1;
    const exported = runs.filter((run) => run.status === 'finished' && !run.deleted);
    const table = new RunTable(database);
    const log = new RunLog(database, table);
    const verified = new VerifiedRows(database);
    for (const [index, { id }] of exported.entries()) {
      noteRuns(meter, index, exported.length);
      const row = table.find(id);
      verified.run(row);
      for (const event of log.events(row.id, row.public_id)) {
        if (isExchangeEnded(meter)) return null;
        write(toJson(event));
        noteEvent(meter);
        lines++;
      }
    }
    noteRuns(meter, exported.length, exported.length);
    return lines;
  });
}
