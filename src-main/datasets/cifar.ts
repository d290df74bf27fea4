import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { allocateLabels, allocatePixels, checkLabels } from '#core/data/image-memory.ts';
import type { DataSource, DatasetInfo, ImageSet } from '#core/data/image-set.ts';
import { MemoryPixels } from '#core/data/pixels.ts';
import { AppError, corrupt } from '#core/errors.ts';
import { readCifarArchive } from './cifar-archive.ts';
import { CHANNELS, type CifarFormat, type NamedBytes, PIXELS, recordBytes, recordCount, SIDE } from './cifar-format.ts';
import { checkedFileSize, fileExists, isDirectory, readDataFile } from './data-file.ts';

const PLANE = SIDE * SIDE;
/** Records decoded between two turns of the event loop: about 3 ms of work. */
const RECORDS_A_TURN = 250;

type Decoded = { readonly images: Uint8Array; readonly labels: Int32Array };
type CifarPlace = { readonly format: CifarFormat; readonly path: string };

/** One record's pixels from red, green and blue planes to [32, 32, 3]. */
function interleavePlanes(planes: Uint8Array, target: Uint8Array): void {
  for (let pixel = 0; pixel < PLANE; pixel++) {
    target[pixel * CHANNELS] = planes[pixel];
    target[pixel * CHANNELS + 1] = planes[PLANE + pixel];
    target[pixel * CHANNELS + 2] = planes[2 * PLANE + pixel];
  }
}

async function decodeFile(format: CifarFormat, { path, bytes }: NamedBytes, target: Decoded): Promise<void> {
  for (let record = 0; record < target.labels.length; record++) {
    const pixels = (record + 1) * recordBytes(format) - PIXELS;
    target.labels[record] = bytes[pixels - 1];
    interleavePlanes(bytes.subarray(pixels, pixels + PIXELS), target.images.subarray(record * PIXELS));
    if (record % RECORDS_A_TURN === RECORDS_A_TURN - 1) await setImmediate();
  }
  checkLabels(path, target.labels, format.classes);
}

/** The records of the files, one after the other. */
async function decodeFiles(format: CifarFormat, files: readonly NamedBytes[]): Promise<ImageSet> {
  const counts = files.map(({ path, bytes }) => recordCount(format, path, bytes.length));
  const count = counts.reduce((sum, records) => sum + records, 0);
  if (count === 0) throw corrupt(files[0].path, `and the files that go with it hold no ${format.name} record`);
  const images = allocatePixels(count * PIXELS);
  const labels = allocateLabels(count);
  let start = 0;
  for (const [index, file] of files.entries()) {
    const end = start + counts[index];
    const part = { images: images.subarray(start * PIXELS, end * PIXELS), labels: labels.subarray(start, end) };
    await decodeFile(format, file, part);
    start = end;
  }
  const pixels = new MemoryPixels(images);
  return { count, height: SIDE, width: SIDE, channels: CHANNELS, classes: format.classes, pixels, labels };
}

/** The data files that a folder, or the authors' folder inside it, holds. */
async function filesInFolder(format: CifarFormat, path: string): Promise<Map<string, string>> {
  const nested = join(path, format.folder);
  const folder = (await fileExists(nested)) ? nested : path;
  const files = new Map<string, string>();
  for (const name of [...format.trainingFiles, format.testFile, format.classNamesFile]) {
    if (await fileExists(join(folder, name))) files.set(name, join(folder, name));
  }
  return files;
}

async function readFiles(format: CifarFormat, path: string): Promise<Map<string, NamedBytes>> {
  if (!(await isDirectory(path))) return readCifarArchive(format, path);
  const files = new Map<string, NamedBytes>();
  for (const [name, file] of await filesInFolder(format, path)) {
    files.set(name, { path: file, bytes: await readDataFile(file) });
  }
  return files;
}

/** Records in each file. An archive has to be unpacked for that, a folder's files only have sizes. */
async function countRecords(format: CifarFormat, path: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (await isDirectory(path)) {
    for (const [name, file] of await filesInFolder(format, path)) {
      if (name !== format.classNamesFile) counts.set(name, recordCount(format, file, await checkedFileSize(file)));
    }
    return counts;
  }
  for (const [name, { path: file, bytes }] of await readCifarArchive(format, path)) {
    if (name !== format.classNamesFile) counts.set(name, recordCount(format, file, bytes.length));
  }
  return counts;
}

/** One name a line; the authors' files end with empty lines. */
function readClassNames(format: CifarFormat, file: NamedBytes | undefined): readonly string[] | undefined {
  if (file === undefined) return undefined;
  const names = Buffer.from(file.bytes)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim());
  const found = names.filter((name) => name !== '');
  if (found.length === format.classes) return found;
  throw corrupt(file.path, `names ${found.length} classes, but ${format.name} has ${format.classes}`);
}

function required<T>(files: ReadonlyMap<string, T>, name: string, { format, path }: CifarPlace): T {
  const file = files.get(name);
  if (file !== undefined) return file;
  throw new AppError('not-found', `${path} holds no ${name}: the binary version of ${format.name} has that file.`);
}

/** Reads the folder of the binary version, its parent folder, or the authors' archive (.tar.gz or .tar). */
export async function openCifar(format: CifarFormat, path: string): Promise<DataSource> {
  const files = await readFiles(format, path);
  const trainingFiles = format.trainingFiles.map((name) => required(files, name, { format, path }));
  const testFile = required(files, format.testFile, { format, path });
  const classNames = readClassNames(format, files.get(format.classNamesFile));
  const training = await decodeFiles(format, trainingFiles);
  const test = await decodeFiles(format, [testFile]);
  return classNames === undefined ? { training, test } : { training, test, classNames };
}

/** What the sizes of the files say. */
export async function describeCifar(format: CifarFormat, path: string): Promise<DatasetInfo> {
  const counts = await countRecords(format, path);
  const training = format.trainingFiles
    .map((name) => required(counts, name, { format, path }))
    .reduce((sum, count) => sum + count, 0);
  const test = required(counts, format.testFile, { format, path });
  if (training === 0 || test === 0) throw corrupt(path, `holds no ${format.name} record to train or to test on`);
  return { training, test, height: SIDE, width: SIDE, channels: CHANNELS, classes: format.classes };
}
