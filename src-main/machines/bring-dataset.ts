import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type DatasetLocation, datasetLocationSchema, pathOf } from '#core/data/dataset-location.ts';
import { hashSchema, shortHash } from '#core/data/run-data.ts';
import { AppError, nullIfNotFound } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { lastLineOf } from '#core/last-line.ts';
import type { BringingOptions, DatasetToBring } from '#core/machines/ports.ts';
import { posixPath, posixWord } from '#core/machines/posix-shell.ts';
import { remoteDataset, remoteLab } from '#core/machines/remote-layout.ts';
import { toJson } from '#core/numbers.ts';
import { parsedSafely } from '#core/validation.ts';
import { absolutePath, type BringingTarget, COPYING_MS, PATIENCE_MS, READING_MS } from './bringing-target.ts';
import { packedFiles } from './packed-files.ts';

/** How `lab` ends where it refuses what was asked. */
const REFUSED = 2;

/** What `lab datasets hash --json` says. */
const hashedSchema = z.object({
  location: datasetLocationSchema,
  sha256: hashSchema,
  withValidation: hashSchema.nullable(),
});
type Hashed = z.infer<typeof hashedSchema>;

/** What `HomeMachines.bring` promises. */
export async function bringDataset(
  target: BringingTarget,
  dataset: DatasetToBring,
  options: BringingOptions = {},
): Promise<DatasetLocation> {
  const { machine } = target;
  const { named, location, hashes } = dataset;
  const path = pathOf(location);
  if (path === null) return location;
  const own = typeof named === 'string' ? machine.datasets[named] : undefined;
  if (own !== undefined) {
    const place = at(location, await absolutePath(target, own));
    return compared(
      await hashed(target, toJson(place), options),
      dataset,
      `${machine.name} has other images in ${own}`,
    );
  }
  // Commands on the spot see the same files.
  if (machine.ssh === null) return location;
  if (typeof named === 'string') {
    const builtIn = await hashed(target, named, options).catch(nullIfNotFound);
    if (builtIn !== null && isSame(builtIn, dataset)) return builtIn.location;
  }
  const folder = remoteDataset(machine.root, hashes.withValidation ?? hashes.sha256);
  const name = basename(path);
  if (!(await isThere(target, folder))) await copy(target, { dataset, path, folder }, options);
  return at(location, await absolutePath(target, `${folder}/${name}`));
}

/** Only whole copies have the name of their hash. */
async function isThere({ shell }: BringingTarget, folder: string): Promise<boolean> {
  return (await shell.run(`[ -d ${posixPath(folder)} ]`, { limitMs: PATIENCE_MS })).code === 0;
}

interface Copying {
  readonly dataset: DatasetToBring;
  /** Here. */
  readonly path: string;
  /** There. */
  readonly folder: string;
}

/** Copies it under another name first, and gives it the right one once its hash was compared there. */
async function copy(
  target: BringingTarget,
  { dataset, path, folder }: Copying,
  options: BringingOptions,
): Promise<void> {
  const { shell, machine } = target;
  const { signal, onProgress } = options;
  const making = `${folder}.making`;
  const [from, to] = [posixPath(making), posixPath(folder)];
  const unpack = `rm -rf ${from} && mkdir -p ${from} && tar -xf - -C ${from}`;
  const { code, stderr } = await shell.run(unpack, {
    stdin: tarOf(path, onProgress),
    limitMs: COPYING_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (code !== 0)
    throw new AppError('unavailable', `${machine.name} did not take the images: ${stderr.trim() || code}.`);
  const place = at(dataset.location, await absolutePath(target, `${making}/${basename(path)}`));
  compared(await hashed(target, toJson(place), options), dataset, `The copy on ${machine.name} has other images`);
  const moved = await shell.run(`[ -d ${to} ] || mv ${from} ${to}`, { limitMs: PATIENCE_MS });
  if (moved.code !== 0)
    throw new AppError('unavailable', `${machine.name} did not keep the images: ${moved.stderr.trim()}.`);
}

/** A file or folder as a tar. */
async function* tarOf(path: string, onProgress: BringingOptions['onProgress']): AsyncGenerator<Uint8Array> {
  const total = bytesOf(realpathSync(path));
  let sent = 0;
  // Its name there is the one by which it is known here, also where that is a link.
  for await (const piece of packedFiles(['-chf', '-', '-C', dirname(path), basename(path)], path)) {
    yield piece;
    sent += piece.length;
    onProgress?.(total === 0 ? 1 : Math.min(1, sent / total));
  }
}

function bytesOf(path: string): number {
  if (!lstatSync(path).isDirectory()) return lstatSync(path).size;
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
}

/** What the machine finds in a data set. Throws 'not-found' where it is not there. */
async function hashed(
  { shell, machine, version }: BringingTarget,
  dataset: string,
  { signal }: BringingOptions,
): Promise<Hashed> {
  const script = `exec ${posixPath(remoteLab(machine.root, version))} datasets hash ${posixWord(dataset)} --json`;
  const { code, stdout, stderr } = await shell.run(script, {
    limitMs: READING_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  const said = parsedSafely(hashedSchema, jsonOf(stdout));
  if (code === 0 && said.success) return said.data;
  throw new AppError(
    code === REFUSED ? 'not-found' : 'unavailable',
    `${machine.name} cannot read the images: ${lastLineOf(stderr) ?? `exit code ${code}`}`,
  );
}

function isSame({ sha256, withValidation }: Hashed, { hashes }: DatasetToBring): boolean {
  return sha256 === hashes.sha256 && withValidation === hashes.withValidation;
}

/** The place of the images, if they are the ones. Throws 'conflict' with this beginning. */
function compared(found: Hashed, dataset: DatasetToBring, otherwise: string): DatasetLocation {
  if (isSame(found, dataset)) return found.location;
  const [there, here] = [found, dataset.hashes].map((hashes) =>
    shortHash({ sha256: hashes.withValidation ?? hashes.sha256 }),
  );
  throw new AppError(
    'conflict',
    `${otherwise} than here (SHA-256 ${there} against ${here}): nothing is trained on them.`,
  );
}

/** The same data set with its files in another place. */
function at(location: DatasetLocation, path: string): DatasetLocation {
  return datasetLocationSchema.parse({ ...location, path });
}
