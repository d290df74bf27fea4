import type { RecordedData } from '#core/data/run-data.ts';
import type { Elsewhere, RunRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import type { Environment } from '#core/run-event.ts';
import type { RunWeights } from '#core/weights/run-weights.ts';
import { type ColumnPlace, columnJson } from './column-json.ts';
import type { ConditionColumns } from './condition-columns.ts';
import { conditionsOf } from './condition-columns.ts';
import { measured, measuredError } from './not-finite.ts';
import type { PhaseColumns } from './phase-columns.ts';
import { secondsOf } from './phase-columns.ts';
import { storedSpec } from './unreadable-rows.ts';

/** What people add to a run, and when. */
export interface MarksRow {
  readonly public_id: string;
  readonly note: string;
  /** JSON list; NULL without tags. */
  readonly tags: string | null;
  readonly imported: number;
  readonly archived: number;
  readonly deleted_at: number | null;
  readonly locked: number;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

export interface WeightsColumn {
  readonly weights_sha256: string | null;
}

export interface DataColumns {
  readonly data_sha256: string | null;
  /** JSON. */
  readonly data_location: string | null;
}

/** A row of table runs, with the columns of other tables that lists show. */
export interface RunRow extends PhaseColumns, ConditionColumns, DataColumns, WeightsColumn, MarksRow {
  readonly id: number;
  readonly spec: string;
  /** JSON list; NULL where they were not counted. */
  readonly class_gaps: string | null;
  readonly seed: number;
  readonly steps: number;
  readonly steps_per_epoch: number;
  readonly layer_count: number;
  readonly compute_saved: number;
  readonly profile_saved: number | null;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly environment_id: number | null;
  readonly epoch: number;
  readonly frozen_layers: number;
  readonly seconds_at: number | null;
  readonly last_seq: number;
  /** The block with which another machine trains it; NULL for a run of this one. */
  readonly block_id: number | null;
  /** The machine of that block, and the one where it has left its checkpoints. */
  readonly block_machine: string | null;
  readonly left_machine: string | null;
  /** The folders of these blocks. */
  readonly block_folder: string | null;
  readonly left_folder: string | null;
  readonly last_event_at: number | null;
  readonly test_error: number | null;
  readonly nan_mask: number;
  readonly study_public_id: string | null;
  readonly study_name: string | null;
  readonly arm_name: string | null;
  readonly validation_error: number | null;
  readonly validation_nan_mask: number | null;
}

export const SELECT_RUNS = `
  SELECT runs.*, studies.public_id AS study_public_id, studies.name AS study_name, arms.name AS arm_name,
    stats.last AS validation_error, stats.nan_mask AS validation_nan_mask,
    coalesce(saved_at_end, profiles.saved) AS profile_saved,
    (SELECT json_group_array(tag) FROM tags WHERE run_id = runs.id) AS tags,
    block_id,
    blocks.machine AS block_machine, blocks.folder AS block_folder,
    left_elsewhere.machine AS left_machine, left_elsewhere.folder AS left_folder
  FROM runs
  LEFT JOIN arms ON arms.id = arm_id
  LEFT JOIN studies ON studies.id = study_id
  LEFT JOIN profiles ON profiles.run_id = runs.id
  LEFT JOIN block_runs ON block_runs.run_id = runs.id
  LEFT JOIN blocks ON blocks.id = block_id
  LEFT JOIN left_elsewhere ON left_elsewhere.run_id = runs.id
  LEFT JOIN run_stats AS stats ON stats.run_id = runs.id
    AND stats.key_id = (SELECT id FROM metric_keys WHERE name = 'validation_error')`;

export function toRunRecord(row: RunRow, environment: Environment | null): RunRecord {
  return {
    ...identityOf(row),
    ...progressOf(row),
    environment,
    conditions: conditionsOf(row),
    ...marksOf(row),
    lastSeq: row.last_seq,
    elsewhere: elsewhereOf(row),
  };
}

function elsewhereOf({ block_machine, block_folder, left_machine, left_folder }: RunRow): Elsewhere | null {
  const [machine, folder] = [block_machine ?? left_machine, block_folder ?? left_folder];
  return machine === null || folder === null ? null : { machine, folder, isThere: block_machine !== null };
}

export function marksOf(row: MarksRow) {
  return {
    note: row.note,
    // Most runs have no tags, which is quicker to find without parsing JSON.
    tags:
      row.tags === null || row.tags === '[]' ? [] : columnJson<string[]>(row.tags, placeIn(row, 'the list of tags')),
    imported: row.imported === 1,
    archived: row.archived === 1,
    deleted: row.deleted_at !== null,
    locked: row.locked === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

function identityOf(row: RunRow) {
  return {
    id: row.public_id,
    studyId: row.study_public_id,
    studyName: row.study_name,
    arm: row.arm_name,
    spec: storedSpec(row.spec),
    data: dataOf(row),
    weights: weightsOf(row),
    classGaps:
      row.class_gaps === null
        ? null
        : columnJson<RunRecord['classGaps']>(row.class_gaps, placeIn(row, 'the list of missing classes')),
    seed: row.seed,
    steps: row.steps,
    stepsPerEpoch: row.steps_per_epoch,
    layerCount: row.layer_count,
    computeSaved: row.compute_saved,
    profileSaved: row.profile_saved,
  };
}

export function dataOf(row: DataColumns & Pick<MarksRow, 'public_id'>): RecordedData | null {
  const { data_sha256: sha256, data_location: location } = row;
  if (sha256 === null) return null;
  return { sha256, location: location === null ? null : columnJson(location, placeIn(row, 'the place of the data')) };
}

/** Names a column of a run. */
function placeIn({ public_id: id }: Pick<MarksRow, 'public_id'>, column: string): ColumnPlace {
  return { column, row: `run ${id}` };
}

export function weightsOf({ weights_sha256: sha256 }: WeightsColumn): RunWeights | null {
  return sha256 === null ? null : { sha256 };
}

function progressOf(row: RunRow) {
  return {
    status: row.status,
    reason: row.reason,
    epoch: row.epoch,
    frozenLayers: row.frozen_layers,
    seconds: secondsOf(row),
    // The second bit of a statistic's mask belongs to its last value.
    validationError: measured(row.validation_error, row.validation_nan_mask ?? 0, 1),
    testError: measuredError(row.test_error, row.nan_mask, 0),
  };
}
