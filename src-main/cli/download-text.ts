import type { FilesProgress } from '#core/data/known/download-progress.ts';
import type { KnownDatasetRecord } from '#core/records.ts';
import { countText, durationText } from './quantity-text.ts';
import { type TextColumn, textFacts, textTable } from './text-table.ts';

const COLUMNS: readonly TextColumn<KnownDatasetRecord>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'training', align: 'right', cell: ({ images }) => countText(images.training) },
  { title: 'validation', align: 'right', cell: ({ images }) => countText(images.validation) },
  { title: 'test', align: 'right', cell: ({ images }) => countText(images.test) },
  { title: 'images', cell: ({ images }) => imageText(images) },
  { title: 'classes', align: 'right', cell: ({ images }) => images.classes },
  { title: 'download', align: 'right', cell: ({ bytes }) => megabytes(bytes) },
  { title: 'here', cell: hereText },
  { title: 'licence', cell: ({ licence }) => licence },
];

export function knownDatasetTable(known: readonly KnownDatasetRecord[]): string {
  return textTable(COLUMNS, known);
}

/** What a person should know before a download. */
export function knownDatasetFacts(known: KnownDatasetRecord): string {
  const { title, images, bytes, licence, homepage, checkedBy, keptBytes } = known;
  const validation = images.validation === 0 ? '' : `${countText(images.validation)} validation, `;
  const counts = `${countText(images.training)} training, ${validation}${countText(images.test)} test`;
  const kept = keptBytes === 0 ? '' : `, of which ${megabytes(keptBytes)} are here`;
  return textFacts([
    ['data set', title],
    ['images', `${counts}; ${imageText(images)}, ${images.classes} classes`],
    ['download', `${megabytes(bytes)}${kept}`],
    ['licence', licence],
    ['source', homepage],
    ['checked by', checkedBy.length === 0 ? 'its size alone: no checksum is published' : checkedBy.join('; ')],
  ]);
}

/** "downloading 45.2 MB of 170 MB, 3.1 MB/s, 40 s left" */
export function downloadText({ stage, done, total, bytesPerSecond, secondsLeft }: FilesProgress): string {
  if (stage === 'waiting') return 'waiting for another program that gets the same files';
  if (stage === 'reading') return 'reading all files once';
  const share = done === null || total === null ? '' : ` ${megabytes(Math.min(done, total))} of ${megabytes(total)}`;
  const speed = bytesPerSecond === null ? '' : `, ${megabytes(bytesPerSecond)}/s`;
  const left = secondsLeft === null ? '' : `, ${durationText(secondsLeft)} left`;
  return `${stage}${share}${speed}${left}`;
}

function imageText({ height, width, channels }: KnownDatasetRecord['images']): string {
  return `${height}x${width}x${channels}`;
}

function hereText({ isHere, isAdded, keptBytes }: KnownDatasetRecord): string {
  if (isHere) return isAdded ? 'yes' : 'yes, not added';
  return keptBytes === 0 ? 'no' : `${megabytes(keptBytes)} of it`;
}

/** "0.6 MB", "170 MB": megabytes of a million bytes. */
export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return `${value < 99.95 ? value.toFixed(1) : countText(Math.round(value))} MB`;
}
