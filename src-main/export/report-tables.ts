import type { ComparedArm } from '#core/analysis/comparison.ts';
import { machineText } from '#core/analysis/machine-words.ts';
import { percent, signedPercent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { datasetName, networkName } from '#core/figure/labels.ts';
import { toJson } from '#core/numbers.ts';
import type { ArmRecord, RunDetail } from '#core/records.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import type { StudyData } from './study-data.ts';

interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of text; the others are numbers and stand at the right. */
  readonly texts: readonly number[];
}

function tableOf({ caption, head, rows, texts }: Table): Html {
  if (rows.length === 0) return html`<p>Nothing yet.</p>`;
  const kind = (column: number) => (texts.includes(column) ? 'text' : 'number');
  const cells = (row: readonly string[]) => row.map((cell, column) => html`<td class="${kind(column)}">${cell}</td>`);
  const titles = head.map((title, column) => html`<th scope="col" class="${kind(column)}">${title}</th>`);
  return html`<div class="wide"><table>
<caption>${caption}</caption>
<thead><tr>${titles}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table></div>`;
}

/** The same numbers as the figure's, with their intervals. */
export function armsTable({ comparison }: StudyData): Html {
  const level = comparison.arms.length === 0 ? UNKNOWN : percent(comparison.arms[0].ci.level, 0);
  return tableOf({
    caption: `Means over pairs of runs with the same seed; in brackets ${level} intervals (paired Student t). ${UNKNOWN} is not measured.`,
    head: [
      'arm',
      'pairs',
      'time saved',
      'profile',
      'compute',
      'test error',
      'error delta (points)',
      'relative',
      'front',
    ],
    texts: [0, 8],
    rows: comparison.arms.map(armCells),
  });
}

function armCells(arm: ComparedArm): string[] {
  const { saved, ci } = arm;
  return [
    arm.name,
    String(arm.points.length),
    withInterval(percent(saved.wall), ci.wall, percent),
    withInterval(percent(saved.profile), ci.profile, percent),
    percent(saved.compute),
    percent(arm.testError, 2),
    withInterval(signedPoints(arm.errorDelta), ci.errorDelta, signedPoints),
    withInterval(signedPercent(arm.relativeErrorIncrease), ci.relativeErrorIncrease, signedPercent),
    arm.onFront ? 'yes' : '',
  ];
}

function withInterval(value: string, interval: Interval | null, write: (end: number) => string): string {
  // Not `map(write)`: that would take the place in the interval for a number of decimals.
  return interval === null ? value : `${value} [${interval.map((end) => write(end)).join(', ')}]`;
}

export function runsTable({ runs }: StudyData): Html {
  return tableOf({
    caption: 'Runs. Training time is without evaluation and checkpoints.',
    head: ['run', 'arm', 'seed', 'status', 'epochs', 'training (s)', 'validation error', 'test error'],
    texts: [0, 1, 3],
    rows: runs.map((run) => [
      run.id,
      run.arm ?? UNKNOWN,
      String(run.seed),
      run.reason === null || run.status === 'finished' ? run.status : `${run.status}: ${run.reason}`,
      String(run.epoch),
      run.seconds.training.toFixed(1),
      percent(run.validationError, 2),
      percent(run.testError, 2),
    ]),
  });
}

/** What all runs of the study share, as it is stored. */
export function configurationTable({ study }: StudyData): Html {
  const { base } = study;
  const rows = [
    ['data set', datasetName(base.dataset)],
    ['network', networkName(base.model)],
    ['seeds', study.seeds.join(', ')],
    ...Object.entries(base).map(([key, value]) => [key, typeof value === 'string' ? value : toJson(value)]),
    ...study.arms.map((arm) => [`policy of ${arm.name}`, `${toJson(arm.policy)}, ${stepsText(arm)}`]),
  ];
  return tableOf({ caption: 'What the runs share, and each policy.', head: ['setting', 'value'], texts: [0, 1], rows });
}

function stepsText({ steps, stepsFrom }: ArmRecord): string {
  return stepsFrom === null ? `${steps} steps` : `${steps} steps, by the ${stepsFrom} of its arm`;
}

/** Each machine once, with the number of runs that it trained. */
export function environmentTable({ runs }: StudyData): Html {
  const begun = runs.filter((run) => run.environment !== null);
  const keys = [...new Set(begun.map((run) => toJson(run.environment)))];
  return tableOf({
    caption: 'What the runs were trained on.',
    head: ['runs', 'backend', 'TensorFlow', 'device', 'threads', 'Node', 'platform', 'host', 'machine', 'app'],
    texts: [1, 2, 3, 5, 6, 7, 8, 9],
    rows: keys.map((key) => environmentCells(begun.filter((run) => toJson(run.environment) === key))),
  });
}

function environmentCells(members: readonly RunDetail[]): string[] {
  const [{ environment }] = members;
  if (environment === null) return [];
  const { backend, tensorflowVersion, device, threads, node, platform, host, appVersion } = environment;
  const count = threads === null ? UNKNOWN : `${threads.intraOp} + ${threads.interOp}`;
  const trainedOn = [backend, tensorflowVersion, device, count, node, platform, host, machineText(environment)];
  return [String(members.length), ...trainedOn, appVersion];
}
