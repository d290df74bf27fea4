import { createHash } from 'node:crypto';
import type { KnownFile } from '#core/data/known/known-dataset.ts';
import { DATA_LIMIT } from '../../files/limits.ts';
import { ordinaryPieces } from '../../files/ordinary-file.ts';

const PIECE_BYTES = 2 ** 20;
const LABELS = { md5: 'MD5', sha256: 'SHA-256' } as const;

interface Checking {
  readonly signal: AbortSignal;
  /** Called with the bytes read so far. */
  readonly read: (bytes: number) => void;
}

/** What is wrong with the bytes at `path`, as the end of a sentence; null where they are the ones that were published. */
export async function wrongBytes(path: string, file: KnownFile, checking: Checking): Promise<string | null> {
  const hashes = file.checksums.map(({ algorithm }) => createHash(algorithm));
  let bytes = 0;
  for await (const piece of ordinaryPieces(path, DATA_LIMIT, { pieceBytes: PIECE_BYTES, signal: checking.signal })) {
    for (const hash of hashes) hash.update(piece);
    bytes += piece.length;
    checking.read(bytes);
  }
  // Somebody may have rounded the size of a file whose checksum is known.
  if (hashes.length === 0) return bytes === file.bytes ? null : `has ${bytes} bytes instead of ${file.bytes}`;
  for (const [index, { algorithm, value, publishedIn }] of file.checksums.entries()) {
    if (hashes[index].digest('hex') === value) continue;
    return `is another file: its ${LABELS[algorithm]} is not the one in ${publishedIn}`;
  }
  return null;
}
