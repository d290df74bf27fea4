import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/bun-ws';
import { wireNumbers } from '#contract/wire.ts';

/** What we need of a message port of Electron's main process. */
export interface Port {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(data: unknown): void;
}

/** Longest message of a page: a draft of a study is the largest, at some kilobytes. */
const MOST_CHARACTERS = 1024 * 1024;

/**
 * Answers what a page asks on its port. oRPC's handler of single messages survives whatever it cannot read, unlike the one
 * for ports; text of bounded length is all that a page's client sends, so nothing else gets through to it.
 */
export function answerOn(port: Port, router: AnyRouter): void {
  const handler = new RPCHandler(router, { customJsonSerializers: wireNumbers });
  const page = {
    send: (message: unknown) => {
      port.postMessage(message);
      return 0;
    },
  };
  port.on('message', ({ data }) => {
    if (typeof data !== 'string' || data.length > MOST_CHARACTERS) return;
    handler.message(page, data).catch((error: unknown) => console.error(error));
  });
  port.on('close', () => handler.close(page));
}
