import type { Database } from 'better-sqlite3';
import type { Policy } from '#core/policy/policy.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { RunEventOf } from '#core/run-event.ts';
import type { EqualTimeArms } from './equal-time.ts';

type Saved = RunEventOf<'run.finished'>['saved'];

/** What runs under a policy that decides while training have saved, in the tables runs, profiles and arms. */
export class AdaptiveSavings {
  readonly #equalTime: EqualTimeArms;
  readonly #policy;
  readonly #setCompute;
  readonly #setProfile;

  constructor(database: Database, equalTime: EqualTimeArms) {
    this.#equalTime = equalTime;
    this.#policy = database.prepare<[number], string>("SELECT spec -> '$.policy' FROM runs WHERE id = ?").pluck();
    this.#setCompute = database.prepare<[number, number]>('UPDATE runs SET compute_saved = ? WHERE id = ?');
    this.#setProfile = database.prepare<[number | null, number]>(
      'UPDATE profiles SET saved_at_end = ? WHERE run_id = ?',
    );
  }

  /** Once a run is over. What other policies save is known from what they plan. */
  note(run: number, saved: Saved): void {
    if (policyNeeds(JSON.parse(this.#policy.get(run) ?? '') as Policy).plans) return;
    this.#setCompute.run(saved.compute, run);
    this.#setProfile.run(saved.profile, run);
    this.#equalTime.fixAtEnd(run, saved);
  }
}
