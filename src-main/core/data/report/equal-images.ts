import { countedNoun, wholeNumber } from '../../analysis/quantity.ts';
import type { DataFinding, DataPart, FindingTopic, FoundItem } from './dataset-report.ts';
import type { ImageNumbers, PlacedImage } from './image-numbers.ts';
import type { ReportFacts } from './report-facts.ts';

type Pair = readonly [image: PlacedImage, equal: PlacedImage];

/** What images that are equal in every pixel mean: a test set that was trained on, two answers to one question, copies. */
export function equalImageFindings({ equalImages }: ReportFacts, numbers: ImageNumbers): readonly DataFinding[] {
  const groups = equalImages.map((group) => group.map((number) => numbers.placeOf(number)));
  const finding = (topic: FindingTopic, sentence: (count: number) => string, pairs: readonly Pair[]) =>
    pairs.length === 0 ? [] : [{ topic, sentence: sentence(pairs.length), ...itemsOf(pairs, numbers) }];
  const parts = numbers.parts.map(({ part, labels }) => ({ part, images: labels.length }));
  const later = parts.flatMap((two, place) => parts.slice(0, place).map((one) => ({ one, two }))).reverse();
  return [
    ...later.flatMap(({ one, two }) => {
      const sentence = (count: number) =>
        `${wholeNumber(count)} of the ${wholeNumber(two.images)} ${two.part} images ${count === 1 ? 'is' : 'are'} among the ${one.part} images too, equal in every pixel.`;
      return finding(
        'same image in two parts',
        sentence,
        groups.flatMap((group) => betweenParts(group, one.part, two.part)),
      );
    }),
    ...finding(
      'same image in two classes',
      (count) => `${countedNoun(count, 'image')} ${count === 1 ? 'occurs' : 'occur'} in more than one class.`,
      groups.flatMap(inTwoClasses),
    ),
    ...parts.flatMap(({ part }) => {
      const sentence = (count: number) =>
        `${countedNoun(count, `${part} image`)} ${count === 1 ? 'repeats another one' : 'repeat other ones'} of the same part.`;
      return finding(
        'repeated images',
        sentence,
        groups.flatMap((group) => withinPart(group, part)),
      );
    }),
  ];
}

/** Each image of the second part that occurs in the first one. */
function betweenParts(group: readonly PlacedImage[], one: DataPart, two: DataPart): readonly Pair[] {
  const first = group.find(({ part }) => part === one);
  if (first === undefined) return [];
  return group.filter(({ part }) => part === two).map((image): Pair => [image, first]);
}

/** The first image of the group with one of another class, if there is such a one. */
function inTwoClasses(group: readonly PlacedImage[]): readonly Pair[] {
  const [first, ...others] = group;
  const contrary = others.find(({ label }) => label !== first.label);
  return contrary === undefined ? [] : [[first, contrary]];
}

/** Each image of the part that equals an earlier one. */
function withinPart(group: readonly PlacedImage[], one: DataPart): readonly Pair[] {
  const [first, ...others] = group.filter(({ part }) => part === one);
  return others.map((image): Pair => [image, first]);
}

function itemsOf(pairs: readonly Pair[], numbers: ImageNumbers): { total: number; items: readonly FoundItem[] } {
  const items = pairs.map(([image, equal]) => ({
    what: numbers.nameOf(image),
    detail: `equals ${numbers.nameOf(equal)}`,
  }));
  return { total: items.length, items };
}
