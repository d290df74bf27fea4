import { isSettled } from '../arm-tests.ts';
import type { ClaimKind } from '../claims.ts';
import type { ComparedArm } from '../compared-arm.ts';
import type { Comparison } from '../comparison.ts';
import { percent, pValue, signedPoints } from '../quantity.ts';
import type { AnsweredStudy, AnswerPart, Finding, Undecided } from './answer.ts';
import { settlingText } from './difference-text.ts';

/** The savings within the margin, the arms that beat training less, and the front. */
export function tradeOffPart(answered: AnsweredStudy): AnswerPart {
  const { comparison } = answered;
  const policies = comparison.arms.filter((arm) => arm.role === 'policy');
  if (policies.length === 0) return { findings: [], undecided: [] };
  return {
    findings: [savingFinding(answered, policies), ...lessTrainingFindings(answered, policies), frontFinding(answered)],
    undecided: undecidedOf(comparison),
  };
}

/** The arm with the largest mean saving among those shown to be both faster and not worse than the margin. */
function savingFinding({ study, comparison }: AnsweredStudy, policies: readonly ComparedArm[]): Finding {
  const claimed = (arm: ComparedArm, kind: ClaimKind) =>
    comparison.verdicts.some(
      (verdict) => verdict.arm === arm.name && verdict.claims.some((claim) => claim.kind === kind),
    );
  const shown = policies
    .filter((arm) => claimed(arm, 'faster') && claimed(arm, 'not-worse'))
    .toSorted((one, other) => Number(other.saved.wall) - Number(one.saved.wall));
  const condition = `faster than the baseline and less than ${comparison.margin} points worse`;
  const best = shown.at(0);
  const text =
    best === undefined
      ? `No policy is shown to be both ${condition}.`
      : `Of the policies shown to be both ${condition}, ${best.name} has the largest mean saving: ${costText(best)}.${othersText(shown.slice(1))}`;
  return {
    topic: 'Time saved within the margin',
    studies: [study.id],
    status: best === undefined ? 'not-shown' : 'shown',
    text,
  };
}

/** "12.3 % of the training time (95 % interval 10.1 % to 14.5 %), error +0.10 points (−0.20 to +0.40; at most +0.31, Holm p 0.012), n = 5" */
function costText({ saved, ci, errorDelta, nonInferiority, points }: ComparedArm): string {
  const wall = ci.wall && ` (95 % interval ${ci.wall.map((end) => percent(end)).join(' to ')})`;
  const range = ci.errorDelta === null ? [] : [ci.errorDelta.map(signedPoints).join(' to ')];
  const bound =
    nonInferiority === null
      ? []
      : [`one-sided upper bound ${signedPoints(nonInferiority.upper)}, Holm ${pValue(nonInferiority.holm)}`];
  const error = `error ${signedPoints(errorDelta)} points (${[...range, ...bound].join('; ')})`;
  return `${percent(saved.wall)} of the training time${wall ?? ''}, ${error}, n = ${points.length}`;
}

function othersText(others: readonly ComparedArm[]): string {
  if (others.length === 0) return '';
  return ` Also shown: ${others.map(({ name, saved }) => `${name} (${percent(saved.wall)})`).join(', ')}.`;
}

/** The arms that beat training less, those beaten by it, and those with neither shown; empty without equal-time baselines. */
function lessTrainingFindings({ study }: AnsweredStudy, policies: readonly ComparedArm[]): Finding[] {
  return CONTESTS.flatMap(({ outcome, status, text }) => {
    const arms = policies.filter((arm) => outcomeOf(arm) === outcome);
    if (arms.length === 0) return [];
    const details = `${text}: ${arms.map(contestText).join('; ')}.`;
    return [{ topic: 'Against training less', studies: [study.id], status, text: details }];
  });
}

const CONTESTS = [
  { outcome: 'beats', status: 'shown', text: 'Fewer errors than the baseline that trains for the same, shorter time' },
  {
    outcome: 'is-beaten',
    status: 'shown',
    text: 'More errors than the baseline that trains for the same, shorter time',
  },
  { outcome: 'open', status: 'not-shown', text: 'No better than training less, as far as these seeds can tell' },
] as const;

/** The outcome of the two-sided test, whose p settles either sign. */
function outcomeOf({ againstEqualTime }: ComparedArm): (typeof CONTESTS)[number]['outcome'] | null {
  if (againstEqualTime === null) return null;
  if (againstEqualTime.beats) return 'beats';
  return isSettled(againstEqualTime) && againstEqualTime.errorDelta > 0 ? 'is-beaten' : 'open';
}

function contestText({ name, againstEqualTime }: ComparedArm): string {
  if (againstEqualTime === null) return name;
  const { errorDelta, ci, holm, pairs } = againstEqualTime;
  const evidence = [
    ...(ci === null ? [] : [ci.map(signedPoints).join(' to ')]),
    ...(holm === null ? [] : [`Holm ${pValue(holm)}`]),
    `n = ${pairs}`,
  ];
  return `${name} ${signedPoints(errorDelta)} points (${evidence.join(', ')})`;
}

/** The front of the means; the share of resamples tells how certain a place on it is. */
function frontFinding({ study, comparison }: AnsweredStudy): Finding {
  const on = comparison.arms.filter((arm) => arm.front === 'on');
  const dominated = comparison.arms.filter((arm) => arm.front === 'dominated' && arm.role === 'policy');
  const parts = [
    `By the means, on the front of time saved against error: ${on.map(frontText).join(', ') || 'nothing yet'}`,
    ...(dominated.length === 0 ? [] : [`dominated: ${dominated.map(frontText).join(', ')}`]),
  ];
  return { topic: 'Front', studies: [study.id], status: 'measured', text: `${parts.join('; ')}.` };
}

function frontText({ name, frontShare }: ComparedArm): string {
  return frontShare === null ? name : `${name} (in ${percent(frontShare, 0)} of resamples)`;
}

const QUESTIONS: Readonly<Record<ClaimKind, (arm: string, margin: number) => string>> = {
  faster: (arm) => `whether ${arm} is faster than the baseline`,
  slower: (arm) => `whether ${arm} is slower than the baseline`,
  better: (arm) => `whether ${arm} has fewer errors than the baseline`,
  worse: (arm) => `whether ${arm} costs accuracy`,
  'not-worse': (arm, margin) => `whether ${arm} costs less than ${margin} points`,
  'better-than-less-training': (arm) => `whether ${arm} beats training less`,
};

function undecidedOf({ arms, verdicts, margin }: Comparison): Undecided[] {
  return verdicts.flatMap(({ arm: name, undecided }) => {
    const arm = arms.find((one) => one.name === name);
    return undecided
      .filter(
        ({ kind }) => arm === undefined || !(kind === 'better-than-less-training' && outcomeOf(arm) === 'is-beaten'),
      )
      .map(({ kind, seedsNeeded }) => {
        const reason =
          pointsAgainst(kind, arm, margin) ?? settlingText({ pairs: arm?.points.length ?? 0, seedsNeeded });
        return { text: `${QUESTIONS[kind](name, margin)}: ${reason}`, seedsNeeded };
      });
  });
}

/** A mean on the wrong side contradicts the claim, so the number of seeds that would settle it cannot be derived from that mean. */
function pointsAgainst(kind: ClaimKind, arm: ComparedArm | undefined, margin: number): string | null {
  const contested = kind === 'better-than-less-training' ? (arm?.againstEqualTime?.errorDelta ?? null) : null;
  const mean = kind === 'not-worse' ? (arm?.errorDelta ?? null) : contested;
  const isAgainst = mean !== null && mean >= (kind === 'not-worse' ? margin : 0);
  return isAgainst ? `the mean of ${signedPoints(mean)} points contradicts it` : null;
}
