import { z } from 'zod';
import { imageCount } from '#core/ranges.ts';
import { FIRST_RULE, type SplitRule } from './split.ts';

/** More classes are counted, not named. */
const MAX_NAMED = 5;

/** Classes without an image in a part of a run, or (`data`) without any image at all. */
export const classGapSchema = z.object({
  part: z.enum(['train', 'validation', 'test', 'data']),
  /** How many classes. */
  classes: imageCount,
  /** The names of the first of them. */
  names: z.array(z.string()).max(MAX_NAMED),
  /** Whether the file that the part is taken from holds images of them: another rule or a larger part would too. */
  isInFile: z.boolean(),
});
export type ClassGap = z.infer<typeof classGapSchema>;

type RunPart = Exclude<ClassGap['part'], 'data'>;

export interface CountedPart {
  readonly part: RunPart;
  /** Images of each class in the part, and in the file that it is taken from. */
  readonly counts: readonly number[];
  readonly ofFile: readonly number[];
}

export interface KnownClasses {
  /** Images of each class in all files. */
  readonly everywhere: readonly number[];
  readonly classNames: readonly string[];
}

/** What each part lacks of the classes that have an image somewhere; then the classes that have none. */
export function classGaps(
  parts: readonly CountedPart[],
  { everywhere, classNames }: KnownClasses,
): readonly ClassGap[] {
  const gap = (part: ClassGap['part'], labels: readonly number[], isInFile: boolean): ClassGap[] => {
    const names = labels.slice(0, MAX_NAMED).map((label) => nameOf(label, classNames));
    return labels.length === 0 ? [] : [{ part, classes: labels.length, names, isInFile }];
  };
  const labelsWhere = (matches: (label: number) => boolean) =>
    everywhere.flatMap((_, label) => (matches(label) ? [label] : []));
  const ofParts = parts.flatMap(({ part, counts, ofFile }) => {
    if (counts.every((count) => count === 0)) return [];
    const lacking = labelsWhere((label) => everywhere[label] > 0 && counts[label] === 0);
    return [true, false].flatMap((isInFile) =>
      gap(
        part,
        lacking.filter((label) => ofFile[label] > 0 === isInFile),
        isInFile,
      ),
    );
  });
  return [
    ...ofParts,
    ...gap(
      'data',
      labelsWhere((label) => everywhere[label] === 0),
      false,
    ),
  ];
}

function nameOf(label: number, classNames: readonly string[]): string {
  return classNames[label] ?? String(label);
}

const NOUNS: Readonly<Record<RunPart, string>> = { train: 'training', validation: 'validation', test: 'test' };

/** One sentence for each gap: the classes, what follows, and what to do. */
export function gapSentences(gaps: readonly ClassGap[], rule: SplitRule): readonly string[] {
  return gaps.map((gap) => {
    const { part, classes } = gap;
    const named = `${classes === 1 ? 'the class' : `${classes} classes,`} ${namesIn(gap)}`;
    if (part === 'data') {
      const its = classes === 1 ? 'its output is never right' : 'their outputs are never right';
      return `No image of the data is of ${named}: ${its}; check the labels and the number of classes.`;
    }
    const noun = NOUNS[part];
    const follows =
      part === 'train'
        ? `${classes === 1 ? 'it' : 'they'} cannot be learnt`
        : `the ${noun} error does not tell how ${classes === 1 ? 'it is' : 'they are'} classified`;
    return `The ${noun} images lack ${named}, so ${follows}: ${adviceOn(gap, rule)}.`;
  });
}

function adviceOn({ part, classes, isInFile }: ClassGap, rule: SplitRule): string {
  const images = classes === 1 ? 'images of it' : 'images of them';
  if (isInFile)
    return rule === FIRST_RULE ? `set "split" to "by-class", or raise "${part}"` : `raise "${part}", or add ${images}`;
  const file =
    part === 'validation' && rule === 'given' ? 'validation split' : part === 'test' ? 'test file' : 'training file';
  return `add ${images} to the ${file}`;
}

function namesIn({ classes, names }: ClassGap): string {
  const quoted = names.map((name) => `"${name}"`);
  const more = classes - names.length;
  if (more > 0) return `${quoted.join(', ')} and ${more} more`;
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} and ${last}`;
}

/** The names of these classes, each quoted. */
export function quotedNames(labels: readonly number[], classNames: readonly string[]): string {
  return labels.map((label) => `"${nameOf(label, classNames)}"`).join(', ');
}
