import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { machineOf, machineText, nodeText } from '#core/analysis/machine-words.ts';
import { percent, signedPercent, signedPoints, UNKNOWN } from '#core/analysis/quantity.ts';
import { type RunData, shortHash } from '#core/data/run-data.ts';
import { toJson } from '#core/numbers.ts';
import type { ReportedRun } from '#core/report/methods-facts.ts';
import type { Html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { withInterval } from './report-numbers.ts';
import { tableOf } from './report-table.ts';

/** The numbers of the figure, with their intervals. */
export function armsTable({ comparison }: ReportData): Html {
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

const NO_INTERVALS = { wall: null, profile: null, errorDelta: null, relativeErrorIncrease: null };

function armCells(arm: ComparedArm): string[] {
  const { saved } = arm;
  // The other arms are measured against the baseline, so its own zeros are not estimates.
  const ci = arm.role === 'baseline' ? NO_INTERVALS : arm.ci;
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

/** The weights have a column where runs begin with a file. */
export function runsTable({ runs, study }: ReportData): Html {
  const begins = study.base.weights !== undefined;
  const weights = begins ? ['weights'] : [];
  const hashed = begins ? 'Data and weights' : 'Data';
  return tableOf({
    caption: `Runs. ${hashed} are the first digits of their SHA-256. Training time is without evaluation and checkpoints.`,
    head: [
      'run',
      'arm',
      'seed',
      'status',
      'data',
      ...weights,
      'epochs',
      'training (s)',
      'validation error',
      'test error',
    ],
    texts: begins ? [0, 1, 3, 4, 5] : [0, 1, 3, 4],
    rows: runs.map((run) => [
      run.id,
      run.arm ?? UNKNOWN,
      String(run.seed),
      run.reason === null || run.status === 'finished' ? run.status : `${run.status}: ${run.reason}`,
      shortHashOf(run.data),
      ...(begins ? [shortHashOf(run.weights)] : []),
      String(run.epoch),
      run.seconds.training.toFixed(1),
      percent(run.validationError, 2),
      percent(run.testError, 2),
    ]),
  });
}

function shortHashOf(recorded: RunData | null): string {
  return recorded === null ? 'not recorded' : shortHash(recorded);
}

/** The machines, each once with the number of runs that it trained. */
export function environmentTable({ runs }: ReportData): Html {
  const begun = runs.filter((run) => run.environment !== null);
  const keyOf = ({ environment }: ReportedRun) => (environment === null ? '' : toJson(machineOf(environment)));
  const keys = [...new Set(begun.map(keyOf))];
  return tableOf({
    caption: 'What the runs were trained on.',
    head: ['runs', 'backend', 'TensorFlow', 'device', 'threads', 'Node', 'platform', 'host', 'machine', 'app'],
    texts: [1, 2, 3, 5, 6, 7, 8, 9],
    rows: keys.map((key) => environmentCells(begun.filter((run) => keyOf(run) === key))),
  });
}

function environmentCells(members: readonly ReportedRun[]): string[] {
  const [{ environment }] = members;
  if (environment === null) return [];
  const { backend, tensorflowVersion, device, threads, node, platform, appVersion } = environment;
  const host = nodeText(environment);
  const count = threads === null ? UNKNOWN : `${threads.intraOp} + ${threads.interOp}`;
  const trainedOn = [backend, tensorflowVersion, device, count, node, platform, host, machineText(environment)];
  return [String(members.length), ...trainedOn, appVersion];
}
