import type { ExportClient, ExportWatching } from '#contract/exporter.ts';
import { AppError } from '#core/errors.ts';
import type { ExportNews } from '#core/exchange/export-news.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';

/** The event lines of a study, from the file that the owner of the home writes on this machine. Throws the signal's reason. */
export async function* linePieces(
  study: string,
  { studies }: Pick<ExportClient, 'studies'>,
  { signal, told, warn }: ExportWatching,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = new AbortController();
  const ends = AbortSignal.any([end.signal, ...(signal === undefined ? [] : [signal])]);
  try {
    for await (const news of await studies.export({ study }, { signal: ends })) {
      if (news.type === 'failed') throw new AppError(news.code, news.message);
      told?.(progressOf(news));
      if (news.type === 'writing') continue;
      for (const sentence of news.leftOut) warn(sentence);
      yield* ordinaryPieces(news.path, EVENT_LINES_LIMIT, { signal: ends });
      return;
    }
  } finally {
    end.abort();
  }
  signal?.throwIfAborted();
  throw new AppError('unavailable', 'The export ended without an answer: export the study again.');
}

function progressOf(news: Exclude<ExportNews, { readonly type: 'failed' }>) {
  if (news.type === 'writing') return { runs: news.runs, of: news.of, lines: news.events };
  return { runs: 0, of: 0, lines: news.lines };
}
