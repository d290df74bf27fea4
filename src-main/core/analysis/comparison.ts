import { z } from 'zod';
import { namedSeeds } from '../seeds.ts';
import type { PlacedArm } from './answering-arm.ts';
import { armEnergies } from './arm-energy.ts';
import { testAgainstEqualTime, testMeasure, testNonInferiority } from './arm-tests.ts';
import { verdictSchema } from './claims.ts';
import type { ComparedArm, TestedArm } from './compared-arm.ts';
import { comparedArmSchema } from './compared-arm.ts';
import { comparedDataOf, comparedDataSchema, dataWarnings } from './compared-data.ts';
import { comparedWeightsOf, comparedWeightsSchema, weightsWarnings } from './compared-weights.ts';
import { timingWarnings } from './fair-timing.ts';
import { frontShares } from './front-share.ts';
import { enumerated } from './name-list.ts';
import type { PairedArm } from './paired-runs.ts';
import { estimateArm, pairArms } from './paired-runs.ts';
import { measuredOf, paretoFront } from './pareto-front.ts';
import type { ComparedRun, StudyToCompare } from './study-to-compare.ts';
import type { TimedRun } from './timed-run.ts';
import { verdictOf } from './verdict.ts';

/** What a study says: the time that each arm saves against the baseline, and what that costs in accuracy. */
export const comparisonSchema = z.object({
  studyId: z.string(),
  /** Points of test error that an arm may cost and still count as not worse. */
  margin: z.number().positive(),
  /** The baseline first, then each policy followed by its equal-time arm. */
  arms: z.array(comparedArmSchema),
  /** One verdict for every arm except the baseline. */
  verdicts: z.array(verdictSchema),
  /** What the runs trained on, and which runs are left out since they trained on something else. */
  data: comparedDataSchema,
  /** What the runs began with, and which runs are left out since they began with something else. */
  weights: comparedWeightsSchema,
  /** Why some of these numbers may not be comparable, each reason in one sentence. */
  warnings: z.array(z.string()),
});

export type Comparison = z.infer<typeof comparisonSchema>;

/** A study whose runs also say how they were timed, which the warnings are about. */
export interface TimedStudy extends StudyToCompare {
  readonly runs: readonly (ComparedRun & TimedRun)[];
}

/**
 * Pairs the runs of every arm with the baseline's by seed. Only finished runs count, deleted ones never, and none on other data
 * than the study's.
 */
export function compareStudy(study: TimedStudy): Comparison {
  const paired = pairArms(study);
  const tested = testArms(paired, study.margin);
  const shares = frontShares(paired);
  const arms = placeArms(tested).map((arm, index): ComparedArm => ({ ...arm, frontShare: shares[index] }));
  const verdicts = tested.filter((arm) => arm.role !== 'baseline').map((arm) => verdictOf(arm, study));
  const data = comparedDataOf(study);
  const weights = comparedWeightsOf(study);
  const warnings = [...dataWarnings(data), ...weightsWarnings(weights), ...warningsOf(study, paired)];
  return { studyId: study.id, margin: study.margin, arms, verdicts, data, weights, warnings };
}

function warningsOf({ runs }: TimedStudy, arms: readonly PairedArm[]): string[] {
  const baseline = arms.find(({ record }) => record.role === 'baseline');
  const byId = new Map(runs.map((run) => [run.id, run]));
  const counted = arms.flatMap((arm) => arm.runs.flatMap(({ id }) => byId.get(id) ?? []));
  return baseline === undefined
    ? []
    : [...timingWarnings(counted, baseline.record.name), ...earlyEndWarnings(arms, counted)];
}

/** Planned savings are those of whole runs; where runs end early, only the wall clock knows what was saved. */
function earlyEndWarnings(arms: readonly PairedArm[], counted: readonly ComparedRun[]): string[] {
  const early = counted.filter(({ reason }) => typeof reason === 'string');
  if (early.length === 0) return [];
  const texts = arms.flatMap(({ record }) => {
    const seeds = early.filter(({ arm }) => arm === record.name).map(({ seed }) => seed);
    return seeds.length === 0 ? [] : [`${record.name} (${namedSeeds(seeds)})`];
  });
  return [
    `Runs of ${enumerated(texts)} ended early: their savings by wall clock are those of the lengths that they trained, predicted ones those of whole runs.`,
  ];
}

/** Places the arms among each other by the means of saved time and error delta. */
export function placeArms(tested: readonly TestedArm[]): PlacedArm[] {
  const places = tested.map((arm) => ({ saved: arm.saved.wall, cost: arm.errorDelta }));
  const isOnFront = paretoFront(places);
  return tested.map((arm, index) => {
    const place = isOnFront[index] ? 'on' : 'dominated';
    const front = measuredOf(places[index]) === null ? 'unknown' : place;
    return { ...arm, front, onFront: isOnFront[index] };
  });
}

/** Tests the arms, without their places among each other. */
export function testArms(arms: readonly PairedArm[], margin: number): TestedArm[] {
  const wall = testMeasure(arms, 'wall');
  const profile = testMeasure(arms, 'profile');
  const errorDelta = testMeasure(arms, 'errorDelta');
  const relative = testMeasure(arms, 'relativeErrorIncrease');
  const nonInferiority = testNonInferiority(arms, margin);
  const againstEqualTime = testAgainstEqualTime(arms);
  const energies = armEnergies(arms);
  return arms.map((arm) => {
    const energy = energies.get(arm.record.name);
    const of = <Value>(results: ReadonlyMap<string, Value>) => results.get(arm.record.name) ?? null;
    return {
      ...estimateArm(arm),
      tests: { wall: of(wall), profile: of(profile), errorDelta: of(errorDelta), relativeErrorIncrease: of(relative) },
      nonInferiority: of(nonInferiority),
      againstEqualTime: of(againstEqualTime),
      ...(energy && { energy }),
    };
  });
}
