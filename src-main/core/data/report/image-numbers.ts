import { DATA_PARTS, type DataPart } from './dataset-report.ts';
import type { ReportFacts } from './report-facts.ts';

/** An image by its part, its place in that part and its class. */
export interface PlacedImage {
  readonly part: DataPart;
  readonly index: number;
  readonly label: number;
}

/** Finds images by their numbers, which count through the parts that the data bring. */
export class ImageNumbers {
  readonly parts: readonly { readonly part: DataPart; readonly labels: ArrayLike<number>; readonly first: number }[];
  readonly #facts: ReportFacts;

  constructor(facts: ReportFacts) {
    let first = 0;
    this.parts = DATA_PARTS.flatMap((part) => {
      const labels = facts.labels[part];
      if (labels === undefined) return [];
      const placed = { part, labels, first };
      first += labels.length;
      return [placed];
    });
    this.#facts = facts;
  }

  placeOf(number: number): PlacedImage {
    const [from] = this.parts.filter(({ first }) => first <= number).slice(-1);
    const index = number - from.first;
    return { part: from.part, index, label: from.labels[index] };
  }

  /** `train/cat/7.png`, or `training[7] (cat)` where images have no files of their own. */
  nameOf({ part, index, label }: PlacedImage): string {
    const file = this.#facts.imageFiles?.files[part]?.[index];
    return file ?? `${part}[${index}] (${this.#facts.classNames[label]})`;
  }
}
