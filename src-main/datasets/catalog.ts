import type { DatasetLocation } from '#core/data/dataset-location.ts';
import type { DatasetCatalog } from '#core/data/dataset-ports.ts';
import { fashionMnistAtHand } from '../setup/installed.mjs';
import { datasetContent } from './dataset-content.ts';
import { reportInThread } from './dataset-report-thread.ts';
import { downloadedFolder, isWhole, placeOf } from './download/dataset-place.ts';
import { describeDataSource } from './open-data-source.ts';
import { sayOnStandardError } from './prepared.ts';
import { samplesInThread } from './samples-thread.ts';

/** The folders of the data sets that the set-up installs, or else were downloaded; null where one is not here. */
const builtInFolders: ReadonlyMap<string, () => string | null> = new Map([
  ['fashion-mnist', () => fashionMnistAtHand() ?? downloadedFashionMnist()],
]);

function downloadedFashionMnist(): string | null {
  const place = placeOf({ folder: 'fashion-mnist' }, downloadedFolder());
  return isWhole(place) ? place.folder : null;
}

/** Where the images of a spec are; null for a name that only a home can know. */
export function locationOf(dataset: string | DatasetLocation): DatasetLocation | null {
  return typeof dataset === 'string' ? datasetCatalog.builtIn(dataset) : dataset;
}

/** The data sets on this machine. */
export const datasetCatalog: DatasetCatalog = {
  describe: describeDataSource,
  content: (location, { say = sayOnStandardError, again = false, signal } = {}) =>
    datasetContent({ location, again }, say, signal),
  report: (request, say = sayOnStandardError, signal) => reportInThread(request, say, signal),
  samples: (dataset, query, signal) => samplesInThread({ dataset, query }, signal),
  builtInNames: () => [...builtInFolders.keys()],
  builtIn: (name) => {
    const path = builtInFolders.get(name)?.() ?? null;
    return path === null ? null : { kind: 'idx', path, classes: 10 };
  },
};
