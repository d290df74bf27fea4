import { stringKey } from './random.ts';

/** Leaves room for an ending and for what other programs add: file systems allow 255 bytes, encrypted ones 143. */
const MOST_BYTES = 120;

/** Everything but letters with their marks, digits, dots, underscores, spaces and dashes. */
const NOT_IN_FILES = /[^\p{L}\p{M}\p{N}._ -]+/gu;
/** A dash at the start reads as an option, a dot hides the file, and Windows drops dots and spaces at the end. */
const EDGES = /^[. -]+|[. -]+$/g;
/** Devices of Windows. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;
/** What this rule itself appends. */
const MARK = /-[0-9a-f]{8}$/;

/**
 * A name that people gave, as the name of a file without its ending: short, in no other folder, and not the file of another name,
 * also where the disk ignores case or writes accents apart. A name that is none of this by itself ends in a hash of itself.
 */
export function fileNameOf(name: string): string {
  const plain = plainName(name);
  if (plain === name && isOwn(name)) return name;
  const mark = `-${stringKey(name).toString(16).padStart(8, '0')}`;
  // A device is one up to its first dot.
  const noDevice = isDevice(plain) ? plain.replaceAll('.', '-') : plain;
  return `${cut(noDevice, MOST_BYTES - mark.length).replaceAll(EDGES, '') || 'unnamed'}${mark}`;
}

/**
 * Names joined to one that people read, as the name of a file without its ending: "quick-comparison". Where it is too long, the
 * first of them are cut. Two lists may give the same name: whoever writes a file looks whether one is there.
 */
export function readableFileName(parts: readonly string[]): string {
  const plain = parts.map((part) => plainName(part).replaceAll(/ *-[ -]*/g, '-')).filter((part) => part !== '');
  const last = cut(plain.at(-1) ?? '', MOST_BYTES / 2);
  const first = cut(plain.slice(0, -1).join('-'), MOST_BYTES - byteLength(last) - 1).replaceAll(EDGES, '');
  const name = [first, last].filter((part) => part !== '').join('-') || 'unnamed';
  return isDevice(name) ? `${name.replaceAll('.', '-')}_` : name;
}

function plainName(name: string): string {
  return name.normalize('NFC').replaceAll(NOT_IN_FILES, '-').replaceAll(EDGES, '');
}

/** Whether no other name could be given this file. */
function isOwn(name: string): boolean {
  return name !== '' && folded(name) === name && byteLength(name) <= MOST_BYTES && !MARK.test(name) && !isDevice(name);
}

function isDevice(name: string): boolean {
  return DEVICE.test(name.split('.')[0].trimEnd());
}

/** Equal for names that differ only in case; the way over capitals also makes ß and ss equal, as some disks do. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** The beginning of a text, in whole characters as people count them. */
function cut(text: string, mostBytes: number): string {
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
  let kept = '';
  for (const { segment } of segments) {
    if (byteLength(kept) + byteLength(segment) > mostBytes) break;
    kept += segment;
  }
  return kept;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
