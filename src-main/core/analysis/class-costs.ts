import { classErrors, splitErrors } from '#core/classes/class-errors.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import type { ComparedArm } from './compared-arm.ts';
import { comparedDataOf } from './compared-data.ts';
import type { Difference } from './difference.ts';
import { isShown, testedDifferences } from './difference.ts';
import type { PairedArm } from './paired-runs.ts';
import { pairArms } from './paired-runs.ts';
import { countRounding, roundingOfMean } from './rounding.ts';
import { mean } from './statistics.ts';
import type { StudyToCompare } from './study-to-compare.ts';

/** Whether a class is shown to have more errors than under the baseline, shown to have fewer, or neither. */
export type ClassOutcome = 'more' | 'fewer' | 'not-shown';

/** What an arm costs one class. */
export interface ClassCost {
  readonly index: number;
  readonly name: string;
  /** Images of the class in the test split. */
  readonly images: number;
  /** Mean error of the class over the pairs, a fraction: under the arm, and under the baseline. Null without images. */
  readonly error: number | null;
  readonly baselineError: number | null;
  /**
   * 100 x (error under the arm - error under the baseline), points, paired by seed; p adjusted over the arm's classes (Holm). No
   * interval with one pair, and no test with fewer than three. Null without images.
   */
  readonly difference: Difference | null;
  readonly outcome: ClassOutcome;
}

/** What an arm costs the classes of the test split. */
export interface ArmClassCosts extends Pick<ComparedArm, 'name' | 'role' | 'of'> {
  readonly pairs: number;
  /** Means over the pairs: of the arm and of the baseline, fractions. */
  readonly balancedAccuracy: number | null;
  readonly baselineBalancedAccuracy: number | null;
  /** Null where there are at most ten classes. */
  readonly topFiveError: number | null;
  readonly baselineTopFiveError: number | null;
  /** By index; empty without a pair. */
  readonly classes: readonly ClassCost[];
}

/** Which classes pay for freezing. */
export interface ClassCosts {
  readonly studyId: string;
  readonly classNames: readonly string[];
  /** All arms but the baseline, in the order of the comparison. */
  readonly arms: readonly ArmClassCosts[];
  /** Ids of the runs that are compared. */
  readonly counted: readonly string[];
  /** Ids of runs that the comparison pairs but whose predictions were not counted. */
  readonly notCounted: readonly string[];
  /** Ids of runs that were tested on other images than the first run of the baseline. */
  readonly onOtherImages: readonly string[];
  /** Ids of finished runs on other data than the study's, which the comparison leaves out. */
  readonly onOtherData: readonly string[];
}

/** The predictions of a run for the test images; null where they were not counted. */
export type PredictionLookup = (runId: string) => Predictions | null;

interface PredictedPair {
  readonly own: Predictions;
  readonly partner: Predictions;
}

/** Pairs the predictions of the runs that the comparison pairs. */
export function classCosts(study: StudyToCompare, predictionsOf: PredictionLookup): ClassCosts {
  const arms = pairArms(study);
  const baseline = arms.find(({ record }) => record.role === 'baseline');
  const compared = arms.filter(({ record }) => record.role !== 'baseline');
  const partners = new Map((baseline?.runs ?? []).map(({ seed, id }) => [seed, id]));
  const idPairs = compared.map(({ points }) =>
    points.flatMap(({ seed, runId }) => {
      const partner = partners.get(seed);
      return partner === undefined ? [] : [{ own: runId, partner }];
    }),
  );
  const ids = [...new Set(idPairs.flat().flatMap(({ own, partner }) => [partner, own]))];
  const known = new Map(ids.flatMap((id) => pairOf(id, predictionsOf(id))));
  const [reference] = known.values();
  const fits = (id: string) => isOnSameImages(known.get(id), reference);
  return {
    studyId: study.id,
    classNames: reference?.classNames ?? [],
    arms: compared.map((arm, index) => {
      const kept = idPairs[index].filter(({ own, partner }) => fits(own) && fits(partner));
      return costsOf(
        arm,
        kept.flatMap(({ own, partner }) => predictedPair(known.get(own), known.get(partner))),
      );
    }),
    counted: ids.filter(fits),
    notCounted: ids.filter((id) => !known.has(id)),
    onOtherImages: ids.filter((id) => known.has(id) && !fits(id)),
    onOtherData: comparedDataOf(study).leftOut.map(({ runId }) => runId),
  };
}

function pairOf(id: string, predictions: Predictions | null): [string, Predictions][] {
  return predictions === null ? [] : [[id, predictions]];
}

function predictedPair(own: Predictions | undefined, partner: Predictions | undefined): PredictedPair[] {
  return own === undefined || partner === undefined ? [] : [{ own, partner }];
}

/** Whether two splits have the same classes with as many images each. */
function isOnSameImages(one: Predictions | undefined, other: Predictions | undefined): boolean {
  if (one === undefined || other === undefined || one.classNames.length !== other.classNames.length) return false;
  return one.classNames.every(
    (name, index) => name === other.classNames[index] && one.images[index] === other.images[index],
  );
}

function costsOf({ record }: PairedArm, pairs: readonly PredictedPair[]): ArmClassCosts {
  const [own, partner] = [pairs.map((pair) => pair.own), pairs.map((pair) => pair.partner)];
  const averages = (runs: readonly Predictions[]) => {
    const errors = runs.map(splitErrors);
    return {
      balanced: mean(errors.map((one) => one.balancedAccuracy)),
      topFive: mean(errors.map((one) => one.topFiveError)),
    };
  };
  const [arm, baseline] = [averages(own), averages(partner)];
  return {
    ...{ name: record.name, role: record.role, of: record.of, pairs: pairs.length },
    ...{ balancedAccuracy: arm.balanced, baselineBalancedAccuracy: baseline.balanced },
    ...{ topFiveError: arm.topFive, baselineTopFiveError: baseline.topFive },
    classes: pairs.length === 0 ? [] : costsByClass(own, partner),
  };
}

function costsByClass(own: readonly Predictions[], partner: readonly Predictions[]): ClassCost[] {
  const [ownErrors, partnerErrors] = [own.map(classErrors), partner.map(classErrors)];
  // Nothing can be said of a class without images, so it is no member of the family.
  const counted = ownErrors[0].filter(({ images }) => images > 0);
  const tested = testedDifferences(
    // All pairs were tested on the same images; differences of counts are equal where they are so on paper.
    counted.map(({ index, images }) => ({
      values: ownErrors.map((run, pair) => (100 * (run[index].errors - partnerErrors[pair][index].errors)) / images),
      rounding: classRounding(images),
    })),
  );
  const differences = new Map(counted.map(({ index }, place) => [index, tested[place]]));
  return ownErrors[0].map(({ index, name, images }) => {
    const difference = differences.get(index) ?? null;
    return {
      ...{ index, name, images, difference, outcome: outcomeOf(difference) },
      error: mean(ownErrors.map((run) => run[index].error)),
      baselineError: mean(partnerErrors.map((run) => run[index].error)),
    };
  });
}

/** The errors of a class are counts of a few images, so that all pairs may differ by the same number by chance. */
function classRounding(images: number): number {
  return roundingOfMean([2 * countRounding({ testImages: images })]);
}

function outcomeOf(difference: Difference | null): ClassOutcome {
  if (difference === null || !isShown(difference)) return 'not-shown';
  return difference.mean > 0 ? 'more' : 'fewer';
}
