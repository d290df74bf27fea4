import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { KnownDataset, KnownFile, Unpacking } from '#core/data/known/known-dataset.ts';
import { tinyIdxFiles } from '../tiny-files.ts';

/** The files of `madeUpDataset('idx')`, by the names under which a server has them. */
export const IDX_FILES: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  Object.entries(tinyIdxFiles()).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]),
);

function knownFile(name: string, bytes: Uint8Array): KnownFile {
  const value = createHash('md5').update(bytes).digest('hex');
  const addresses = [`https://data.example/${name}`];
  return { name, bytes: bytes.length, addresses, checksums: [{ algorithm: 'md5', value, publishedIn: 'this test' }] };
}

/** A data set of four IDX files that only tests know. */
export function madeUpDataset(name: string): KnownDataset {
  return {
    ...{ name, title: 'Made up', licence: 'none', homepage: 'https://data.example', folder: name },
    images: { training: 3, validation: 0, test: 2, height: 2, width: 3, channels: 1, classes: 10 },
    files: Object.entries(IDX_FILES).map(([file, bytes]) => knownFile(file, bytes)),
    unpacking: null,
    options: { kind: 'idx', classes: 10 },
    path: '',
  };
}

/** The same in one archive. */
export function archivedDataset(file: string, archive: Uint8Array, unpacking: Partial<Unpacking> = {}): KnownDataset {
  return {
    ...madeUpDataset('archived'),
    files: [knownFile(file, archive)],
    unpacking: {
      ...{ format: file.endsWith('.zip') ? 'zip' : 'tar.gz', members: /^set\/(.+-ubyte)$/, to: '$1' },
      ...{ files: 4, bytes: 1_000 },
      ...unpacking,
    },
  };
}
