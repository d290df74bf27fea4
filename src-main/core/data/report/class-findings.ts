import { wholeNumber } from '../../analysis/quantity.ts';
import { countedClasses } from '../../classes/class-words.ts';
import { groupedBy } from '../../grouped.ts';
import type { DataFinding, DatasetReport, FindingTopic } from './dataset-report.ts';

type ClassRow = DatasetReport['classes'][number];

/** What is remarkable about the numbers of images of the classes. */
export function classFindings({ classes, parts }: Pick<DatasetReport, 'classes' | 'parts'>): readonly DataFinding[] {
  const used = classes.filter(({ images }) => images.some((count) => count > 0));
  const empty = classes.filter(({ images }) => images.every((count) => count === 0));
  const lacking = parts.map(({ images }, place) => (images === 0 ? [] : used.filter((one) => one.images[place] === 0)));
  return [
    ...(used.length === 1 ? [onlyClass(used)] : []),
    ...(empty.length > 0 ? [emptyClasses(empty, classes)] : []),
    ...parts.flatMap(({ part }, place) => {
      if (lacking[place].length === 0) return [];
      const sentence = `The ${part} images lack ${wholeNumber(lacking[place].length)} of ${countedClasses(classes.length)}.`;
      return [findingOn('missing classes', sentence, lacking[place])];
    }),
    ...similarNames(classes),
  ];
}

function onlyClass(used: readonly ClassRow[]): DataFinding {
  return findingOn('one class', 'All images have the same class, so there is nothing to learn from them.', used);
}

function emptyClasses(empty: readonly ClassRow[], classes: readonly ClassRow[]): DataFinding {
  const has = empty.length === 1 ? 'has' : 'have';
  const sentence = `${wholeNumber(empty.length)} of ${countedClasses(classes.length)} ${has} no image in any part.`;
  const isFirstLabel = empty.length === 1 && empty[0] === classes[0] && empty[0].name === '0';
  const hint = isFirstLabel ? ' If the labels count from 1, subtract 1 from each.' : '';
  return findingOn('empty classes', `${sentence}${hint}`, empty);
}

/** Names that a reader, or another file system, takes for one. Single letters are what EMNIST's classes show: a and A differ. */
function similarNames(classes: readonly ClassRow[]): readonly DataFinding[] {
  const words = classes.filter(({ name }) => name.length > 1);
  const groups = [...groupedBy(words, ({ name }) => name.normalize('NFC').toLowerCase().trim()).values()];
  const similar = groups.filter(({ length }) => length > 1).flat();
  if (similar.length === 0) return [];
  const sentence = `${countedClasses(similar.length)} have names that differ only in upper and lower case.`;
  return [findingOn('similar class names', sentence, similar)];
}

function findingOn(topic: FindingTopic, sentence: string, classes: readonly ClassRow[]): DataFinding {
  const items = classes.map(({ name }) => ({ what: name, detail: null }));
  return { topic, sentence, total: items.length, items };
}
