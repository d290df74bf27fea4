import type { DatasetCatalog } from '#core/ports.ts';
import { fashionMnistFolder } from '../setup/installed.mjs';
import { contentHash } from './content-hash.ts';
import { describeDataSource, openDataSource } from './open-data-source.ts';

/** The folders of the data sets that the set-up places; null where it has not. */
const builtInFolders: ReadonlyMap<string, () => string | null> = new Map([['fashion-mnist', fashionMnistFolder]]);

/** The data sets on this machine. */
export const datasetCatalog: DatasetCatalog = {
  describe: describeDataSource,
  hash: async (location) => contentHash(await openDataSource(location)),
  builtInNames: () => [...builtInFolders.keys()],
  builtIn: (name) => {
    const path = builtInFolders.get(name)?.() ?? null;
    return path === null ? null : { kind: 'idx', path, classes: 10 };
  },
};
