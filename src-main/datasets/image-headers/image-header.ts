import { fileFormat, startsLike } from '#core/data/file-formats.ts';
import type { ImageHeader } from './found-header.ts';
import { jpegHeader } from './jpeg-header.ts';
import { bmpHeader, gifHeader, pnmHeader } from './plain-headers.ts';
import { pngHeader } from './png-header.ts';
import { tiffHeader } from './tiff-header.ts';
import { webpHeader } from './webp-header.ts';

type ReadHeader = (bytes: Uint8Array) => ImageHeader;

/** The first bytes of a format, as Latin-1, where `?` stands for any byte. */
const READERS: readonly (readonly [start: string, read: ReadHeader])[] = [
  ['\xff\xd8', jpegHeader],
  ['\x89PNG\r\n\x1a\n', pngHeader],
  ['RIFF????WEBP', webpHeader],
  ['BM', bmpHeader],
  ['II*\0', tiffHeader],
  ['MM\0*', tiffHeader],
  ['GIF87a', gifHeader],
  ['GIF89a', gifHeader],
  ...['P1', 'P2', 'P3', 'P4', 'P5', 'P6'].map((start) => [start, pnmHeader] as const),
];

/** The header of an image of a format that we read, by its first bytes and not by its name; else null. */
export function imageHeader(bytes: Uint8Array): ImageHeader | null {
  const [, read] = READERS.find(([start]) => startsLike(bytes, start)) ?? [];
  return read?.(bytes) ?? null;
}

/** Formats of images and videos that we do not read. */
const UNREAD: readonly (readonly [start: string, name: string])[] = [
  ['????ftypavi', 'an AVIF image'],
  ['????ftyphei', 'a HEIC image'],
  ['????ftyphev', 'a HEIC image'],
  ['????ftypmif1', 'a HEIC image'],
  ['????ftypmsf1', 'a HEIC image'],
  ['????ftyp', 'a video'],
  ['\xff\x0a', 'a JPEG XL image'],
  ['\0\0\0\x0cJXL ', 'a JPEG XL image'],
  ['\0\0\0\x0cjP  ', 'a JPEG 2000 image'],
  ['\xff\x4f\xff\x51', 'a JPEG 2000 image'],
  ['II+\0', 'a BigTIFF image'],
  ['MM\0+', 'a BigTIFF image'],
  ['II\xbc\x01', 'a JPEG XR image'],
  ['\0\0\x01\0', 'an ICO image'],
  ['DDS ', 'a DDS image'],
  ['qoif', 'a QOI image'],
  ['8BPS', 'a Photoshop image'],
  ['\x76\x2f\x31\x01', 'an OpenEXR image'],
  ['<svg', 'an SVG drawing'],
  ['<?xml', 'an XML or SVG file'],
];

/** What the bytes are instead of an image that we read: "a HEIC image"; null where that is not known. */
export function unreadFormat(bytes: Uint8Array): string | null {
  const [, name] = UNREAD.find(([start]) => startsLike(bytes, start)) ?? [];
  return name ?? fileFormat(bytes)?.name ?? null;
}
