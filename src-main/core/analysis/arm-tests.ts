import type { ComparedArm } from './compared-arm.ts';
import type { FinishedRun, Measure, PairedArm } from './paired-runs.ts';
import { differencesOf, errorDeltaTo, LEVEL, pairBySeed, savedAgainst } from './paired-runs.ts';
import { errorRounding, roundingOfMean } from './rounding.ts';
import type { Hypothesis, RoundedDifferences } from './statistics.ts';
import {
  holm,
  lowerBound,
  mean,
  pairedInterval,
  pairedTest,
  seedsNeeded,
  signFlipTest,
  upperBound,
} from './statistics.ts';

/** The chance that a study makes any false claim of one kind, over all of its policy arms. */
const FALSE_CLAIMS = 0.05;

/** An arm may take longer than its control by this share: beyond it, the comparison is no longer one at equal time. */
const TIME_TOLERANCE = 0.05;

const TWO_SIDED: Hypothesis = { alternative: 'two-sided' };
/** The hypothesis that is rejected where an arm is shown to have more errors than its control. */
const NO_MORE_ERRORS: Hypothesis = { null: 0, alternative: 'greater' };

/** The results of a test, by the name of the arm. */
type ByArm<Value> = ReadonlyMap<string, Value>;

/** Whether a test supports its claim, by the p adjusted over all policy arms that could make a claim of that kind. */
export function isSettled(test: { readonly holm: number | null } | null): boolean {
  return test !== null && test.holm !== null && test.holm <= FALSE_CLAIMS;
}

/** Tests each arm's differences from the baseline against 0. Equal-time arms are controls: they claim nothing and adjust nothing. */
export function testMeasure(arms: readonly PairedArm[], measure: Measure): ByArm<ComparedArm['tests'][Measure]> {
  const differences = (arm: PairedArm) => differencesOf(arm)[measure];
  const [policies, controls] = [withRole(arms, 'policy'), withRole(arms, 'equal-time')];
  const tested = testFamily(policies.map(differences), TWO_SIDED);
  return byArm([...policies, ...controls], (arm, index) => {
    const test = tested[index] ?? withoutFamily(testFamily([differences(arm)], TWO_SIDED)[0]);
    return test && { ...test, signFlip: signFlipTest(differences(arm).values) };
  });
}

/** Whether each policy arm costs less than the margin, in points, or more: the mean error delta against it, one test a side. */
export function testNonInferiority(arms: readonly PairedArm[], margin: number): ByArm<ComparedArm['nonInferiority']> {
  const policies = withRole(arms, 'policy');
  const differences = policies.map((arm) => differencesOf(arm).errorDelta);
  const below = testFamily(differences, { null: margin, alternative: 'less' });
  const above = testFamily(differences, { null: margin, alternative: 'greater' });
  return byArm(policies, (_, index) => {
    const { values, rounding } = differences[index];
    const [upper, lower] = [upperBound(values, LEVEL, rounding), lowerBound(values, LEVEL, rounding)];
    const [test, worse] = [below[index], above[index]];
    if (test === null || worse === null || upper === null || lower === null) return null;
    return { margin, upper, lower, ...test, holds: isSettled(test), worse: { ...worse, holds: isSettled(worse) } };
  });
}

/** Whether each policy arm that has an equal-time arm makes fewer errors than that one, or more, seed by seed. */
export function testAgainstEqualTime(arms: readonly PairedArm[]): ByArm<ComparedArm['againstEqualTime']> {
  const contests = withRole(arms, 'policy').flatMap((arm) => {
    const control = arms.find((other) => other.record.of === arm.record.name);
    return control ? [contestOf(arm, control)] : [];
  });
  const differences = contests.map(({ errorDeltas }) => errorDeltas);
  const tests = testFamily(differences, TWO_SIDED);
  const harms = testFamily(differences, NO_MORE_ERRORS);
  return new Map(
    contests.map((contest, index) => [contest.arm, resultOf(contest, { test: tests[index], harm: harms[index] })]),
  );
}

type Contest = ReturnType<typeof contestOf>;
type FamilyTest = NonNullable<ReturnType<typeof testFamily>[number]>;
type ControlTest = Omit<FamilyTest, 'holm'> & { readonly holm: null };

function contestOf(arm: PairedArm, control: PairedArm) {
  const pair = (run: FinishedRun, other: FinishedRun) => ({
    errorDelta: errorDeltaTo(run, other),
    saved: savedAgainst(run, other),
    rounding: errorRounding(run, other),
  });
  const pairs = pairBySeed(arm.runs, control.runs, pair);
  const errorDeltas: RoundedDifferences = {
    values: pairs.map(({ errorDelta }) => errorDelta),
    rounding: roundingOfMean(pairs.map(({ rounding }) => rounding)),
  };
  return { arm: arm.record.name, control: control.record.name, pairs, errorDeltas };
}

interface ContestTests {
  /** Two-sided, against equal errors. */
  readonly test: FamilyTest | null;
  /** One-sided, against no more errors than the control. */
  readonly harm: FamilyTest | null;
}

function resultOf({ control, pairs, errorDeltas }: Contest, tests: ContestTests): ComparedArm['againstEqualTime'] {
  const { test, harm } = tests;
  const errorDelta = mean(errorDeltas.values);
  if (errorDelta === null) return null;
  const saved = mean(pairs.map((pair) => pair.saved));
  const isInTime = saved === null || saved >= -TIME_TOLERANCE;
  // An arm that trained for less than its control may owe its errors to that.
  const hadItsTime = saved === null || saved <= TIME_TOLERANCE;
  return {
    arm: control,
    pairs: pairs.length,
    errorDelta,
    ci: pairedInterval(errorDeltas.values, LEVEL, errorDeltas.rounding),
    saved,
    isInTime,
    p: test?.p ?? null,
    holm: test?.holm ?? null,
    beats: isSettled(test) && errorDelta < 0 && isInTime,
    seedsNeeded: test?.seedsNeeded ?? null,
    notBetter: harm && { ...harm, hadItsTime, holds: isSettled(harm) && hadItsTime },
  };
}

/**
 * One test for each of the policy arms that could make a claim of one kind, adjusted over all of them. Seeds for an unsettled
 * difference are planned at 0.05 / arms, the strictest step of Holm's procedure: a p that passes there passes in any order.
 */
export function testFamily(family: readonly RoundedDifferences[], hypothesis: Hypothesis) {
  const tests = family.map(({ values, rounding }) => pairedTest(values, hypothesis, rounding));
  const adjusted = holm(tests.map((test) => test?.p ?? null));
  const level = FALSE_CLAIMS / family.length;
  return tests.map((test, index) => {
    const p = adjusted[index];
    if (test === null || p === null) return null;
    const result = { p: test.p, holm: p };
    const { values, rounding } = family[index];
    const needed = isSettled(result) ? null : seedsNeeded(values, { ...hypothesis, level }, rounding);
    return { ...result, seedsNeeded: needed };
  });
}

function withoutFamily(test: FamilyTest | null): ControlTest | null {
  return test && { ...test, holm: null };
}

function withRole(arms: readonly PairedArm[], role: ComparedArm['role']): PairedArm[] {
  return arms.filter((arm) => arm.record.role === role);
}

function byArm<Value>(arms: readonly PairedArm[], describe: (arm: PairedArm, index: number) => Value): ByArm<Value> {
  return new Map(arms.map((arm, index) => [arm.record.name, describe(arm, index)]));
}
