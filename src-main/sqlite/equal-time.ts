import type { Database } from 'better-sqlite3';
import { equalTimeSteps } from '#core/policy/cost.ts';
import type { ArmRecord } from '#core/records.ts';
import { ELSEWHERE, SENT } from './runs.ts';

interface OpenArm {
  readonly id: number;
  /** S of its policy arm, which equals the baseline's. */
  readonly steps: number;
}

interface FixedArm {
  readonly id: number;
  readonly steps: number;
  readonly saved: number;
  readonly from: ArmRecord['stepsFrom'];
}

/** The savings of a run; `profile` is null where it measured no step times. */
export interface MeasuredSavings {
  readonly compute: number;
  readonly profile: number | null;
}

/** The steps of equal-time arms, in the tables arms and runs. */
export class EqualTimeArms {
  readonly #open;
  readonly #openUntilSent;
  readonly #isFirstFinished;
  readonly #fixArm;
  readonly #fixRuns;

  constructor(database: Database) {
    // An imported run tells nothing about the machine of the study; an arm with a run that has begun, or that another machine has, keeps its steps.
    const openArm = (isTaken: string) =>
      database.prepare<[number], OpenArm>(`
      SELECT own.id, policy.steps FROM runs
      JOIN arms AS policy ON policy.id = runs.arm_id AND policy.role = 'policy'
      JOIN arms AS own ON own.study_id = policy.study_id AND own.of = policy.name
      WHERE runs.id = ? AND NOT runs.imported AND own.steps_from = 'compute'
        AND NOT EXISTS (SELECT 1 FROM runs WHERE arm_id = own.id AND (last_seq > 0 OR ${isTaken}))`);
    this.#open = openArm(ELSEWHERE);
    this.#openUntilSent = openArm(SENT);
    this.#isFirstFinished = database
      .prepare<[{ readonly run: number }], number>(`
      SELECT NOT EXISTS (
        SELECT 1 FROM runs AS other JOIN runs ON runs.arm_id = other.arm_id
        WHERE runs.id = @run AND other.id <> @run AND other.status = 'finished')`)
      .pluck();
    this.#fixArm = database.prepare<[FixedArm]>(
      'UPDATE arms SET steps = @steps, compute_saved = @saved, steps_from = @from WHERE id = @id',
    );
    this.#fixRuns = database.prepare<[FixedArm]>(`
      UPDATE runs SET steps = @steps, compute_saved = @saved, spec = json_set(spec, '$.steps', @steps)
      WHERE arm_id = @id`);
  }

  /** Fixes an arm's steps once, by what the first run of its policy arm measured, if that comes before the arm's own first run. */
  fix(run: number, profileSaved: number): void {
    this.#fix(this.#open.get(run), profileSaved, 'profile');
  }

  /** Like `fix`, by what a machine has measured for this run of the policy arm before it is sent any run of the equal-time arm. */
  calibrate(run: number, profileSaved: number): void {
    this.#fix(this.#openUntilSent.get(run), profileSaved, 'calibration');
  }

  /** Like `fix`, for a policy that decides while training: by its first run that is over, which may have no profile. */
  fixAtEnd(run: number, { compute, profile }: MeasuredSavings): void {
    if (this.#isFirstFinished.get({ run }) === 1)
      this.#fix(this.#openUntilSent.get(run), profile ?? compute, profile === null ? 'compute' : 'profile');
  }

  #fix(arm: OpenArm | undefined, saved: number, from: FixedArm['from']): void {
    if (arm === undefined) return;
    const steps = equalTimeSteps(arm.steps, saved);
    const fixed = { id: arm.id, steps, saved: 1 - steps / arm.steps, from };
    this.#fixArm.run(fixed);
    this.#fixRuns.run(fixed);
  }
}
