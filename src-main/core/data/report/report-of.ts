import { classFindings } from './class-findings.ts';
import type { DatasetReport, SizeCount } from './dataset-report.ts';
import { equalImageFindings } from './equal-images.ts';
import { damagedFinding, enlargedFinding, severalSizesFinding, sizesByArea, skippedFindings } from './file-findings.ts';
import { ImageNumbers } from './image-numbers.ts';
import type { ReportFacts } from './report-facts.ts';

/** The report on a data set that was read completely. */
export function reportOf(facts: ReportFacts): DatasetReport {
  const numbers = new ImageNumbers(facts);
  const parts = numbers.parts.map(({ part, labels }) => ({ part, images: labels.length }));
  const classes = classesOf(facts, numbers);
  const { imageFiles: files, image } = facts;
  const refusing = files === null ? [] : [...damagedFinding(files), ...severalSizesFinding(files)];
  const images = parts.reduce((sum, part) => sum + part.images, 0);
  return {
    ...{ parts, classes, image },
    sizes: sizesOf(files?.sizes ?? (image === null ? [] : [{ height: image.height, width: image.width, images }])),
    grey: files?.grey ?? null,
    bytes: {
      pixels: image === null ? null : images * image.height * image.width * image.channels,
      files: files?.fileBytes ?? null,
    },
    findings: [
      ...refusing,
      ...classFindings({ classes, parts }),
      ...equalImageFindings(facts, numbers),
      ...(files === null ? [] : enlargedFinding(files)),
      ...skippedFindings(facts),
    ],
    notes: files?.listing.notes ?? [],
    refusal: refusing[0]?.sentence ?? null,
  };
}

function classesOf({ classNames }: ReportFacts, { parts }: ImageNumbers): DatasetReport['classes'] {
  const counts = parts.map(({ labels }) => {
    const images = classNames.map(() => 0);
    for (let index = 0; index < labels.length; index++) images[labels[index]]++;
    return images;
  });
  return classNames.map((name, label) => ({ name, images: counts.map((images) => images[label]) }));
}

function sizesOf(sizes: readonly SizeCount[]): DatasetReport['sizes'] {
  if (sizes.length === 0) return null;
  const byArea = sizesByArea(sizes).map(({ height, width, images }) => ({ height, width, images }));
  const mostFrequent = byArea.reduce((most, size) => (size.images > most.images ? size : most));
  return { smallest: byArea[0], largest: byArea[byArea.length - 1], mostFrequent, distinct: sizes.length };
}
