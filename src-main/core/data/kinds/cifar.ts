import { z } from 'zod';
import { AppError, badRequest, corrupt } from '../../errors.ts';
import type { ArchivedFile, DataFiles, NamedBytes } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import type { DataSource, DatasetInfo } from '../image-set.ts';
import { binaryVersion } from './cifar-python.ts';
import { CHANNELS, type CifarFormat, decodeCifar, recordCount, SIDE } from './cifar-records.ts';

const CIFAR_10: CifarFormat = {
  name: 'CIFAR-10',
  classes: 10,
  labelBytes: 1,
  trainingFiles: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
  testFile: 'test_batch.bin',
  classNamesFile: 'batches.meta.txt',
  folder: 'cifar-10-batches-bin',
  python: {
    folder: 'cifar-10-batches-py',
    files: new Map([
      ...[1, 2, 3, 4, 5].map((number) => [`data_batch_${number}.bin`, `data_batch_${number}`] as const),
      ['test_batch.bin', 'test_batch'],
      ['batches.meta.txt', 'batches.meta'],
    ]),
    labelLists: ['labels'],
    namesList: 'label_names',
  },
};

const CIFAR_100: CifarFormat = {
  name: 'CIFAR-100',
  classes: 100,
  labelBytes: 2,
  trainingFiles: ['train.bin'],
  testFile: 'test.bin',
  classNamesFile: 'fine_label_names.txt',
  folder: 'cifar-100-binary',
  python: {
    folder: 'cifar-100-python',
    files: new Map([
      ['train.bin', 'train'],
      ['test.bin', 'test'],
      ['fine_label_names.txt', 'meta'],
    ]),
    labelLists: ['coarse_labels', 'fine_labels'],
    namesList: 'fine_label_names',
  },
};

/** Krizhevsky, "Learning multiple layers of features from tiny images", 2009; batches.meta.txt. */
const CIFAR_10_CLASSES = [
  ...['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
];

const path = z.string().min(1);
const schema10 = z.strictObject({ kind: z.literal('cifar10'), path });
const schema100 = z.strictObject({ kind: z.literal('cifar100'), path });

type CifarLocation = z.infer<typeof schema10> | z.infer<typeof schema100>;

/** CIFAR-10 as its authors distribute it. */
export const cifar10 = {
  kind: 'cifar10',
  schema: schema10,
  ...partsOf(CIFAR_10, 'data_batch_1.bin to data_batch_5.bin and test_batch.bin'),
  classNames: CIFAR_10_CLASSES,
  example: 'datasets add cifar --kind cifar10 --path ~/cifar-10-binary.tar.gz',
} satisfies DatasetKind<CifarLocation>;

/** CIFAR-100 with its fine labels. */
export const cifar100 = {
  kind: 'cifar100',
  schema: schema100,
  ...partsOf(CIFAR_100, 'train.bin and test.bin'),
} satisfies DatasetKind<CifarLocation>;

/** The parts that both kinds share; `fileNames` are the files of the folder, in words. */
function partsOf(format: CifarFormat, fileNames: string) {
  const archive = `${format.name.toLowerCase()}-binary.tar.gz`;
  return {
    title: format.name,
    fields: [],
    files: {
      holds: `The authors' binary version: ${archive} as it was downloaded, or a folder with ${fileNames}. Their version for Python is read too.`,
      takes: ['folder', 'file'],
      dialogTitle: `${format.name} as its authors distribute it`,
      filter: { name: 'Archives', extensions: ['tar.gz', 'tgz', 'gz', 'tar'] },
      recognises: ({ names }) => names.some((name) => isOf(format, name)),
      suggestedName: format.name.toLowerCase().replace('-', ''),
    },
    reading: {
      from: 'arrays',
      open: ({ path }, files) => openCifar({ format, path, files }),
      describe: ({ path }, files) => describeCifar({ format, path, files }),
    },
  } as const satisfies Partial<DatasetKind<CifarLocation>>;
}

/** A folder of the authors', or a data file, in either version. */
function isOf({ folder, python, trainingFiles }: CifarFormat, name: string): boolean {
  const files = trainingFiles.flatMap((file) => [file, python.files.get(file) ?? file]);
  const parts = name.split('/');
  return parts.includes(folder) || parts.includes(python.folder) || files.includes(parts.at(-1) ?? '');
}

/**
 * Three times the largest file in the authors' archives. Without a limit, a small archive could unpack to more than
 * memory holds.
 */
const MAX_FILE_BYTES = 2 ** 29;
const MAX_NAMES_BYTES = 2 ** 16;

type CifarPlace = { readonly format: CifarFormat; readonly path: string; readonly files: DataFiles };

/** The authors' version for MATLAB has the same names with this ending. */
const MATLAB = '.mat';

function namesOf({ trainingFiles, testFile, classNamesFile, python }: CifarFormat): readonly string[] {
  const binary = [...trainingFiles, testFile, classNamesFile];
  return [...binary, ...python.files.values(), `${trainingFiles[0].replace(/\.bin$/, '')}${MATLAB}`];
}

function checkSize(format: CifarFormat, { name, path: file, byteLength }: ArchivedFile): void {
  const isNames = name === format.classNamesFile || name === format.python.files.get(format.classNamesFile);
  if (byteLength > (isNames ? MAX_NAMES_BYTES : MAX_FILE_BYTES)) throw corrupt(file, `claims ${byteLength} bytes`);
  if (!isNames && name.endsWith('.bin')) recordCount(format, file, byteLength);
}

function readArchive({ format, path, files }: CifarPlace): Promise<ReadonlyMap<string, NamedBytes>> {
  const check = (file: ArchivedFile): void => {
    if (file.name.endsWith(MATLAB)) throw matlabVersion(path, format);
    checkSize(format, file);
  };
  return files.readTar(path, { of: format.name, names: new Set(namesOf(format)), check });
}

function matlabVersion(path: string, { name }: CifarFormat): Error {
  const archive = name.toLowerCase();
  return badRequest(
    `${path} is the MATLAB version of ${name}, which is not read: get ${archive}-binary.tar.gz or ${archive}-python.tar.gz from cs.toronto.edu/~kriz/cifar.html.`,
  );
}

/** The data files that a folder, or the authors' folder inside it, holds. */
async function pathsInFolder(place: CifarPlace): Promise<ReadonlyMap<string, string>> {
  const { format, path, files } = place;
  const [binary, python] = [files.join(path, format.folder), files.join(path, format.python.folder)];
  const nested = (await files.exists(binary)) ? binary : (await files.exists(python)) ? python : path;
  const paths = new Map<string, string>();
  for (const name of namesOf(format)) {
    const file = files.join(nested, name);
    const isThere = (await files.exists(file)) && !(await files.isFolder(file));
    if (isThere && name.endsWith(MATLAB)) throw matlabVersion(path, format);
    if (isThere) paths.set(name, file);
  }
  if (paths.size === 0) await refuseArchiveInside(place, nested);
  return paths;
}

/** A folder that holds only the archive as it was downloaded is easily given in its place. */
async function refuseArchiveInside({ format, files }: CifarPlace, folder: string): Promise<void> {
  const start = format.name.toLowerCase();
  const archive = (await files.names(folder)).find(
    (name) => name.startsWith(start) && /\.(tar\.gz|tgz|tar)$/.test(name),
  );
  if (archive === undefined) return;
  throw badRequest(`${folder} holds no files of ${format.name}, but ${archive}: give the path of that archive.`);
}

/** The files by the names of the binary version, to which those of the version for Python are brought. */
async function readFiles(place: CifarPlace): Promise<ReadonlyMap<string, NamedBytes>> {
  const { format, path, files } = place;
  if (!(await files.isFolder(path))) return inBinaryVersion(format, await readArchive(place));
  const read = new Map<string, NamedBytes>();
  for (const [name, file] of await pathsInFolder(place)) {
    const byteLength = await files.size(file);
    checkSize(format, { name, path: file, byteLength });
    read.set(name, { path: file, bytes: await files.read(file) });
  }
  return inBinaryVersion(format, read);
}

function inBinaryVersion(format: CifarFormat, read: ReadonlyMap<string, NamedBytes>): ReadonlyMap<string, NamedBytes> {
  if ([...format.trainingFiles, format.testFile].some((name) => read.has(name))) return read;
  const brought = new Map<string, NamedBytes>();
  for (const [binaryName, name] of format.python.files) {
    const file = read.get(name);
    if (file !== undefined) brought.set(binaryName, binaryVersion(format, binaryName, file));
  }
  return brought;
}

/**
 * Records in each file. An archive has to be unpacked for that, and a file for Python has to be read; in a folder of the binary
 * version, the sizes of the files are enough.
 */
async function countRecords(place: CifarPlace): Promise<ReadonlyMap<string, number>> {
  const { format, files } = place;
  const sizes: [name: string, path: string, byteLength: number][] = [];
  const paths = (await files.isFolder(place.path)) ? await pathsInFolder(place) : null;
  if (paths?.has(format.testFile)) {
    for (const [name, path] of paths) sizes.push([name, path, await files.size(path)]);
  } else {
    for (const [name, { path, bytes }] of await readFiles(place)) sizes.push([name, path, bytes.length]);
  }
  const records = sizes.filter(([name]) => name.endsWith('.bin'));
  return new Map(records.map(([name, path, byteLength]) => [name, recordCount(format, path, byteLength)]));
}

/** Reads one name per line; the authors' files end with empty lines. */
function readClassNames(format: CifarFormat, file: NamedBytes | undefined): readonly string[] | undefined {
  if (file === undefined) return undefined;
  const lines = new TextDecoder().decode(file.bytes).split('\n');
  const found = lines.map((line) => line.trim()).filter((name) => name !== '');
  if (found.length === format.classes) return found;
  throw corrupt(file.path, `names ${found.length} classes, but ${format.name} has ${format.classes}`);
}

function required<T>(files: ReadonlyMap<string, T>, name: string, { format, path }: CifarPlace): T {
  const file = files.get(name);
  if (file !== undefined) return file;
  throw new AppError(
    'not-found',
    `${path} holds no ${name}: the binary version of ${format.name} has that file, that for Python ${format.python.files.get(name)}.`,
  );
}

/** Reads the folder of the binary version or of that for Python, its parent folder, or the authors' archive (.tar.gz or .tar). */
async function openCifar(place: CifarPlace): Promise<DataSource> {
  const { format } = place;
  const read = await readFiles(place);
  const trainingFiles = format.trainingFiles.map((name) => required(read, name, place));
  const testFile = required(read, format.testFile, place);
  const classNames = readClassNames(format, read.get(format.classNamesFile));
  const training = await decodeCifar(place, trainingFiles);
  const test = await decodeCifar(place, [testFile]);
  return classNames === undefined ? { training, test } : { training, test, classNames };
}

/** The data set as the sizes of its files describe it. */
async function describeCifar(place: CifarPlace): Promise<DatasetInfo> {
  const { format, path } = place;
  const counts = await countRecords(place);
  const training = format.trainingFiles
    .map((name) => required(counts, name, place))
    .reduce((sum, count) => sum + count, 0);
  const test = required(counts, format.testFile, place);
  if (training === 0 || test === 0) throw corrupt(path, `holds no ${format.name} record to train or to test on`);
  return { training, test, validation: 0, height: SIDE, width: SIDE, channels: CHANNELS, classes: format.classes };
}
