import { isOnInputs, mayBeSame, studyInputsOf } from '#core/data/study-inputs.ts';
import type { Verdict } from './claims.ts';
import { claimsOf } from './claims.ts';
import type { TestedArm } from './compared-arm.ts';
import type { StudyToCompare } from './study-to-compare.ts';
import { measuredSentences } from './verdict-text.ts';

/** The verdict on an arm: what was measured, how sure that is, what follows, and which runs are missing. */
export function verdictOf(arm: TestedArm, study: StudyToCompare): Verdict {
  const isMeasured = arm.points.length > 0;
  const claims = claimsOf(arm);
  const sentences = isMeasured
    ? measuredSentences(arm, claims)
    : ['Not measured: no seed has finished here and in the baseline'];
  return {
    arm: arm.name,
    claim: isMeasured ? 'measured' : 'not-measured',
    ...claims,
    text: [...sentences, ...gaps(study, arm.name)].map((sentence) => `${sentence}.`).join(' '),
  };
}

/** "1 of 3 runs diverged", "2 of 3 baseline runs not finished". */
function gaps(study: StudyToCompare, armName: string): string[] {
  const baseline = study.arms.find((arm) => arm.role === 'baseline');
  return [...gapsOf(study, armName, 'runs'), ...(baseline ? gapsOf(study, baseline.name, 'baseline runs') : [])];
}

function gapsOf(study: StudyToCompare, armName: string, noun: string): string[] {
  const runs = study.runs.filter((run) => run.arm === armName && !run.deleted);
  const inputs = studyInputsOf(study);
  const has = (seed: number, status: string) => runs.some((run) => run.seed === seed && run.status === status);
  const counts = (seed: number) =>
    runs.some((run) => run.seed === seed && run.status === 'finished' && isOnInputs(run, inputs));
  const uncounted = study.seeds.filter((seed) => !counts(seed));
  const finished = runs.filter((run) => run.status === 'finished' && uncounted.includes(run.seed));
  const others = new Set(finished.filter((run) => !mayBeSame(run.data, inputs.data)).map(({ seed }) => seed)).size;
  const otherWeights = uncounted.filter((seed) => has(seed, 'finished')).length - others;
  const diverged = uncounted.filter((seed) => !has(seed, 'finished') && has(seed, 'diverged')).length;
  const missing = uncounted.length - diverged - others - otherWeights;
  const total = study.seeds.length;
  return [
    ...(diverged > 0 ? [`${diverged} of ${total} ${noun} diverged`] : []),
    ...(others > 0 ? [`${others} of ${total} ${noun} on other data`] : []),
    ...(otherWeights > 0 ? [`${otherWeights} of ${total} ${noun} from other weights`] : []),
    ...(missing > 0 ? [`${missing} of ${total} ${noun} not finished`] : []),
  ];
}
