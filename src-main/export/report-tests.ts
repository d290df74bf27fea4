import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { CLAIM_LIMIT, OUTCOME_TITLES, outcomeCell, outcomeQuestions } from '#core/analysis/outcome-words.ts';
import { percent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { probability, withInterval } from './report-numbers.ts';
import { tableOf } from './report-table.ts';

/** The tests that the claims rest on, one row per policy. */
export function testsTables({ comparison }: ReportData): Html {
  const policies = comparison.arms.filter((arm) => arm.role === 'policy');
  if (policies.length === 0) return html``;
  return html`${outcomeTable(comparison)}
${differenceTests(policies)}
${controlTests(policies, comparison.margin)}`;
}

/** The answers to the questions of the study, one row per policy. */
function outcomeTable({ verdicts, margin }: ReportData['comparison']): Html {
  const answered = verdicts.filter(({ outcomes }) => outcomes.length > 0);
  if (answered.length === 0) return html``;
  const questions = outcomeQuestions(answered);
  return tableOf({
    caption: `What is shown, each side by a test of its own, adjusted by Holm and claimed at 0.05. "Not shown" says that these seeds settle neither side: it is no sign that there is nothing. In brackets the pairs, and about how many would settle it. ${CLAIM_LIMIT}`,
    head: ['policy', ...questions.map((question) => OUTCOME_TITLES[question](margin))],
    texts: [0, ...questions.map((_, index) => index + 1)],
    rows: answered.map(({ arm, outcomes }) => [
      arm,
      ...questions.map((question) => {
        const outcome = outcomes.find((one) => one.question === question);
        return outcome === undefined ? UNKNOWN : outcomeCell(outcome);
      }),
    ]),
  });
}

type Test = ComparedArm['tests']['wall'];

function differenceTests(policies: readonly ComparedArm[]): Html {
  return tableOf({
    caption:
      'Against the baseline: two-sided paired t tests, adjusted by Holm over the policies, and exact sign-flip tests with the least p that so many seeds can give.',
    head: ['policy', 'time: p', 'Holm', 'sign-flip (least)', 'error: p', 'Holm', 'sign-flip (least)'],
    texts: [0],
    rows: policies.map(({ name, tests }) => [name, ...testCells(tests.wall), ...testCells(tests.errorDelta)]),
  });
}

function testCells(test: Test): string[] {
  if (test === null) return [UNKNOWN, UNKNOWN, UNKNOWN];
  const { p, holm, signFlip } = test;
  const exact = signFlip === null ? UNKNOWN : `${probability(signFlip.p)} (${probability(signFlip.smallest)})`;
  return [probability(p), probability(holm), exact];
}

function controlTests(policies: readonly ComparedArm[], margin: number): Html {
  return tableOf({
    caption: `Not worse than ${margin} points: the one-sided 95 % upper bound of the error delta, and p of a delta of the margin or more; worse: p of a delta of the margin or less. Against the equal-time baseline: the difference in points, its two-sided p, and the one-sided p of no more errors (more). Front: the share of resampled seeds in which the policy is on it.`,
    head: [
      ...['policy', 'upper bound', 'p', 'Holm', 'worse: p', 'Holm'],
      ...['against equal time', 'p', 'Holm', 'more: p', 'Holm', 'front'],
    ],
    texts: [0],
    rows: policies.map(({ name, nonInferiority, againstEqualTime, frontShare }) => [
      name,
      signedPoints(nonInferiority?.upper ?? null),
      ...adjustedCells(nonInferiority),
      ...adjustedCells(nonInferiority?.worse ?? null),
      contestCell(againstEqualTime),
      ...adjustedCells(againstEqualTime),
      ...adjustedCells(againstEqualTime?.notBetter ?? null),
      percent(frontShare, 0),
    ]),
  });
}

function adjustedCells(test: { readonly p: number | null; readonly holm: number | null } | null): string[] {
  return [probability(test?.p ?? null), probability(test?.holm ?? null)];
}

function contestCell(contest: ComparedArm['againstEqualTime']): string {
  return contest === null ? UNKNOWN : withInterval(signedPoints(contest.errorDelta), contest.ci, signedPoints);
}
