import type { FailureNews } from '../failure-news.ts';
import type { ExportNews, WrittenLines } from './export-news.ts';
import type { ImportNews } from './import-news.ts';

// Event lines between a home and whoever has not the files of its machine.

/** What is told while the lines of a study are written, and then sent. Without its last word, they are not whole. */
export type SentLines =
  | Extract<ExportNews, { readonly type: 'writing' }>
  | ({ readonly type: 'written' } & Omit<WrittenLines, 'path'>)
  | { readonly type: 'piece'; readonly bytes: Uint8Array }
  | { readonly type: 'whole' }
  | FailureNews;

/** What is told while lines arrive, and then are imported: first for what to send them. */
export type ReceivedLines = { readonly type: 'wants'; readonly transfer: string } | ImportNews;
