import { badRequest, corrupt } from '../errors.ts';

// How far packed data are unpacked. Photographs pack to a half, drawings of digits to a fifth, drawn shapes on black to a hundredth of
// their size, zeros alone to a thousandth: what promises that much is no data set but a trap, or can be saved unpacked.

const MEBIBYTE = 2 ** 20;

/** So many bytes are unpacked of any file. */
const ALWAYS_UNPACKED = 32 * MEBIBYTE;
const LARGEST_PACKING = 256;

/** So many bytes of packed pixels are kept in memory of any file, and of larger files so many for each byte; more go to the disk. */
const ALWAYS_IN_MEMORY = 64 * MEBIBYTE;
const IN_MEMORY_A_BYTE = 12;

/** The most bytes that so many packed ones are unpacked to. */
function mostUnpacked(storedBytes: number): number {
  return Math.max(ALWAYS_UNPACKED, storedBytes * LARGEST_PACKING);
}

/** Refuses packed data that would become far too much, before anything is unpacked. */
export function checkUnpacked(path: string, unpackedBytes: number, storedBytes: number): void {
  if (unpackedBytes <= mostUnpacked(storedBytes)) return;
  const [unpacked, stored] = [unpackedBytes, storedBytes].map((bytes) => bytes.toLocaleString('en-US'));
  throw corrupt(
    path,
    `claims to unpack from ${stored} bytes to ${unpacked}, which no images do: save the data unpacked if they are right`,
  );
}

/** The most bytes that are kept in memory of pixels that were so many packed bytes. */
export function mostInMemory(storedBytes: number): number {
  return Math.max(ALWAYS_IN_MEMORY, storedBytes * IN_MEMORY_A_BYTE);
}

/** Photographs in an archive take about as much as outside of it. */
const ARCHIVE_PACKING = 4;
const ALWAYS_OF_ARCHIVE = 64 * MEBIBYTE;

/** The most bytes that are unpacked of an archive whose files are photographs, the skipped ones counted. */
export function mostOfArchive(archiveBytes: number): number {
  return Math.max(ALWAYS_OF_ARCHIVE, archiveBytes * ARCHIVE_PACKING);
}

/** Values of one image in an array: 1,672 x 1,672 pixels in colour. */
const MOST_VALUES = 2 ** 23;

/** Refuses images that are too large to be worked on one by one. */
export function checkImageSize(path: string, values: number, shape: readonly number[]): void {
  if (values <= MOST_VALUES) return;
  const most = MOST_VALUES.toLocaleString('en-US');
  throw badRequest(
    `${path} has images of ${shape.join(' x ')} values: an image may have ${most}, so make them smaller.`,
  );
}
