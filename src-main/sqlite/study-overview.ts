import type { Database } from 'better-sqlite3';
import { answerOfStudy } from '#core/analysis/answering-arm.ts';
import { placeArms, testArms } from '#core/analysis/comparison.ts';
import { pairArms } from '#core/analysis/paired-runs.ts';
import type { ComparedRun } from '#core/analysis/study-to-compare.ts';
import { groupedBy } from '#core/grouped.ts';
import type { StudySummary } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import { measuredError } from './not-finite.ts';
import { type WeightsColumn, weightsOf } from './run-row.ts';
import type { StudyHead, StudyTable } from './studies.ts';
import { UnreadableRows } from './unreadable-rows.ts';

interface CountRow {
  readonly study: string;
  readonly status: RunStatus;
  readonly runs: number;
  readonly epochs_done: number;
  readonly epochs: number;
  readonly changed_at: number | null;
}

interface ComparedRow extends WeightsColumn {
  readonly study: string;
  readonly id: string;
  readonly arm: string;
  readonly seed: number;
  readonly status: RunStatus;
  readonly test_error: number | null;
  readonly nan_mask: number;
  readonly training_seconds: number;
  readonly test_images: number;
  readonly compute_saved: number;
  readonly data_sha256: string | null;
}

/** The list of all studies: SQL aggregates the counts, and only runs are read that the comparison needs. */
export class StudyOverview {
  readonly #studies: StudyTable;
  readonly #counts;
  readonly #compared;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database, studies: StudyTable) {
    this.#unreadable = UnreadableRows.of(database);
    this.#studies = studies;
    // The unfinished last epoch of an equal-time baseline counts like any other. Runs that are in the trash count where they went
    // there with their study, at the same moment.
    this.#counts = database.prepare<[], CountRow>(`
      SELECT studies.public_id AS study, status, count(*) AS runs, sum(epoch) AS epochs_done,
        sum((runs.steps + steps_per_epoch - 1) / steps_per_epoch) AS epochs, max(last_event_at) AS changed_at
      FROM runs JOIN arms ON arms.id = arm_id JOIN studies ON studies.id = study_id
      WHERE deleted_at IS in_trash_since GROUP BY studies.id, status`);
    // Unfinished runs may tell which data are the study's, as they do in the comparison.
    this.#compared = database.prepare<[], ComparedRow>(`
      SELECT studies.public_id AS study, runs.public_id AS id, arms.name AS arm, seed, status, test_error, nan_mask,
        training_seconds, spec ->> '$.test' AS test_images, runs.compute_saved, data_sha256, weights_sha256
      FROM runs JOIN arms ON arms.id = arm_id JOIN studies ON studies.id = study_id
      WHERE deleted_at IS in_trash_since AND (status = 'finished' OR data_sha256 IS NOT NULL) ORDER BY runs.id`);
  }

  all(trash: boolean): readonly StudySummary[] {
    const counts = groupedBy(this.#counts.all(), ({ study }) => study);
    const compared = groupedBy(this.#compared.all(), ({ study }) => study);
    const read = (study: StudyHead) => summaryOf(study, counts.get(study.id) ?? [], compared.get(study.id) ?? []);
    return this.#unreadable.readAll(this.#studies.all(trash), ({ name }) => `Study "${name}"`, read).reverse();
  }
}

function summaryOf(study: StudyHead, counts: readonly CountRow[], compared: readonly ComparedRow[]): StudySummary {
  const { id, name, base, seeds, arms, note, tags, archived, deleted, createdAt } = study;
  const moments = counts.flatMap((row) => (row.changed_at === null ? [] : [row.changed_at]));
  return {
    id,
    name,
    base,
    seeds,
    arms: arms.map(({ steps: _steps, stepsFrom: _from, ...arm }) => arm),
    note,
    tags,
    archived,
    deleted,
    counts: Object.fromEntries(counts.map((row) => [row.status, row.runs])),
    epochsDone: counts.reduce((sum, row) => sum + row.epochs_done, 0),
    epochs: counts.reduce((sum, row) => sum + row.epochs, 0),
    headline: headlineOf(study, compared),
    createdAt,
    changedAt: moments.length === 0 ? null : Math.max(...moments),
  };
}

/** The numbers of the arm by which the comparison answers what the study asks, and whether they are shown. */
function headlineOf(study: StudyHead, compared: readonly ComparedRow[]): StudySummary['headline'] {
  const arms = placeArms(testArms(pairArms({ ...study, runs: compared.map(toRun) }), study.margin));
  const answer = answerOfStudy(arms, study.margin);
  if (answer === null) return null;
  const { name, saved, errorDelta, points } = answer.arm;
  if (saved.wall === null || errorDelta === null) return null;
  const numbers = { arm: name, wall: saved.wall, errorDelta, pairs: points.length };
  return { ...numbers, state: answer.state, isWithin: answer.isWithin, margin: study.margin };
}

function toRun(row: ComparedRow): ComparedRun {
  return {
    id: row.id,
    arm: row.arm,
    seed: row.seed,
    status: row.status,
    deleted: false,
    testError: measuredError(row.test_error, row.nan_mask, 0),
    computeSaved: row.compute_saved,
    data: row.data_sha256 === null ? null : { sha256: row.data_sha256 },
    weights: weightsOf(row),
    // The headline is about the wall clock.
    profileSaved: null,
    seconds: { training: row.training_seconds },
    spec: { test: row.test_images },
  };
}
