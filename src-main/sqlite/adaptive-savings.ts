import type { Database } from 'better-sqlite3';
import { policyNeeds } from '#core/policy/policy.ts';
import type { ResolvedRunSpec } from '#core/run.ts';
import type { RunEventOf } from '#core/run-event.ts';
import { columnJson } from './column-json.ts';
import type { EqualTimeArms } from './equal-time.ts';

type Saved = RunEventOf<'run.finished'>['saved'];

/** The savings of runs under a policy that decides while training, and of those that may end early, in the tables runs, profiles and arms. */
export class AdaptiveSavings {
  readonly #equalTime: EqualTimeArms;
  readonly #spec;
  readonly #setCompute;
  readonly #setProfile;

  constructor(database: Database, equalTime: EqualTimeArms) {
    this.#equalTime = equalTime;
    this.#spec = database.prepare<[number], string>('SELECT spec FROM runs WHERE id = ?').pluck();
    this.#setCompute = database.prepare<[number, number]>('UPDATE runs SET compute_saved = ? WHERE id = ?');
    this.#setProfile = database.prepare<[number | null, number]>(
      'UPDATE profiles SET saved_at_end = ? WHERE run_id = ?',
    );
  }

  /** Stores the savings of a run that is over. Those of other runs are known from their plans. */
  note(run: number, saved: Saved): void {
    const place = { column: 'the spec', row: `run number ${run}` };
    const { policy, earlyEnd } = columnJson<ResolvedRunSpec>(this.#spec.get(run) ?? '', place);
    const { plans } = policyNeeds(policy);
    if (plans && earlyEnd === undefined) return;
    this.#setCompute.run(saved.compute, run);
    this.#setProfile.run(saved.profile, run);
    if (!plans) this.#equalTime.fixAtEnd(run, saved);
  }
}
