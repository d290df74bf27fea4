import { byteText } from '#core/byte-amount.ts';
import { badRequest } from '#core/errors.ts';
import type { FileLimit } from './ordinary-file.ts';

/** The text of a stream, such as stdin. Throws as soon as there is more of it than a file of this kind may have. */
export async function boundedText(
  stream: AsyncIterable<unknown>,
  name: string,
  { what, mostBytes }: Pick<FileLimit, 'what' | 'mostBytes'>,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : (piece as Uint8Array);
    length += bytes.length;
    if (length > mostBytes) throw badRequest(`${name} is too long: ${what} may have ${byteText(mostBytes)}.`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString();
}
