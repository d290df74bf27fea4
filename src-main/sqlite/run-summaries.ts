import type { Database } from 'better-sqlite3';
import type { RowsPage, RowsQuery, ValuesAt } from '#core/ports.ts';
import type { RunSummary, SeriesSummary } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import type { Series } from '#core/series/series.ts';
import type { EpochSeries } from '#core/series/series-lists.ts';
import { SUMMARIZED_SERIES } from '#core/series/series-lists.ts';
import type { ArmRole } from '#core/study.ts';
import { metricName } from './metrics.ts';
import { measured, measuredError } from './not-finite.ts';
import type { PhaseColumns } from './phase-columns.ts';
import { secondsOf } from './phase-columns.ts';
import type { DataColumns, MarksRow, WeightsColumn } from './run-row.ts';
import { dataOf, marksOf, weightsOf } from './run-row.ts';
import { storedSpec, UnreadableRows } from './unreadable-rows.ts';

/** The name of a series in metric_keys. */
function statsName({ stored, per, key }: Series): string {
  return stored === 'metrics' ? metricName(per, key) : stored.column;
}

interface SummaryRow extends PhaseColumns, DataColumns, WeightsColumn, MarksRow {
  readonly id: number;
  readonly study_id: string | null;
  readonly study_name: string | null;
  readonly arm: string | null;
  readonly role: ArmRole | null;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly spec: string;
  readonly group_hash: string;
  readonly steps: number;
  readonly steps_per_epoch: number;
  readonly epoch: number;
  readonly frozen_layers: number;
  readonly layer_count: number;
  readonly compute_saved: number;
  readonly profile_saved: number | null;
  readonly test_error: number | null;
  readonly nan_mask: number;
  readonly device: string | null;
}

interface StatsRow {
  readonly name: string;
  readonly last: number | null;
  readonly last_step: number;
  readonly min: number | null;
  readonly min_step: number | null;
  readonly max: number | null;
  readonly max_step: number | null;
  readonly nan_mask: number;
}

interface PageInput {
  readonly ids: string | null;
  readonly after: number | null;
  readonly limit: number;
}

const COLUMNS = `
  runs.id, runs.public_id, studies.public_id AS study_id, studies.name AS study_name, arms.name AS arm, arms.role,
  status, reason, spec, data_sha256, data_location, weights_sha256, group_hash, runs.steps, steps_per_epoch, epoch, frozen_layers, layer_count, training_seconds,
  evaluation_seconds, checkpoint_seconds, runs.compute_saved, coalesce(saved_at_end, profiles.saved) AS profile_saved, test_error, runs.nan_mask,
  environments.backend || ' on ' || environments.device AS device, runs.note,
  (SELECT json_group_array(tag) FROM tags WHERE run_id = runs.id) AS tags,
  imported, archived, deleted_at, locked, runs.created_at, started_at, ended_at`;

const TABLES = `
  LEFT JOIN arms ON arms.id = arm_id
  LEFT JOIN studies ON studies.id = study_id
  LEFT JOIN profiles ON profiles.run_id = runs.id
  LEFT JOIN environments ON environments.id = environment_id`;

/** Pages of the table of all runs, newest first; a page is found by the key of its first row. */
export class RunSummaries {
  readonly #page;
  readonly #these;
  readonly #stats;
  readonly #valuesAt;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    const older = '(@after IS NULL OR runs.id < @after) ORDER BY runs.id DESC LIMIT @limit';
    this.#page = database.prepare<[PageInput], SummaryRow>(`SELECT ${COLUMNS} FROM runs ${TABLES} WHERE ${older}`);
    this.#these = database.prepare<[PageInput], SummaryRow>(`
      SELECT ${COLUMNS} FROM (SELECT DISTINCT value FROM json_each(@ids)) JOIN runs ON runs.public_id = value ${TABLES}
      WHERE ${older}`);
    this.#stats = database.prepare<[number], StatsRow>(
      `SELECT name, last, last_step, min, min_step, max, max_step, nan_mask
      FROM run_stats JOIN metric_keys ON id = key_id WHERE run_id = ?`,
    );
    const valuesAt = (series: Series) =>
      database.prepare<[number], [id: string, value: number | null]>(valuesSql(series)).raw();
    this.#valuesAt = new Map(SUMMARIZED_SERIES.map((series) => [series.key, valuesAt(series)]));
  }

  page({ ids, after, limit }: RowsQuery): RowsPage {
    const input = { ids: ids === undefined ? null : JSON.stringify(ids), after, limit };
    const rows = ids === undefined ? this.#page.all(input) : this.#these.all(input);
    const next = rows.length === limit ? (rows.at(-1)?.id ?? null) : null;
    const read = (row: SummaryRow) => toSummary(row, this.#stats.all(row.id));
    return { rows: this.#unreadable.readAll(rows, ({ public_id }) => `Run ${public_id}`, read), next };
  }

  valuesAt(series: EpochSeries, epoch: number): ValuesAt {
    const rows = this.#valuesAt.get(series)?.all(epoch) ?? [];
    return { runs: rows.map(([id]) => id), values: rows.map(([, value]) => value ?? Number.NaN) };
  }
}

function valuesSql(series: Series): string {
  const { stored } = series;
  if (stored === 'metrics')
    return `SELECT public_id, value FROM runs JOIN metrics ON run_id = runs.id AND step = ?
      AND key_id = (SELECT id FROM metric_keys WHERE name = '${statsName(series)}') ORDER BY runs.id DESC`;
  return `SELECT public_id, ${stored.column} FROM runs JOIN epochs ON run_id = runs.id AND epochs.epoch = ?
    WHERE ${stored.column} IS NOT NULL OR epochs.nan_mask & ${stored.nanBit} ORDER BY runs.id DESC`;
}

function toSummary(row: SummaryRow, stats: readonly StatsRow[]): RunSummary {
  return {
    id: row.public_id,
    studyId: row.study_id,
    studyName: row.study_name,
    arm: row.arm,
    role: row.role,
    status: row.status,
    reason: row.reason,
    spec: storedSpec(row.spec),
    data: dataOf(row),
    weights: weightsOf(row),
    groupHash: row.group_hash,
    ...progressOf(row),
    series: Object.fromEntries(SUMMARIZED_SERIES.map((series) => [series.key, summaryOf(stats, series)])),
    testError: measuredError(row.test_error, row.nan_mask, 0),
    device: row.device,
    ...marksOf(row),
  };
}

function progressOf(row: SummaryRow) {
  return {
    steps: row.steps,
    stepsPerEpoch: row.steps_per_epoch,
    epoch: row.epoch,
    frozenLayers: row.frozen_layers,
    layerCount: row.layer_count,
    seconds: secondsOf(row),
    computeSaved: row.compute_saved,
    profileSaved: row.profile_saved,
  };
}

const NOTHING: SeriesSummary = { last: null, lastEpoch: null, best: null, bestEpoch: null };

/** The last and the best value. NaN is never the best one. The second bit of a statistic's mask belongs to its last value. */
function summaryOf(stats: readonly StatsRow[], series: Series): SeriesSummary {
  const row = stats.find(({ name }) => name === statsName(series));
  if (row === undefined) return NOTHING;
  const [best, bestEpoch] = series.better === 'higher' ? [row.max, row.max_step] : [row.min, row.min_step];
  return { last: measured(row.last, row.nan_mask, 1), lastEpoch: row.last_step, best, bestEpoch };
}
