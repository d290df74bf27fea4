import type { TrainingConditions } from '#core/run-event.ts';

/** The columns in which runs and epochs keep the conditions on the machine. */
export interface ConditionColumns {
  readonly other_load: number | null;
  readonly throttled_seconds: number | null;
  readonly thermal_throttles: number | null;
  readonly frequency_mhz: number | null;
}

export function conditionsOf(row: ConditionColumns): TrainingConditions {
  return {
    otherLoad: row.other_load,
    throttledSeconds: row.throttled_seconds,
    thermalThrottles: row.thermal_throttles,
    frequencyMHz: row.frequency_mhz,
  };
}

export function conditionColumns(conditions: TrainingConditions): ConditionColumns {
  return {
    other_load: conditions.otherLoad,
    throttled_seconds: conditions.throttledSeconds,
    thermal_throttles: conditions.thermalThrottles,
    frequency_mhz: conditions.frequencyMHz,
  };
}
