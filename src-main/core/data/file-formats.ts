/** What a file is by its first bytes, where these are enough to be sure. */
export interface FileFormat {
  /** For people: "a zip archive". */
  readonly name: string;
  readonly sort: 'archive' | 'image' | 'other';
  /** Endings of the files that have this format. */
  readonly endings: readonly string[];
}

/** Whether bytes begin like a text of Latin-1, in which `?` stands for any byte. */
export function startsLike(bytes: Uint8Array, start: string): boolean {
  return [...start].every((letter, index) => letter === '?' || bytes[index] === letter.charCodeAt(0));
}

/** How many bytes of a file are needed to tell its format: tar archives have their mark at byte 257. */
export const FORMAT_BYTES = 262;

const WEB_PAGE = 'a web page, perhaps one that says why a download failed';

type Row = readonly [start: string, name: string, sort: FileFormat['sort'], ...endings: readonly string[]];

const ROWS: readonly Row[] = [
  ['PK\x03\x04', 'a zip archive', 'archive', 'zip', 'npz'],
  ['PK\x05\x06', 'an empty zip archive', 'archive', 'zip', 'npz'],
  ['\x1f\x8b\x08', 'a gzip file', 'archive', 'gz', 'tgz', 'tar.gz'],
  [`${'?'.repeat(257)}ustar`, 'a tar archive', 'archive', 'tar'],
  ['BZh', 'a bzip2 file', 'archive', 'bz2', 'tbz2'],
  ['\xfd7zXZ\0', 'an xz file', 'archive', 'xz', 'txz'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive', 'archive', '7z'],
  ['Rar!\x1a\x07', 'a RAR archive', 'archive', 'rar'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard file', 'archive', 'zst'],
  ['\x04\x22\x4d\x18', 'an LZ4 file', 'archive', 'lz4'],
  ['\x1f\x9d', 'a file packed by compress', 'archive', 'z'],
  ['\x93NUMPY', 'a single NumPy array (.npy)', 'other', 'npy'],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file', 'other', 'h5', 'hdf5'],
  ['MATLAB 5.0 MAT-file', 'a MATLAB file', 'other', 'mat'],
  ['PAR1', 'a Parquet file', 'other', 'parquet'],
  ['ARROW1', 'an Arrow file', 'other', 'arrow'],
  ['SQLite format 3\0', 'an SQLite database', 'other', 'sqlite'],
  ['\x80\x02}', 'a Python pickle', 'other', 'pkl'],
  ['\x80\x03}', 'a Python pickle', 'other', 'pkl'],
  ['\x80\x04\x95', 'a Python pickle', 'other', 'pkl'],
  ['\x80\x05\x95', 'a Python pickle', 'other', 'pkl'],
  ['%PDF', 'a PDF', 'other', 'pdf'],
  ['<!DOCTYPE', WEB_PAGE, 'other', 'html'],
  ['<!doctype', WEB_PAGE, 'other', 'html'],
  ['<html', WEB_PAGE, 'other', 'html'],
  ['<HTML', WEB_PAGE, 'other', 'html'],
  ['<?xml', 'an XML file, perhaps one that says why a download failed', 'other', 'xml'],
  ['version https://git-lfs', 'a pointer of Git LFS: get the file that it points to by `git lfs pull`', 'other'],
  ['\x89PNG\r\n\x1a\n', 'a PNG image', 'image', 'png'],
  ['\xff\xd8\xff', 'a JPEG image', 'image', 'jpg'],
  ['GIF8', 'a GIF image', 'image', 'gif'],
  ['RIFF????WEBP', 'a WebP image', 'image', 'webp'],
];

const FORMATS = ROWS.map(([start, name, sort, ...endings]) => ({ start, format: { name, sort, endings } }));

/** The format that a file surely has; null where that is not known. */
export function fileFormat(bytes: Uint8Array): FileFormat | null {
  return FORMATS.find(({ start }) => startsLike(bytes, start))?.format ?? null;
}
