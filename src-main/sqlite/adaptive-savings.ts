import type { Database } from 'better-sqlite3';
import type { Policy } from '#core/policy/policy.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { RunEventOf } from '#core/run-event.ts';
import type { EqualTimeArms } from './equal-time.ts';

type Saved = RunEventOf<'run.finished'>['saved'];

/** The savings of runs under a policy that decides while training, in the tables runs, profiles and arms. */
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

  /** Stores the savings of a run that is over. Those of other policies are known from their plans. */
  note(run: number, saved: Saved): void {
    if (policyNeeds(JSON.parse(this.#policy.get(run) ?? '') as Policy).plans) return;
    this.#setCompute.run(saved.compute, run);
    this.#setProfile.run(saved.profile, run);
    this.#equalTime.fixAtEnd(run, saved);
  }
}
