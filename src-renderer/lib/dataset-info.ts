import type { DatasetInfo, DatasetRecord } from '#core/records.ts';
import type { DatasetLocation } from '#core/run.ts';

/** The sizes of a data set as far as the page can know them; null for files that nobody added. */
export function infoOf(dataset: string | DatasetLocation, known: readonly DatasetRecord[]): DatasetInfo | null {
  if (typeof dataset === 'string') return known.find((record) => record.name === dataset) ?? null;
  if (dataset.kind === 'synthetic') {
    const { train: training, test, height, width, channels, classes } = dataset;
    return { training, test, height, width, channels, classes };
  }
  return known.find((record) => isSamePlace(record.location, dataset)) ?? null;
}

/** "synthetic images 8 x 8 x 3", "cifar10 at /data/cifar": a data set that has no name. */
export function locationText(location: DatasetLocation): string {
  if (location.kind !== 'synthetic') return `${location.kind} at ${location.path}`;
  return `synthetic images ${location.height} × ${location.width} × ${location.channels}`;
}

function isSamePlace(one: DatasetLocation, other: DatasetLocation): boolean {
  return one.kind === other.kind && one.kind !== 'synthetic' && other.kind !== 'synthetic' && one.path === other.path;
}
