import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { CLAIM_LIMIT, OUTCOME_TITLES, outcomeCell, outcomeQuestions } from '#core/analysis/outcome-words.ts';
import { percent, signedPercent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { tooFewSeeds } from '#core/analysis/too-few-seeds.ts';
import { wrapText } from './wrapped-text.ts';

interface Column {
  readonly title: string;
  readonly cell: (arm: ComparedArm) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'arm', cell: (arm) => arm.name },
  { title: 'n', cell: (arm) => String(arm.points.length) },
  { title: 'saved (wall)', cell: (arm) => estimate(percent(arm.saved.wall), arm.ci.wall, percentNumber) },
  { title: 'profile', cell: (arm) => percent(arm.saved.profile) },
  { title: 'compute', cell: (arm) => percent(arm.saved.compute) },
  { title: 'error', cell: (arm) => percent(arm.testError, 2) },
  { title: 'error delta, pts', cell: (arm) => estimate(signedPoints(arm.errorDelta), arm.ci.errorDelta, signedPoints) },
  { title: 'relative', cell: (arm) => signedPercent(arm.relativeErrorIncrease) },
  { title: 'front', cell: ({ onFront, frontShare }) => `${onFront ? '*' : ''}${frontText(frontShare)}` },
];
/** Width of sentences, in columns of the terminal. */
const LINE = 110;
const INDENT = '  ';

/**
 * The comparison for the terminal: one line per arm, the meaning of its signs, what is shown, and a verdict per arm. With too few seeds
 * for any claim, one sentence says so in place of claims and verdicts.
 */
export function terminalComparison({ arms, verdicts, margin }: Comparison): string {
  const lines = aligned(
    [COLUMNS.map(({ title }) => title), ...arms.map((arm) => COLUMNS.map(({ cell }) => cell(arm)))],
    (column) => column > 0,
  );
  const few = sharedLack(verdicts);
  const claims = few === null ? [...outcomeLines(verdicts, margin), ...verdicts.flatMap(verdictLines)] : ['', few];
  return [...lines, '', ...legend(arms), ...claims].join('\n');
}

/** "One seed cannot show anything; add at least two."; null where some question could be answered, or none is asked yet. */
function sharedLack(verdicts: Comparison['verdicts']): string | null {
  const lacks = new Set(verdicts.flatMap(({ outcomes }) => outcomes.map(({ pairs }) => tooFewSeeds(pairs))));
  const [lack] = lacks;
  return lacks.size === 1 && lack ? `${lack.charAt(0).toUpperCase()}${lack.slice(1)}.` : null;
}

/** One line per policy with the answers to all questions; none before a pair has finished. */
function outcomeLines(verdicts: Comparison['verdicts'], margin: number): string[] {
  const answered = verdicts.filter(({ outcomes }) => outcomes.length > 0);
  if (answered.length === 0) return [];
  const questions = outcomeQuestions(answered);
  const titles = questions.map((question) => OUTCOME_TITLES[question](margin));
  const rows = answered.map(({ arm, outcomes }) => [
    arm,
    ...questions.map((question) => {
      const outcome = outcomes.find((one) => one.question === question);
      return outcome === undefined ? UNKNOWN : outcomeCell(outcome);
    }),
  ]);
  const hasClaims = answered.some(({ claims }) => claims.length > 0);
  const limit = hasClaims ? ['', ...wrapText(CLAIM_LIMIT, LINE, width)] : [];
  return ['', ...aligned([['shown, Holm 5 %', ...titles], ...rows], () => false), ...limit];
}

/** The rows as lines with their columns below each other, numbers aligned right. */
function aligned(rows: readonly (readonly string[])[], isRight: (column: number) => boolean): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column], isRight(column)))
      .join('  ')
      .trimEnd(),
  );
}

function verdictLines({ arm, text }: Comparison['verdicts'][number]): string[] {
  return ['', arm, ...wrapText(text, LINE - INDENT.length, width).map((line) => INDENT + line)];
}

function legend(arms: readonly ComparedArm[]): string[] {
  const hasIntervals = arms.some((arm) => arm.ci.wall !== null || arm.ci.errorDelta !== null);
  const level = arms.length > 0 ? percent(arms[0].ci.level, 0) : UNKNOWN;
  const intervals = hasIntervals ? `[ ] ${level} interval over seeds, paired Student t` : 'no interval with one seed';
  const hasShares = arms.some(({ frontShare }) => frontShare !== null);
  const shares = hasShares ? ', with the share of resamples of the seeds in which an arm is on it' : '';
  return [
    `pts: percentage points; ${intervals}; ${UNKNOWN} not measured`,
    `* on the Pareto front${shares}: no other arm saves as much time with as few errors`,
  ];
}

/** "12.3 % [10.1, 14.5]", or without an interval where there is none. */
function estimate(value: string, interval: Interval | null, write: (end: number) => string): string {
  return interval === null ? value : `${value} [${interval.map(write).join(', ')}]`;
}

function percentNumber(fraction: number): string {
  return percent(fraction).replace(' %', '');
}

/** " 96 %"; blank with one seed, since there is nothing to resample. */
function frontText(share: number | null): string {
  return share === null ? '' : ` ${percent(share, 0)}`;
}

/** Pads a cell: names are aligned left, numbers right. */
function padded(cell: string, to: number, isRight: boolean): string {
  const space = ' '.repeat(to - width(cell));
  return isRight ? space + cell : cell + space;
}

function width(text: string): number {
  return [...text].length;
}
