import type { DatasetContent } from '#core/data/dataset-content.ts';
import type { KindLocation } from '#core/data/dataset-kind.ts';
import { type DatasetLocation, datasetKindOf, pathOf } from '#core/data/dataset-location.ts';
import { type DataSource, sourceInfo } from '#core/data/image-set.ts';
import { messageOf } from '#core/errors.ts';
import { askThread, type Say } from '../threads/answer-once.ts';
import { contentHashes } from './content-hash.ts';
import { DecodingProgress } from './decoding-progress.ts';
import { diskFiles } from './disk-files.ts';
import { EqualImages } from './equal-images.ts';
import { treeVersion } from './folder-tree.ts';
import { listedImages } from './image-list.ts';
import { type KeptContent, keepContent, keptContent } from './kept-content.ts';
import { areUnchanged, notedFiles } from './noted-files.ts';
import { checkedKind, openDataSource } from './open-data-source.ts';

export interface ContentRequest {
  readonly location: DatasetLocation;
  /** Whether to read the data even where the cache says that they are unchanged. */
  readonly again: boolean;
}

/**
 * What the data set holds: from the cache where its files are still those that were read, else by reading all of them once in a
 * thread. Throws as `openDataSource` does.
 */
export async function datasetContent(request: ContentRequest, say: Say, signal?: AbortSignal): Promise<DatasetContent> {
  // Folders of images are looked at in threads: a hundred thousand files take a second.
  const look = isFolderOfImages(request.location) ? contentOfSameTree : unchangedContent;
  const atHand = request.again ? null : await look(request.location, signal);
  if (atHand !== null) return atHand.content;
  const entry = new URL('./dataset-content-worker.ts', import.meta.url);
  return askThread(entry, { name: 'data set', does: 'reads the data set', request, say, signal });
}

/** Runs in its own thread. */
export async function readContent({ location, again }: ContentRequest, say: Say): Promise<DatasetContent> {
  const isFolder = isFolderOfImages(location);
  // Before anything is read, so that what changes meanwhile is noticed at the next look.
  const tree = isFolder ? await treeVersion(pathOf(location) ?? '') : null;
  const atHand = again ? null : await unchangedContent(location);
  // Something else below the folder has changed.
  if (atHand !== null && atHand.tree !== tree) keepOrSay(() => keepContent(location, { ...atHand, tree }), say);
  if (atHand !== null) return atHand.content;
  await checkedKind(location);
  const version = isFolder ? listedImages(location).version : null;
  const { files, versions } = notedFiles(diskFiles);
  const source = await openDataSource(location, say, files);
  const images = await readImages(source, say);
  const { classNames = null, skipped = [] } = source;
  const content = { info: sourceInfo(source), labels: labelsOf(source), classNames, skipped, ...images };
  const paths = version === null ? Object.fromEntries(versions) : null;
  keepOrSay(() => keepContent(location, { content, version, paths, tree }), say);
  return content;
}

function isFolderOfImages(location: KindLocation): boolean {
  return datasetKindOf(location).reading.from === 'image files';
}

/** What is kept of a folder of images where nothing below it has changed. Null where a listing has to tell whether an image has. */
async function contentOfSameTree(location: DatasetLocation, signal?: AbortSignal): Promise<KeptContent | null> {
  const kept = keptContent(location);
  const path = pathOf(location);
  if (kept === null || kept.tree === null || path === null) return null;
  const entry = new URL('./folder-tree-worker.ts', import.meta.url);
  const question = { name: 'folder', does: 'looks at the files of the data set', request: path, signal };
  return (await askThread<string | null>(entry, question)) === kept.tree ? kept : null;
}

/** Null where nothing is kept, or where a file has changed since. */
async function unchangedContent(location: DatasetLocation): Promise<KeptContent | null> {
  const kept = keptContent(location);
  if (kept === null) return null;
  const isSame =
    kept.paths === null
      ? kept.version === listedImages(location).version
      : await areUnchanged(Object.entries(kept.paths));
  return isSame ? kept : null;
}

/** Reads every image once. */
async function readImages(source: DataSource, say: Say): Promise<Pick<DatasetContent, 'hashes' | 'equalImages'>> {
  const { training, validation, test } = source;
  const heldOut = validation?.count ?? 0;
  const firstOf = { training: 0, validation: training.count, test: training.count + heldOut };
  const progress = new DecodingProgress(firstOf.test + test.count, say, { verb: 'hashed' });
  const equal = new EqualImages();
  const hashes = await contentHashes(source, ({ part, first, size, bytes }) => {
    equal.add(bytes, { size, first: firstOf[part] + first });
    progress.add(bytes.length / size);
  });
  return { hashes, equalImages: equal.groups };
}

function labelsOf({ training, validation, test }: DataSource): DatasetContent['labels'] {
  return { training: training.labels, validation: validation?.labels ?? null, test: test.labels };
}

/** A cache that cannot be written costs another reading, not the run. */
function keepOrSay(keep: () => void, say: Say): void {
  try {
    keep();
  } catch (error) {
    say(`What was read cannot be kept, so it will be read again next time: ${messageOf(error)}.`);
  }
}
