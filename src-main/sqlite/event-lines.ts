import { readSync } from 'node:fs';
import { badRequest } from '#core/errors.ts';
import { LONGEST_LINE } from '#core/exchange/event-line.ts';

/** A line of a file that is not empty, without its end. */
export interface TextLine {
  readonly text: string;
  /** From 1, as editors count, empty lines too. */
  readonly number: number;
  /** Whether the file ends within it: it may be cut. */
  readonly isLast: boolean;
}

const PIECE_BYTES = 2 ** 18;
const LINE_FEED = 10;
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * Reads lines piece by piece, so that memory does not depend on the size of the file. `note` gets the number of bytes read so far.
 * Throws a bad request for a line that is too long, or that is not UTF-8.
 */
export function* textLinesOf(descriptor: number, note: (bytes: number) => void): Generator<TextLine> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let open: Buffer[] = [];
  let openBytes = 0;
  let number = 1;
  let bytes = 0;
  for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece)) {
    bytes += read;
    note(bytes);
    let start = 0;
    for (let end = endOfLine(piece, start, read); end >= 0; end = endOfLine(piece, start, read)) {
      yield* lineOf([...open, piece.subarray(start, end)], number++, false);
      [open, openBytes] = [[], 0];
      start = end + 1;
    }
    openBytes += read - start;
    if (openBytes > LONGEST_LINE) throw tooLong(number);
    if (start < read) open.push(Buffer.from(piece.subarray(start, read)));
  }
  yield* lineOf(open, number, true);
}

/** The index of the next line feed among the bytes that were read; -1 where there is none. */
function endOfLine(piece: Buffer, start: number, read: number): number {
  const end = piece.indexOf(LINE_FEED, start);
  return end < read ? end : -1;
}

function* lineOf(parts: readonly Uint8Array[], number: number, isLast: boolean): Generator<TextLine> {
  const bytes = Buffer.concat(parts);
  if (bytes.length > LONGEST_LINE) throw tooLong(number);
  const text = decoded(bytes, number).replace(BYTE_ORDER_MARK, '').trim();
  if (text !== '') yield { text, number, isLast };
}

function decoded(bytes: Buffer, number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw badRequest(`Line ${number} is not text in UTF-8: import the file as it was written.`, { cause: error });
  }
}

function tooLong(number: number): Error {
  return badRequest(`Line ${number} is longer than ${LONGEST_LINE / 2 ** 20} MB, as no event is: check the file.`);
}
