import { countedNoun, wholeNumber } from '../../analysis/quantity.ts';
import type { DataFinding, SizeCount } from './dataset-report.ts';
import { type ImageFileFacts, type ReportFacts, type SizeExample, sidesText } from './report-facts.ts';

/** Image files that cannot be read; nothing can be trained on before they are mended. */
export function damagedFinding({ damaged, files, listing }: ImageFileFacts): readonly DataFinding[] {
  if (damaged.length === 0) return [];
  const all = Object.values(files).reduce((sum, { length }) => sum + length, listing.unreadable.length);
  const reasons = new Set(damaged.map(({ problem }) => problem));
  const isShared = damaged.length > 1 && reasons.size === 1;
  const why = isShared ? ` Each ${damaged[0].problem}.` : '';
  const sentence = `${wholeNumber(damaged.length)} of ${countedNoun(all, 'image file')} cannot be read: mend, replace or remove ${damaged.length === 1 ? 'it' : 'them'}.${why}`;
  const items = damaged.map(({ file, problem }) => ({ what: file, detail: isShared ? null : problem }));
  return [{ topic: 'damaged images', sentence, total: items.length, items }];
}

/** Sizes that differ though nothing is resized; nothing can be trained on them. */
export function severalSizesFinding({ sizes, resizedTo }: ImageFileFacts): readonly DataFinding[] {
  if (resizedTo !== null || sizes.length < 2) return [];
  const sentence = severalSizesText(sizes, 'The images');
  const items = sizes
    .toSorted((one, other) => other.images - one.images)
    .map((size) => ({ what: sidesText(size), detail: examplesText(size) }));
  return [{ topic: 'several sizes', sentence, total: items.length, items }];
}

/** "The images have 3 sizes, ...: give a "size"": `images` is the subject. */
export function severalSizesText(sizes: readonly SizeCount[], images: string): string {
  const byArea = sizesByArea(sizes);
  const [smallest, largest] = [byArea[0], byArea[byArea.length - 1]].map(sidesText);
  return `${images} have ${wholeNumber(sizes.length)} sizes, from ${smallest} to ${largest}: give a "size" to which all are resized and cropped.`;
}

/** Images that are stretched, so that they look blurred among others. */
export function enlargedFinding({ sizes, resizedTo }: ImageFileFacts): readonly DataFinding[] {
  if (resizedTo === null) return [];
  const small = sizes.filter(({ height, width }) => Math.min(height, width) < resizedTo);
  const count = small.reduce((sum, { images }) => sum + images, 0);
  if (count === 0) return [];
  const sentence = `${countedNoun(count, 'image')} ${count === 1 ? 'has a side' : 'have sides'} shorter than ${resizedTo} pixels and ${count === 1 ? 'is' : 'are'} enlarged.`;
  const items = sizesByArea(small).map((size) => ({
    what: sidesText(size),
    detail: examplesText(size),
  }));
  return [{ topic: 'enlarged images', sentence, total: items.length, items }];
}

/** What was left out, one finding for each reason, the most files first. */
export function skippedFindings({ skipped, imageFiles }: ReportFacts): readonly DataFinding[] {
  const noun = imageFiles === null ? 'array' : 'file';
  return skipped
    .toSorted((one, other) => other.files - one.files)
    .map(({ reason, files: count, total, first }) => ({
      topic: 'skipped files',
      sentence: `${countedNoun(count, noun)} ${count === 1 ? 'was' : 'were'} skipped: ${reason}.`,
      total,
      items: first.map(({ path, files }) => ({
        what: path,
        detail: path.endsWith('/') ? `(${countedNoun(files, 'file')})` : null,
      })),
    }));
}

/** "(1 image, train/cat/odd.jpg)", "(26 images, such as test/cat/1.png)" */
function examplesText({ images, example }: SizeExample): string {
  return `(${countedNoun(images, 'image')}, ${images === 1 ? '' : 'such as '}${example})`;
}

/** From the smallest area to the largest. */
export function sizesByArea<Size extends SizeCount>(sizes: readonly Size[]): readonly Size[] {
  return sizes.toSorted(
    (one, other) => one.height * one.width - other.height * other.width || one.height - other.height,
  );
}
