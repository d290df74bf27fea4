import { badRequest } from '../errors.ts';
import type { DataFiles } from './data-files.ts';
import type { KindFiles } from './dataset-kind.ts';
import { type FileFormat, FORMAT_BYTES, fileFormat } from './file-formats.ts';

/**
 * Refuses a folder where a kind has files, and a file whose first bytes show that it is something else, with what to do. What is not
 * there, or not known, is left to the kind's reader.
 */
export async function checkChosenPath(path: string, wanted: KindFiles, files: DataFiles): Promise<void> {
  if (!(await files.exists(path))) return;
  const takesFolder = wanted.takes.includes('folder');
  if (await files.isFolder(path)) {
    if (!takesFolder) throw badRequest(`${path} is a folder: give ${await fileInside(path, wanted, files)}.`);
    return;
  }
  const format = fileFormat(await files.head(path, FORMAT_BYTES));
  if (format === null || isWanted(format, wanted)) return;
  const isLoneGzip = format.endings.includes('gz') && !/\.(tar\.gz|tgz)$/i.test(path);
  // One image or one packed file of a folder: the reader says that the folder is needed.
  if ((isLoneGzip || format.sort === 'image') && !wanted.takes.includes('file')) return;
  throw badRequest(`${path} is ${format.name}: ${adviceFor(path, format, wanted)}.`);
}

function isWanted({ endings }: FileFormat, { takes, filter }: KindFiles): boolean {
  return takes.includes('file') && filter?.extensions.some((extension) => endings.includes(extension)) === true;
}

async function fileInside(path: string, { filter }: KindFiles, files: DataFiles): Promise<string> {
  const endings = filter?.extensions ?? [];
  const names = await files.names(path);
  const inside = names.filter((name) => endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`)));
  if (inside.length === 0) return `the file itself, whose name ends in .${endings[0]}`;
  return inside.length === 1
    ? files.join(path, inside[0])
    : `one of the files in it, such as ${files.join(path, inside[0])}`;
}

function adviceFor(path: string, { sort, endings }: FileFormat, { takes, filter }: KindFiles): string {
  const takesFolder = takes.includes('folder');
  if (sort === 'archive' && endings.includes('npz') && path.toLowerCase().endsWith('.npz')) {
    return 'add NumPy arrays as the kind npz';
  }
  if (sort === 'archive') {
    return takesFolder
      ? 'unpack it, and give the folder'
      : `unpack it, and give the .${filter?.extensions[0]} file in it`;
  }
  if (sort === 'image') return 'put images into folders by class, and add these as the kind image-folder';
  if (endings.includes('npy'))
    return 'save images and labels in one file, by np.savez("data.npz", x_train=..., y_train=..., x_test=..., y_test=...)';
  const isData = endings.length > 0 && !['pdf', 'html', 'xml'].includes(endings[0]);
  return isData
    ? 'it is not read; save its images and labels as arrays, by np.savez, and add them as the kind npz'
    : 'it holds no data set; check where it came from';
}
