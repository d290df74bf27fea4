import { countedClasses } from '#core/classes/class-words.ts';
import type { ArmClassCosts, ClassCost, ClassCosts, ClassOutcome } from './class-costs.ts';
import { countedNoun, pValue, signedPoints } from './quantity.ts';
import { tooFewSeeds } from './too-few-seeds.ts';

/** A sentence names so many classes. */
const MOST_NAMED = 5;

/** The words for the outcome of one class. */
export const CLASS_OUTCOMES: Readonly<Record<ClassOutcome, string>> = {
  more: 'shown to have more errors',
  fewer: 'shown to have fewer errors',
  'not-shown': 'not shown',
};

/** What an arm costs its classes, in sentences. */
export function classCostText({ pairs, classes }: ArmClassCosts): string {
  if (pairs === 0) return 'No pair of runs has predictions that were counted on the same test images.';
  const counted = classes.filter(({ difference }) => difference !== null);
  const few = tooFewSeeds(pairs);
  if (few !== null) return `For none of its classes is a difference shown: ${few}.`;
  const shown = (['more', 'fewer'] as const).flatMap((outcome) => shownSentence(counted, outcome));
  const open = counted.filter(({ outcome }) => outcome === 'not-shown').length;
  const seeds = countedNoun(pairs, 'seed');
  if (open === counted.length)
    return `For none of its ${countedClasses(open)} is a difference shown with ${seeds}, which does not say that there is none.`;
  const rest = open === 0 ? [] : [`For the other ${countedClasses(open)} no difference is shown with ${seeds}.`];
  return [...shown, ...rest].join(' ');
}

function shownSentence(classes: readonly ClassCost[], outcome: 'more' | 'fewer'): string[] {
  const shown = classes.filter((one) => one.outcome === outcome).sort((one, other) => size(other) - size(one));
  if (shown.length === 0) return [];
  const named = shown.slice(0, MOST_NAMED).map(costText);
  const more = shown.length > named.length ? [`${shown.length - named.length} more`] : [];
  const verb = outcome === 'more' ? 'More' : 'Fewer';
  return [`${verb} errors are shown for ${countedClasses(shown.length)}: ${[...named, ...more].join('; ')}.`];
}

function size({ difference }: ClassCost): number {
  return Math.abs(difference?.mean ?? 0);
}

/** "“cat” +3.20 points (+1.00 to +5.40, Holm p 0.004)" */
function costText({ name, difference }: ClassCost): string {
  return `“${name}” ${differenceText(difference)}`;
}

/** "+3.20 points (+1.00 to +5.40, Holm p 0.004)" */
export function differenceText(difference: ClassCost['difference']): string {
  if (difference === null) return 'no test images';
  const { mean, ci, holm } = difference;
  const interval = ci === null ? [] : [`${signedPoints(ci[0])} to ${signedPoints(ci[1])}`];
  const test = holm === null ? [] : [`Holm ${pValue(holm)}`];
  const evidence = [...interval, ...test].join(', ');
  return `${signedPoints(mean)} points${evidence === '' ? '' : ` (${evidence})`}`;
}

/** Why runs are left out, in sentences; empty where none is. */
export function leftOutText({ notCounted, onOtherImages, onOtherData }: ClassCosts): string[] {
  return [
    ...leftOut(notCounted, ['has', 'have'], 'no predictions by class, as those of older versions'),
    ...leftOut(onOtherData, ['is', 'are'], "on other data than the study's baseline"),
    ...leftOut(onOtherImages, ['was', 'were'], 'tested on other images than the first run of the baseline'),
  ];
}

function leftOut(runs: readonly string[], [one, several]: readonly [string, string], why: string): string[] {
  if (runs.length === 0) return [];
  return [`Left out: ${countedNoun(runs.length, 'run')} that ${runs.length === 1 ? one : several} ${why}.`];
}
