import type { LabClient } from '#contract/client.ts';
import type { ImportNews } from '#core/exchange/import-news.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { openOrdinary, ordinaryPieces } from '../files/ordinary-file.ts';

interface SendingOptions {
  readonly signal: AbortSignal;
  readonly onShare: (share: number) => void;
}

/** Sends a file of event lines to the owner of a home, and passes on what that tells of its import. */
export async function* sentFile(
  { runs }: Pick<LabClient, 'runs'>,
  path: string,
  { signal, onShare }: SendingOptions,
): AsyncGenerator<ImportNews> {
  const size = await sizeOf(path);
  for await (const news of await runs.receive({ bytes: size }, { signal })) {
    if (news.type !== 'wants') {
      yield news;
      continue;
    }
    let at = 0;
    // A file that grows meanwhile is sent as it was.
    for await (const bytes of ordinaryPieces(path, EVENT_LINES_LIMIT, { byteLength: size, signal })) {
      await runs.takePiece({ transfer: news.transfer, at, bytes }, { signal });
      at += bytes.length;
      onShare(at / size);
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  const { handle, size } = await openOrdinary(path, EVENT_LINES_LIMIT);
  await handle.close();
  return size;
}
