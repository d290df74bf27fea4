import type { ExportClient, ExportWatching } from '#contract/exporter.ts';
import { AppError } from '#core/errors.ts';
import type { ExportNews } from '#core/exchange/export-news.ts';
import type { SentLines } from '#core/exchange/line-transfer.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';

interface WantedLines {
  readonly study: string;
  /** Whether the home is on another machine, so that its files are not here. */
  readonly isElsewhere: boolean;
}

/** Pieces, and at the end whether they were all. */
type Pieces = AsyncGenerator<Uint8Array, boolean, undefined>;
type Ended = ExportWatching & { readonly signal: AbortSignal };

/** The event lines of a study: from the file that the owner of the home writes on this machine, or as it sends them. Throws the signal's reason. */
export async function* linePieces(
  { study, isElsewhere }: WantedLines,
  { studies }: Pick<ExportClient, 'studies'>,
  watching: ExportWatching,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = watching;
  const end = new AbortController();
  const ends = AbortSignal.any([end.signal, ...(signal === undefined ? [] : [signal])]);
  const ended = { ...watching, signal: ends };
  try {
    const isWhole = isElsewhere
      ? yield* sentPieces(await studies.lines({ study }, { signal: ends }), ended)
      : yield* writtenPieces(await studies.export({ study }, { signal: ends }), ended);
    if (isWhole) return;
  } finally {
    end.abort();
  }
  signal?.throwIfAborted();
  throw new AppError('unavailable', 'The export ended without an answer: export the study again.');
}

async function* writtenPieces(stream: AsyncIterable<ExportNews>, watching: Ended): Pieces {
  for await (const news of stream) {
    tell(news, watching);
    if (news.type !== 'written') continue;
    yield* ordinaryPieces(news.path, EVENT_LINES_LIMIT, { signal: watching.signal });
    return true;
  }
  return false;
}

async function* sentPieces(stream: AsyncIterable<SentLines>, watching: ExportWatching): Pieces {
  for await (const news of stream) {
    if (news.type === 'whole') return true;
    if (news.type === 'piece') yield news.bytes;
    else tell(news, watching);
  }
  return false;
}

type Told = ExportNews | Exclude<SentLines, { readonly type: 'piece' | 'whole' }>;

function tell(news: Told, { told, warn }: ExportWatching): void {
  if (news.type === 'failed') throw new AppError(news.code, news.message);
  if (news.type === 'writing') {
    told?.({ runs: news.runs, of: news.of, lines: news.events });
    return;
  }
  told?.({ runs: 0, of: 0, lines: news.lines });
  for (const sentence of news.leftOut) warn(sentence);
}
