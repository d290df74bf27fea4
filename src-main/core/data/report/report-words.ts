import { countedNoun, wholeNumber } from '../../analysis/quantity.ts';
import type { DatasetReport } from './dataset-report.ts';
import { sidesText } from './report-facts.ts';

const KILOBYTE = 1e3;
const MEGABYTE = 1e6;
const GIGABYTE = 1e9;

/** What a data set holds, as names with their values. */
export function reportWords(report: DatasetReport): readonly (readonly [name: string, value: string])[] {
  const { parts, image, sizes, bytes } = report;
  const stored = [
    ...(bytes.pixels === null ? [] : [`${byteText(bytes.pixels)} of pixels`]),
    ...(bytes.files === null ? [] : [`${byteText(bytes.files)} of image files`]),
  ];
  return [
    ['images', parts.map(({ part, images }) => `${wholeNumber(images)} ${part}`).join(', ')],
    ...(sizes === null ? [] : [['sizes', sizesText(sizes)] as const]),
    ...(image === null ? [] : [['trained as', `${sidesText(image)} × ${image.channels}`] as const]),
    ...(image === null ? [] : [['colour', colourText(image.channels, report)] as const]),
    ['bytes', stored.join(', ')],
  ];
}

function sizesText({ smallest, largest, mostFrequent, distinct }: NonNullable<DatasetReport['sizes']>): string {
  if (distinct === 1) return `all ${sidesText(smallest)} (height × width)`;
  const most = `most often ${sidesText(mostFrequent)} (${countedNoun(mostFrequent.images, 'image')})`;
  return `${wholeNumber(distinct)}, from ${sidesText(smallest)} to ${sidesText(largest)}, ${most}`;
}

function colourText(channels: number, { grey, parts }: DatasetReport): string {
  if (channels === 1) return 'grey';
  const images = parts.reduce((sum, part) => sum + part.images, 0);
  return grey === null || grey === 0
    ? 'RGB'
    : `RGB; ${wholeNumber(grey)} of ${countedNoun(images, 'image')} without colour`;
}

function byteText(bytes: number): string {
  const [unit, name] = bytes < MEGABYTE ? [KILOBYTE, 'kB'] : bytes < GIGABYTE ? [MEGABYTE, 'MB'] : [GIGABYTE, 'GB'];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}
