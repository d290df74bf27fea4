import type { NewRun } from '#core/ports.ts';
import type { RunEventOf } from '#core/run-event.ts';
import { armName, savedBy, stepsOf } from './imported-study.ts';

/** The run that a start from elsewhere describes. */
export function importedRun(started: RunEventOf<'run.started'>, now: number): NewRun {
  const { spec, data, weights, classGaps, stepsPerEpoch, layers, runId, studyId } = started;
  return {
    id: runId,
    spec,
    data: data && { ...data, location: null },
    weights,
    classGaps,
    studyId,
    arm: studyId === null ? null : armName(started),
    steps: stepsOf(started),
    stepsPerEpoch,
    computeSaved: savedBy(started),
    layers,
    imported: true,
    createdAt: now,
  };
}
