import { describe, expect, it } from 'vitest';
import type { RunDetail, RunSummary } from '#core/records.ts';
import { RUN_STATUSES } from '#core/run.ts';
import type { AppState } from '../../../src-renderer/state/app-state.ts';
import { RunActions } from '../../../src-renderer/state/run-actions.ts';
import { ChosenActions } from '../../../src-renderer/state/runs-table/chosen-actions.ts';
import { runSummary } from '../../support/run-summary.ts';

const app = { api: {}, notices: {} } as unknown as AppState;
const ofMany = new ChosenActions(app);
/** What the page of one run offers; its header and its commands ask the same rule. */
const offeredOf = (run: RunSummary) =>
  new RunActions(
    app,
    () => ({ ...run, checkpoints: [] }) as unknown as RunDetail,
    () => undefined,
  )
    .commands()
    .map(({ id }) => id.replace('run.', ''));

const MARKS = [{}, { imported: true }, { locked: true }, { deleted: true }] as const;
const RUNS = RUN_STATUSES.flatMap((status) => MARKS.map((marks) => runSummary({ status, ...marks })));

describe('what can be done with a run', () => {
  it.each(['pause', 'stop', 'resume', 'delete'] as const)(
    '%s: the page of the run offers what the table does',
    (action) => {
      for (const run of RUNS) {
        expect([run, offeredOf(run).includes(action)]).toEqual([run, ofMany.can(action, [run])]);
      }
    },
  );
});
