import type { Database } from 'better-sqlite3';
import type { FreezeRecord } from '#core/records.ts';
import type { RunEventOf } from '#core/run-event.ts';

type LayerFrozen = RunEventOf<'layer.frozen'>;

interface FreezeRow {
  readonly layer: number;
  readonly seq: number;
  readonly at: number;
  readonly planned_step: number | null;
  readonly step: number;
  readonly epoch: number;
}

/** The table freezes. */
export class FreezeTable {
  readonly #save;
  readonly #all;

  constructor(database: Database) {
    // The active seconds are those of the last event that reported them, plus the time since.
    this.#save = database.prepare<[Omit<FreezeRow, 'planned_step'> & { readonly run: number }]>(`
      INSERT OR REPLACE INTO freezes (run_id, layer, seq, at, planned_step, step, epoch, active_seconds)
      SELECT @run, @layer, @seq, @at, layers.freeze_step, @step, @epoch,
        training_seconds + evaluation_seconds + checkpoint_seconds + max(0, @at - coalesce(seconds_at, @at)) / 1000
      FROM runs LEFT JOIN layers ON layers.run_id = runs.id AND layer = @layer WHERE runs.id = @run`);
    this.#all = database.prepare<[number], FreezeRow>('SELECT * FROM freezes WHERE run_id = ? ORDER BY layer');
  }

  save(run: number, { layer, seq, at, step, epoch }: LayerFrozen): void {
    this.#save.run({ run, layer, seq, at, step, epoch });
  }

  all(run: number): readonly FreezeRecord[] {
    return this.#all.all(run).map(toRecord);
  }

  events(run: number, runId: string): readonly LayerFrozen[] {
    return this.#all.all(run).map(({ layer, seq, at, step, epoch }) => ({
      type: 'layer.frozen',
      seq,
      runId,
      at,
      layer,
      step,
      epoch,
    }));
  }
}

function toRecord({ layer, planned_step: plannedStep, step, epoch }: FreezeRow): FreezeRecord {
  return { layer, plannedStep, step, epoch };
}
