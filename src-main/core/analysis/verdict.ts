import type { ComparedArm, ComparedStudy, Verdict } from './comparison.ts';
import { percent, signedPoints } from './quantity.ts';
import type { Interval } from './statistics.ts';

/** What may be said of an arm: the two measured numbers, how sure they are, and which runs are not in them. */
export function verdictOf(arm: Omit<ComparedArm, 'onFront'>, study: ComparedStudy): Verdict {
  const isMeasured = arm.points.length > 0;
  const text = isMeasured ? measuredText(arm) : 'not measured: no seed has finished here and in the baseline';
  return {
    arm: arm.name,
    claim: isMeasured ? 'measured' : 'not-measured',
    text: [text, ...gaps(study, arm.name)].join('; '),
  };
}

function measuredText({ saved, errorDelta, ci, points }: Omit<ComparedArm, 'onFront'>): string {
  const level = `${percent(ci.level, 0)} interval`;
  const wall = `saved ${percent(saved.wall)}${within(ci.wall, percent, level)}`;
  const error = `error ${signedPoints(errorDelta)} points${within(ci.errorDelta, signedPoints, level)}`;
  return `${wall}, ${error}, ${points.length === 1 ? 'no interval with one seed, ' : ''}n = ${points.length}`;
}

function within(interval: Interval | null, write: (value: number) => string, level: string): string {
  return interval === null ? '' : ` (${level} ${write(interval[0])} to ${write(interval[1])})`;
}

/** "1 of 3 runs diverged", "2 of 3 baseline runs not finished". */
function gaps(study: ComparedStudy, armName: string): string[] {
  const baseline = study.arms.find((arm) => arm.role === 'baseline');
  return [...gapsOf(study, armName, 'runs'), ...(baseline ? gapsOf(study, baseline.name, 'baseline runs') : [])];
}

function gapsOf(study: ComparedStudy, armName: string, noun: string): string[] {
  const runs = study.runs.filter((run) => run.arm === armName && !run.deleted);
  const has = (seed: number, status: string) => runs.some((run) => run.seed === seed && run.status === status);
  const unfinished = study.seeds.filter((seed) => !has(seed, 'finished'));
  const diverged = unfinished.filter((seed) => has(seed, 'diverged')).length;
  const missing = unfinished.length - diverged;
  const total = study.seeds.length;
  return [
    ...(diverged > 0 ? [`${diverged} of ${total} ${noun} diverged`] : []),
    ...(missing > 0 ? [`${missing} of ${total} ${noun} not finished`] : []),
  ];
}
