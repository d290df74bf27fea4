import { isSettled } from '#core/analysis/arm-tests.ts';
import type { ComparedArm } from '#core/analysis/compared-arm.ts';
import { energyText, powerWords } from '#core/analysis/energy.ts';
import { percent, pValue, signedPercent, signedPoints } from '#core/analysis/quantity.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { tooFewSeeds } from '#core/analysis/too-few-seeds.ts';
import { frontShareText } from '#core/figure/comparison-front.ts';
import { asSentence } from '../issue-sentence.ts';
import { equalTimeCell, marginCell, shownWords, testSentence } from './arm-cells.ts';
import type { ArmRow } from './arm-rows.ts';

/** One line of an arm's details. */
export interface ArmDetail {
  readonly title: string;
  readonly text: string;
}

/** Everything that is known of an arm, in words: for readers whose window is narrow, or who cannot hover. */
export function armDetails({ arm, frontShare }: ArmRow): readonly ArmDetail[] {
  if (arm.role === 'baseline') return [{ title: 'Baseline', text: 'What the other arms are compared with.' }];
  return [...measures(arm), ...margins(arm), ...controls(arm), ...shares(frontShare)];
}

function measures(arm: ComparedArm): ArmDetail[] {
  const { saved, errorDelta, relativeErrorIncrease, ci, tests } = arm;
  const { wall, profile } = saved;
  const few = tooFewSeeds(arm.points.length);
  const words = (question: 'time' | 'accuracy') => {
    const shown = shownWords(arm, question);
    return shown === null || few === null ? shown : `${shown}: ${few}`;
  };
  const [time, accuracy] = [words('time'), words('accuracy')];
  return [
    ...measure('Time saved, wall clock', {
      ...{ value: wall, interval: ci.wall, test: tests.wall, write: percent, shown: time },
    }),
    ...measure('Time saved, profile', { value: profile, interval: ci.profile, test: tests.profile, write: percent }),
    { title: 'Compute saved, predicted', text: percent(saved.compute) },
    ...energyDetail(arm),
    ...measure('Error delta, points', {
      ...{ value: errorDelta, interval: ci.errorDelta, test: tests.errorDelta, write: signedPoints, shown: accuracy },
    }),
    ...measure('Relative error increase', {
      ...{ value: relativeErrorIncrease, interval: ci.relativeErrorIncrease },
      ...{ test: tests.relativeErrorIncrease, write: signedPercent },
    }),
  ];
}

/** The energy of the arm's runs, and what it saves; a claim only where the test of it makes one. */
function energyDetail({ energy, points }: ComparedArm): ArmDetail[] {
  if (energy === undefined) return [];
  const { joules, of, saved, ci, test } = energy;
  const mean = `${energyText(joules)} a run (${powerWords(of)}, while training).`;
  if (saved === null) return [{ title: 'Energy', text: mean }];
  const range = ci === null ? '' : ` (95 % interval ${ci.map((end) => percent(end)).join(' to ')})`;
  const few = tooFewSeeds(points.length);
  const isShown = few === null && test !== null && isSettled(test);
  const shown = `${saved > 0 ? 'Less' : 'More'} energy: shown, Holm ${pValue(test?.holm ?? 1)}.`;
  const text = `Saved ${percent(saved)}${range}. ${isShown ? shown : 'Not shown whether it changes the energy.'} ${mean}`;
  return [{ title: 'Energy', text }];
}

interface Measured {
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly test: ComparedArm['tests']['wall'];
  readonly write: (value: number) => string;
  /** What of it is shown, in words; absent where nothing is claimed of the measure. */
  readonly shown?: string | null;
}

function measure(title: string, { value, interval, test, write, shown = null }: Measured): ArmDetail[] {
  if (value === null) return [];
  const range = interval === null ? '' : ` (95 % interval ${interval.map((end) => write(end)).join(' to ')})`;
  const said = shown === null ? '' : ` ${asSentence(shown.startsWith('not shown') ? shown : `${shown}: shown`)}`;
  return [{ title, text: `${write(value)}${range}.${said}${test === null ? '' : ` ${testSentence(test)}`}` }];
}

function margins(arm: ComparedArm): ArmDetail[] {
  if (arm.nonInferiority === null) return [];
  const { text, reason } = marginCell(arm);
  return [{ title: 'Not worse than the margin', text: `${text} points. ${reason}` }];
}

function controls(arm: ComparedArm): ArmDetail[] {
  if (arm.againstEqualTime === null) return [];
  const { text, below, reason } = equalTimeCell(arm);
  const range = below === null ? '' : ` (95 % interval ${below})`;
  return [{ title: 'Against training less', text: `${text} points${range}. ${reason}` }];
}

function shares(share: number | null): ArmDetail[] {
  return share === null ? [] : [{ title: 'Pareto front', text: `${frontShareText(share)}.` }];
}
