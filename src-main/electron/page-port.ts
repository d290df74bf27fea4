import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/bun-ws';
import { wireNumbers } from '#contract/wire.ts';

/** The part that we need of a message port in Electron's main process. */
export interface Port {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(data: unknown): void;
}

/**
 * The longest message of a page that is read; the longest that a page sends is a draft of a study, with some kilobytes.
 */
const MOST_CHARACTERS = 1024 * 1024;

/**
 * Answers what a page asks on its port. oRPC's handler for single messages survives messages that it cannot read, unlike
 * its handler for ports. A page's client only sends text of limited length, so nothing else is passed to the handler.
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
