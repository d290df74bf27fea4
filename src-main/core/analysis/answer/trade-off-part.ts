import type { StudyAnswer } from '../answering-arm.ts';
import { answerOfStudy, shownWithin } from '../answering-arm.ts';
import type { ClaimKind } from '../claims.ts';
import type { ComparedArm, TestedArm } from '../compared-arm.ts';
import type { Comparison } from '../comparison.ts';
import { enumerated, quotedName } from '../name-list.ts';
import { settlingSeeds } from '../outcome-words.ts';
import type { Outcome } from '../outcomes.ts';
import { outcomeTo } from '../outcomes.ts';
import { marginPoints, percent, pValue, signedPoints } from '../quantity.ts';
import { tooFewSeeds } from '../too-few-seeds.ts';
import type { AnsweredStudy, AnswerPart, Finding, Undecided } from './answer.ts';
import { settlingText } from './difference-text.ts';
import { marginBounds, savingWithInterval } from './saving-text.ts';

/** The savings within the margin, the arms that beat training less, and the front. */
export function tradeOffPart(answered: AnsweredStudy): AnswerPart {
  const { comparison } = answered;
  const policies = comparison.arms.filter((arm) => arm.role === 'policy');
  if (policies.length === 0) return { findings: [], undecided: [] };
  return {
    findings: [savingFinding(answered), ...lessTrainingFindings(answered, policies), frontFinding(answered)],
    undecided: undecidedOf(comparison),
  };
}

/** The arm that answers the study's question, and the others that are shown to save time within the margin. */
function savingFinding({ study, comparison }: AnsweredStudy): Finding {
  const { arms, margin } = comparison;
  const shown = shownWithin(arms);
  const answer = answerOfStudy(arms, margin);
  const topic = 'Time saved within the margin';
  const condition = `take less time than the baseline and cost less than ${marginPoints(margin)}`;
  if (answer?.state === 'shown') {
    const others = shown.filter(({ name }) => name !== answer.arm.name);
    const text = `Of the policies shown to ${condition}, ${quotedName(answer.arm.name)} saves most on the front: ${costText(answer.arm)}.${othersText(others)}`;
    return { topic, studies: [study.id], status: 'shown', text };
  }
  const isShown = shown.length > 0 || answer?.state === 'shown-not';
  return {
    topic,
    studies: [study.id],
    status: isShown ? 'shown' : 'not-shown',
    text: noneText(shown, condition, answer),
  };
}

function noneText(shown: readonly ComparedArm[], condition: string, answer: StudyAnswer | null): string {
  if (shown.length > 0) {
    return `Shown to ${condition}, but off the front, since another arm saves as much at no more error by the means: ${armsWithTime(shown)}.`;
  }
  if (answer?.state === 'shown-not') {
    return `Every policy is shown to take more time than the baseline or to cost more than the margin.`;
  }
  const few = tooFewSeeds(answer?.arm.points.length ?? 0);
  const open = few === null ? '' : `; ${few}`;
  const means = answer?.isWithin
    ? ` By the means ${quotedName(answer.arm.name)} does: ${costText(answer.arm)}${open}.`
    : '';
  return `No policy is shown to ${condition}.${means}`;
}

/** "12.3 % of the training time (95 % interval 10.1 % to 14.5 %), error +0.10 points (−0.20 to +0.40; one-sided upper bound +0.31, Holm p 0.012), n = 5" */
function costText(arm: TestedArm): string {
  const { ci, errorDelta, points } = arm;
  const range = ci.errorDelta === null ? [] : [ci.errorDelta.map(signedPoints).join(' to ')];
  const evidence = [...range, ...marginBounds(arm)].join('; ');
  const error = `error ${signedPoints(errorDelta)} points${evidence === '' ? '' : ` (${evidence})`}`;
  return `${savingWithInterval(arm)}, ${error}, n = ${points.length}`;
}

function othersText(others: readonly ComparedArm[]): string {
  if (others.length === 0) return '';
  return ` Also shown: ${armsWithTime(others)}.`;
}

function armsWithTime(arms: readonly ComparedArm[]): string {
  return enumerated(arms.map(({ name, saved }) => `${quotedName(name)} (${percent(saved.wall)})`));
}

/** The arms shown better than training less, those shown not better, and the rest; empty without equal-time baselines. */
function lessTrainingFindings({ study }: AnsweredStudy, policies: readonly ComparedArm[]): Finding[] {
  return CONTESTS.flatMap(({ state, status, text }) => {
    const contests = policies.flatMap((arm) => {
      const outcome = outcomeTo(arm, 'less-training');
      return outcome?.state === state ? [contestText(arm, outcome)] : [];
    });
    if (contests.length === 0) return [];
    const details = `${text}: ${contests.join('; ')}.`;
    return [{ topic: 'Against training less', studies: [study.id], status, text: details }];
  });
}

const CONTESTS = [
  {
    state: 'shown-better',
    status: 'shown',
    text: 'Shown better than training less, with fewer errors than the baseline that trains for the same, shorter time',
  },
  {
    state: 'shown-not-better',
    status: 'shown',
    text: 'Shown not better than training less, with more errors than the baseline that trains for the same, shorter time',
  },
  { state: 'not-shown', status: 'not-shown', text: 'Not shown whether they are better than training less' },
] as const;

function contestText({ name, againstEqualTime }: ComparedArm, { state, pairs, seedsNeeded }: Outcome): string {
  if (againstEqualTime === null) return quotedName(name);
  const { errorDelta, ci, notBetter } = againstEqualTime;
  const holm = state === 'shown-not-better' ? (notBetter?.holm ?? null) : againstEqualTime.holm;
  const few = tooFewSeeds(pairs);
  const evidence = [
    ...(ci === null ? [] : [ci.map(signedPoints).join(' to ')]),
    ...(holm === null ? [] : [`Holm ${pValue(holm)}`]),
    `n = ${pairs}`,
    ...(few === null ? [] : [few]),
    ...(seedsNeeded === null ? [] : [settlingSeeds(seedsNeeded)]),
  ];
  return `${quotedName(name)} ${signedPoints(errorDelta)} points (${evidence.join(', ')})`;
}

/** The front of the means; the share of resamples tells how certain a place on it is. */
function frontFinding({ study, comparison }: AnsweredStudy): Finding {
  const on = comparison.arms.filter((arm) => arm.front === 'on');
  const dominated = comparison.arms.filter((arm) => arm.front === 'dominated' && arm.role === 'policy');
  const parts = [
    `By the means, on the front of time saved against error: ${enumerated(on.map(frontText)) || 'nothing yet'}`,
    ...(dominated.length === 0 ? [] : [`dominated: ${enumerated(dominated.map(frontText))}`]),
  ];
  return { topic: 'Front', studies: [study.id], status: 'measured', text: `${parts.join('; ')}.` };
}

function frontText({ name, frontShare }: ComparedArm): string {
  return frontShare === null ? quotedName(name) : `${quotedName(name)} (in ${percent(frontShare, 0)} of resamples)`;
}

const QUESTIONS: Readonly<Record<ClaimKind, (arm: string, margin: number) => string>> = {
  faster: (arm) => `whether ${arm} takes less time than the baseline`,
  slower: (arm) => `whether ${arm} takes more time than the baseline`,
  better: (arm) => `whether ${arm} has fewer errors than the baseline`,
  worse: (arm) => `whether ${arm} costs accuracy`,
  'not-worse': (arm, margin) => `whether ${arm} costs less than ${marginPoints(margin)}`,
  'worse-than-margin': (arm, margin) => `whether ${arm} costs more than ${marginPoints(margin)}`,
  'better-than-less-training': (arm) => `whether ${arm} is better than training less`,
  'not-better-than-less-training': (arm) => `whether ${arm} has more errors than training less`,
};

function undecidedOf({ arms, verdicts, margin }: Comparison): Undecided[] {
  return verdicts.flatMap(({ arm: name, undecided }) => {
    const arm = arms.find((one) => one.name === name);
    return undecided.map(({ kind, seedsNeeded }) => {
      const settling = settlingText({ pairs: arm?.points.length ?? 0, seedsNeeded });
      const against = arm === undefined ? null : meanAgainst(kind, arm, margin);
      const reason =
        against === null ? settling : `the mean of ${signedPoints(against)} points contradicts it; ${settling}`;
      return { text: `${QUESTIONS[kind](quotedName(name), margin)}: ${reason}`, seedsNeeded };
    });
  });
}

/** The mean where it lies on the wrong side, so that more seeds would rather show the opposite of what was asked; else null. */
function meanAgainst(kind: ClaimKind, arm: ComparedArm, margin: number): number | null {
  const contested = kind === 'better-than-less-training' ? (arm.againstEqualTime?.errorDelta ?? null) : null;
  const mean = kind === 'not-worse' ? arm.errorDelta : contested;
  return mean !== null && mean >= (kind === 'not-worse' ? margin : 0) ? mean : null;
}
