import type { Database } from 'better-sqlite3';
import type { RunProfile } from '#core/records.ts';
import type { RunEventOf } from '#core/run-event.ts';

type RunProfiled = RunEventOf<'run.profiled'>;

interface TimesRow {
  readonly steps: number;
  readonly step_ms_min: number;
  readonly step_ms_median: number;
}

interface NewProfile extends TimesRow {
  readonly seq: number;
  readonly at: number;
  readonly saved: number | null;
  readonly seconds: number;
}

interface ProfileRow extends NewProfile {
  readonly saved_at_end: number | null;
}

interface DepthRow extends TimesRow {
  readonly frozen_layers: number;
  readonly ratio_low: number;
  readonly ratio_median: number;
  readonly ratio_high: number;
}

/** The tables profiles and profile_depths. */
export class ProfileTable {
  readonly #save;
  readonly #saveDepth;
  readonly #find;
  readonly #depths;

  constructor(database: Database) {
    // Replacing the profile also removes the depths of the old one.
    this.#save = database.prepare<[NewProfile & { readonly run: number }]>(`
      INSERT OR REPLACE INTO profiles (run_id, seq, at, steps, step_ms_min, step_ms_median, saved, seconds)
      VALUES (@run, @seq, @at, @steps, @step_ms_min, @step_ms_median, @saved, @seconds)`);
    this.#saveDepth = database.prepare<[DepthRow & { readonly run: number }]>(`
      INSERT INTO profile_depths
        (run_id, frozen_layers, steps, step_ms_min, step_ms_median, ratio_low, ratio_median, ratio_high)
      VALUES (@run, @frozen_layers, @steps, @step_ms_min, @step_ms_median, @ratio_low, @ratio_median, @ratio_high)`);
    this.#find = database.prepare<[number], ProfileRow>('SELECT * FROM profiles WHERE run_id = ?');
    this.#depths = database.prepare<[number], DepthRow>(
      'SELECT * FROM profile_depths WHERE run_id = ? ORDER BY frozen_layers',
    );
  }

  save(run: number, { seq, at, unfrozen, depths, saved, seconds }: RunProfiled): void {
    this.#save.run({ run, seq, at, ...timesRow(unfrozen), saved: saved.profile, seconds });
    for (const { frozenLayers, ratio, ...times } of depths) {
      this.#saveDepth.run({
        run,
        frozen_layers: frozenLayers,
        ...timesRow(times),
        ratio_low: ratio.low,
        ratio_median: ratio.median,
        ratio_high: ratio.high,
      });
    }
  }

  find(run: number): RunProfile | null {
    const row = this.#find.get(run);
    return row === undefined ? null : this.#toProfile(run, row);
  }

  /** The number of the event that brought the profile; undefined where there is none. */
  seqOf(run: number): number | undefined {
    return this.#find.get(run)?.seq;
  }

  events(run: number, runId: string): readonly RunProfiled[] {
    return this.#find.all(run).map((row) => {
      const { saved: _saved, ...profile } = this.#toProfile(run, row);
      // The saving of a policy that decides while training is reported by the end of the run.
      return { type: 'run.profiled', seq: row.seq, runId, at: row.at, ...profile, saved: { profile: row.saved } };
    });
  }

  #toProfile(run: number, row: ProfileRow): RunProfile {
    const depths = this.#depths.all(run).map((depth) => ({
      frozenLayers: depth.frozen_layers,
      ...timesOf(depth),
      ratio: { low: depth.ratio_low, median: depth.ratio_median, high: depth.ratio_high },
    }));
    return { unfrozen: timesOf(row), depths, saved: row.saved_at_end ?? row.saved, seconds: row.seconds };
  }
}

function timesRow({ steps, stepMs }: RunProfile['unfrozen']): TimesRow {
  return { steps, step_ms_min: stepMs.minimum, step_ms_median: stepMs.median };
}

function timesOf({ steps, step_ms_min: minimum, step_ms_median: median }: TimesRow): RunProfile['unfrozen'] {
  return { steps, stepMs: { minimum, median } };
}
