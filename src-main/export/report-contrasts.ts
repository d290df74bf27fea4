import type { AcrossStudies } from '#core/analysis/across-studies.ts';
import type { Contrast } from '#core/analysis/contrasts.ts';
import type { Difference } from '#core/analysis/difference.ts';
import { signedPercent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { probability } from './report-numbers.ts';
import { tableOf } from './report-table.ts';

/** The contrasts of every pair of policies; empty where there is only one policy. */
export function contrastsTable(contrasts: readonly Contrast[]): Html {
  if (contrasts.length === 0) return html``;
  return html`<h3>Policies against each other</h3>
${tableOf({
  caption:
    "First minus second, paired by seed; 95 % intervals (paired Student t), p adjusted by Holm over all pairs. Time is saved time as a share of the baseline's.",
  head: ['first', 'second', 'pairs', 'error (points)', 'p', 'time saved', 'p'],
  texts: [0, 1],
  rows: contrasts.map(({ arms: [first, second], error, time }) => [
    ...[first, second, String(error?.pairs ?? 0)],
    ...differenceCells(error, signedPoints),
    ...differenceCells(time, signedPercent),
  ]),
})}`;
}

export interface NamedStudies {
  readonly across: readonly AcrossStudies[];
  readonly names: ReadonlyMap<string, string>;
}

export function acrossTable({ across, names }: NamedStudies): Html {
  if (across.length === 0) return html`<p>No two of the studies have a policy in common.</p>`;
  const nameOf = (id: string) => names.get(id) ?? id;
  return tableOf({
    caption:
      'What a policy costs and saves in the first study minus what in the second, each against its own baseline, paired by seed; 95 % intervals (paired Student t), p adjusted by Holm over all rows.',
    head: [
      'policy',
      'first',
      'second',
      'pairs',
      'error delta (points)',
      'p',
      'relative increase',
      'p',
      'time saved',
      'p',
    ],
    texts: [0, 1, 2],
    rows: across.map(({ arm, studies: [first, second], errorDelta, relativeErrorIncrease, time }) => [
      ...[arm, nameOf(first), nameOf(second), String(errorDelta?.pairs ?? 0)],
      ...differenceCells(errorDelta, signedPoints),
      ...differenceCells(relativeErrorIncrease, signedPercent),
      ...differenceCells(time, signedPercent),
    ]),
  });
}

function differenceCells(difference: Difference | null, write: (value: number) => string): string[] {
  if (difference === null) return [UNKNOWN, UNKNOWN];
  const { mean, ci, holm } = difference;
  const range = ci === null ? '' : ` [${ci.map((end) => write(end)).join(', ')}]`;
  return [`${write(mean)}${range}`, probability(holm)];
}
