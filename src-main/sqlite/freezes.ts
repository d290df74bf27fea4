import type { Database } from 'better-sqlite3';
import type { FreezeRecord } from '#core/records.ts';
import type { RunEventOf } from '#core/run-event.ts';

/** The table of each event. */
const TABLES = { 'layer.frozen': 'freezes', 'layer.unfrozen': 'unfreezes' } as const;
const PLANNED = { freezes: 'freeze_step', unfreezes: 'unfreeze_step' } as const;

type FreezeType = keyof typeof TABLES;
type FreezeEvent = RunEventOf<FreezeType>;

interface FreezeRow {
  readonly layer: number;
  readonly seq: number;
  readonly at: number;
  readonly planned_step: number | null;
  readonly step: number;
  readonly epoch: number;
}

/** The table freezes, or the table unfreezes, which has the same columns. */
export class FreezeTable {
  readonly #type: FreezeType;
  readonly #save;
  readonly #all;
  readonly #bySeq;
  readonly #seq;

  constructor(database: Database, type: FreezeType) {
    const table = TABLES[type];
    this.#type = type;
    // The active seconds are those of the last event that reported them, plus the time since.
    this.#save = database.prepare<[Omit<FreezeRow, 'planned_step'> & { readonly run: number }]>(`
      INSERT OR REPLACE INTO ${table} (run_id, layer, seq, at, planned_step, step, epoch, active_seconds)
      SELECT @run, @layer, @seq, @at, layers.${PLANNED[table]}, @step, @epoch,
        training_seconds + evaluation_seconds + checkpoint_seconds + max(0, @at - coalesce(seconds_at, @at)) / 1000
      FROM runs LEFT JOIN layers ON layers.run_id = runs.id AND layer = @layer WHERE runs.id = @run`);
    this.#all = database.prepare<[number], FreezeRow>(`SELECT * FROM ${table} WHERE run_id = ? ORDER BY layer`);
    this.#bySeq = database.prepare<[number], FreezeRow>(`SELECT * FROM ${table} WHERE run_id = ? ORDER BY seq`);
    this.#seq = database
      .prepare<[number, number], number>(`SELECT seq FROM ${table} WHERE run_id = ? AND layer = ?`)
      .pluck();
  }

  save(run: number, { layer, seq, at, step, epoch }: FreezeEvent): void {
    this.#save.run({ run, layer, seq, at, step, epoch });
  }

  /** The number of the event that a layer has; undefined where it has none. */
  seqOf(run: number, layer: number): number | undefined {
    return this.#seq.get(run, layer);
  }

  all(run: number): readonly FreezeRecord[] {
    return this.#all.all(run).map(toRecord);
  }

  /** In order of seq, read one by one. */
  *events(run: number, runId: string): Generator<FreezeEvent> {
    for (const { layer, seq, at, step, epoch } of this.#bySeq.iterate(run)) {
      yield { type: this.#type, seq, runId, at, layer, step, epoch };
    }
  }
}

function toRecord({ layer, planned_step: plannedStep, step, epoch }: FreezeRow): FreezeRecord {
  return { layer, plannedStep, step, epoch };
}
