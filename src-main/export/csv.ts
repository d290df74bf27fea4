import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { OUTCOME_QUESTIONS, outcomeTo } from '#core/analysis/outcomes.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { type Cell, csvText } from '#core/csv-text.ts';

type Column = readonly [title: string, cell: (arm: ComparedArm) => Cell];

const TESTED = ['wall', 'profile', 'errorDelta', 'relativeErrorIncrease'] as const;

/** The columns have the names of the JSON, and its numbers with all their digits. */
const COLUMNS: readonly Column[] = [
  ['arm', (arm) => arm.name],
  ['role', (arm) => arm.role],
  ['of', (arm) => arm.of],
  ['policy', (arm) => JSON.stringify(arm.policy)],
  ['seeds', (arm) => arm.seeds.join(' ')],
  ['pairs', (arm) => arm.points.length],
  ['saved.compute', (arm) => arm.saved.compute],
  ['saved.profile', (arm) => arm.saved.profile],
  ['saved.wall', (arm) => arm.saved.wall],
  ['testError', (arm) => arm.testError],
  ['errorDelta', (arm) => arm.errorDelta],
  ['relativeErrorIncrease', (arm) => arm.relativeErrorIncrease],
  ['ci.level', (arm) => arm.ci.level],
  ['ci.wall.low', (arm) => low(arm.ci.wall)],
  ['ci.wall.high', (arm) => high(arm.ci.wall)],
  ['ci.profile.low', (arm) => low(arm.ci.profile)],
  ['ci.profile.high', (arm) => high(arm.ci.profile)],
  ['ci.errorDelta.low', (arm) => low(arm.ci.errorDelta)],
  ['ci.errorDelta.high', (arm) => high(arm.ci.errorDelta)],
  ['ci.relativeErrorIncrease.low', (arm) => low(arm.ci.relativeErrorIncrease)],
  ['ci.relativeErrorIncrease.high', (arm) => high(arm.ci.relativeErrorIncrease)],
  ...TESTED.flatMap((measure): readonly Column[] => [
    [`tests.${measure}.p`, (arm) => arm.tests[measure]?.p ?? null],
    [`tests.${measure}.holm`, (arm) => arm.tests[measure]?.holm ?? null],
    [`tests.${measure}.signFlip.p`, (arm) => arm.tests[measure]?.signFlip?.p ?? null],
    [`tests.${measure}.signFlip.smallest`, (arm) => arm.tests[measure]?.signFlip?.smallest ?? null],
    [`tests.${measure}.seedsNeeded`, (arm) => arm.tests[measure]?.seedsNeeded ?? null],
  ]),
  ...(['margin', 'upper', 'p', 'holm', 'holds', 'seedsNeeded'] as const).map(
    (key): Column => [`nonInferiority.${key}`, (arm) => arm.nonInferiority?.[key] ?? null],
  ),
  ...(['arm', 'pairs', 'errorDelta', 'saved', 'isInTime', 'p', 'holm', 'beats', 'seedsNeeded'] as const).map(
    (key): Column => [`againstEqualTime.${key}`, (arm) => arm.againstEqualTime?.[key] ?? null],
  ),
  ['againstEqualTime.ci.low', (arm) => low(arm.againstEqualTime?.ci ?? null)],
  ['againstEqualTime.ci.high', (arm) => high(arm.againstEqualTime?.ci ?? null)],
  ['front', (arm) => arm.front],
  ['onFront', (arm) => arm.onFront],
  ['frontShare', (arm) => arm.frontShare],
  ['nonInferiority.lower', (arm) => arm.nonInferiority?.lower ?? null],
  ...(['p', 'holm', 'holds', 'seedsNeeded'] as const).map(
    (key): Column => [`nonInferiority.worse.${key}`, (arm) => arm.nonInferiority?.worse[key] ?? null],
  ),
  ...(['p', 'holm', 'hadItsTime', 'holds', 'seedsNeeded'] as const).map(
    (key): Column => [`againstEqualTime.notBetter.${key}`, (arm) => arm.againstEqualTime?.notBetter?.[key] ?? null],
  ),
  ...OUTCOME_QUESTIONS.map(
    (question): Column => [`outcomes.${question}`, (arm) => outcomeTo(arm, question)?.state ?? null],
  ),
];

/** The comparison with one row per arm. */
export function comparisonCsv({ arms }: Comparison): string {
  const titles = COLUMNS.map(([title]) => title);
  return csvText(
    titles,
    arms.map((arm) => COLUMNS.map(([, cell]) => cell(arm))),
  );
}

function low(interval: Interval | null): number | null {
  return interval === null ? null : interval[0];
}

function high(interval: Interval | null): number | null {
  return interval === null ? null : interval[1];
}
