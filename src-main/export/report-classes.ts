import { classCostText, leftOutText } from '#core/analysis/class-cost-words.ts';
import type { ArmClassCosts, ClassOutcome } from '#core/analysis/class-costs.ts';
import { percent } from '#core/analysis/quantity.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { tableOf } from './report-table.ts';
import type { StudySource } from './study-source.ts';

/** Which classes pay for freezing; empty for a study without predictions. */
export async function classesSection({ study }: ReportData, source: StudySource): Promise<Html> {
  const costs = await source.classCosts(study.id);
  const arms = costs.arms.filter(({ pairs }) => pairs > 0);
  if (arms.length === 0) return html``;
  const policies = arms.filter(({ role }) => role === 'policy');
  const sentences = policies.map((arm) => html`<li><b>${arm.name}</b>: ${classCostText(arm)}</li>\n`);
  const leftOut = leftOutText(costs).map((text) => html`<p>${text}</p>\n`);
  return html`<h3>Classes</h3>
<ul>
${sentences}</ul>
${leftOut}${classesTable(arms)}`;
}

function classesTable(arms: readonly ArmClassCosts[]): Html {
  const count = ({ classes }: ArmClassCosts, outcome: ClassOutcome) =>
    String(classes.filter((one) => one.difference !== null && one.outcome === outcome).length);
  return tableOf({
    caption:
      'Errors of the classes of the test images against the baseline, paired by seed: the number of classes that are shown to have more or fewer errors (paired t test, adjusted by Holm over the classes of an arm). Balanced accuracy is the mean recall of the classes. Means over the pairs.',
    head: [
      'arm',
      'pairs',
      'more errors',
      'fewer',
      'not shown',
      'balanced accuracy',
      'baseline',
      'top-5 error',
      'baseline',
    ],
    texts: [0],
    rows: arms.map((arm) => [
      ...[arm.name, String(arm.pairs), count(arm, 'more'), count(arm, 'fewer'), count(arm, 'not-shown')],
      ...[percent(arm.balancedAccuracy, 2), percent(arm.baselineBalancedAccuracy, 2)],
      ...[percent(arm.topFiveError, 2), percent(arm.baselineTopFiveError, 2)],
    ]),
  });
}
