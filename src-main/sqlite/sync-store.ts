import type { SentBlocks } from '#core/block/sent-block.ts';
import type { ExchangeFiles } from '#core/exchange/exchange-files.ts';
import type { Keeping } from '#core/keeping-ports.ts';
import type { Readings, Store } from '#core/ports.ts';
import type { Synchronous } from './synchronous.ts';

/** What others answer: readings of pages, what people keep, files of event lines, and which runs train elsewhere. */
type OfOthers = keyof Readings | keyof Keeping | keyof ExchangeFiles | keyof SentBlocks | 'damage';

/** The part of the port that is about runs, studies, data sets and weights. */
export type SyncStore = Synchronous<Omit<Store, OfOthers>>;
