import type { PhaseSeconds } from '#core/run-event.ts';

/** The columns in which runs, epochs and checkpoints keep active seconds by phase. */
export interface PhaseColumns {
  readonly training_seconds: number;
  readonly evaluation_seconds: number;
  readonly checkpoint_seconds: number;
}

export function secondsOf(row: PhaseColumns): PhaseSeconds {
  return {
    training: row.training_seconds,
    evaluation: row.evaluation_seconds,
    checkpoint: row.checkpoint_seconds,
  };
}

export function phaseColumns(seconds: PhaseSeconds): PhaseColumns {
  return {
    training_seconds: seconds.training,
    evaluation_seconds: seconds.evaluation,
    checkpoint_seconds: seconds.checkpoint,
  };
}
