import { AppError } from '#core/errors.ts';
import type { ArrivingFile } from '#core/exchange/exchange-files.ts';
import type { ReceivedLines, SentLines } from '#core/exchange/line-transfer.ts';
import { failureNews } from '#core/failure-news.ts';
import type { Store } from '#core/ports.ts';
import type { Exchange } from './exchange.ts';
import { newPublicId } from './identity.ts';
import type { Works } from './works.ts';

interface LineTransferPorts {
  readonly store: Store;
  readonly exchange: Exchange;
  readonly works: Works;
}

/** Sends event lines to a machine that has not the files of this home, and takes them from there. */
export class LineTransfers {
  readonly #ports: LineTransferPorts;
  readonly #arriving = new Map<string, Arriving>();

  constructor(ports: LineTransferPorts) {
    this.#ports = ports;
  }

  /** Exports as `Exchange.export` does, and sends what was written. */
  async *send(reference: string, signal?: AbortSignal): AsyncGenerator<SentLines> {
    const { store, exchange } = this.#ports;
    for await (const news of exchange.export(reference, signal)) {
      if (news.type !== 'written') {
        yield news;
        continue;
      }
      const { path, ...said } = news;
      yield said;
      for await (const bytes of store.filePieces(path)) yield { type: 'piece', bytes };
      yield { type: 'whole' };
      return;
    }
  }

  /**
   * Takes a file of so many bytes, piece by piece, and imports it as `Exchange.import` does, once it is whole. What arrived of one that does not
   * become whole goes, once nobody listens any more.
   */
  async *receive(size: number, signal?: AbortSignal): AsyncGenerator<ReceivedLines> {
    const { store, exchange, works } = this.#ports;
    const id = newPublicId();
    const arriving = new Arriving(await store.arrivingFile(), size);
    const end = () => arriving.end();
    const work = works.begin({ title: 'Receiving runs to import', cancel: end });
    arriving.onShare = (share) => work.tell({ share });
    this.#arriving.set(id, arriving);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    try {
      yield { type: 'wants', transfer: id };
      const isWhole = await arriving.whole;
      work.end();
      if (isWhole) yield* exchange.import(arriving.path, signal);
      else yield failureNews(new AppError('unavailable', 'The file did not arrive whole: nothing of it was imported.'));
    } finally {
      work.end();
      signal?.removeEventListener('abort', end);
      this.#arriving.delete(id);
      await arriving.close();
      await store.discardFile(arriving.path);
    }
  }

  /** Takes the next piece of a file. Throws 'not-found' where none is waited for, and 'conflict' for a piece of another place. */
  async take(id: string, at: number, bytes: Uint8Array): Promise<void> {
    const arriving = this.#arriving.get(id);
    if (arriving === undefined)
      throw new AppError('not-found', 'Nobody waits for this file any more: import it again.');
    await arriving.take(at, bytes);
  }

  /** Nothing more is waited for. */
  close(): void {
    for (const arriving of this.#arriving.values()) arriving.end();
  }
}

/** A file that is not whole yet. */
class Arriving {
  /** Resolves to whether it is whole, once nothing more is to come. */
  readonly whole: Promise<boolean>;
  onShare: (share: number) => void = () => undefined;
  readonly #file: ArrivingFile;
  readonly #size: number;
  #received = 0;
  #settle: (isWhole: boolean) => void = () => undefined;
  /** Pieces are written one after the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor(file: ArrivingFile, size: number) {
    this.#file = file;
    this.#size = size;
    this.whole = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get path(): string {
    return this.#file.path;
  }

  take(at: number, bytes: Uint8Array): Promise<void> {
    const taken = this.#writing.then(() => this.#take(at, bytes));
    this.#writing = taken.catch(() => this.end());
    return taken;
  }

  end(): void {
    this.#settle(false);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #take(at: number, bytes: Uint8Array): Promise<void> {
    if (at !== this.#received || at + bytes.length > this.#size)
      throw new AppError('conflict', 'A piece of the file came to the wrong place: import the file again.');
    await this.#file.append(bytes);
    this.#received += bytes.length;
    this.onShare(this.#received / this.#size);
    if (this.#received === this.#size) this.#settle(true);
  }
}
