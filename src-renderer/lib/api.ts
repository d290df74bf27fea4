import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { PageClient } from '#contract/client.ts';
import { translateErrors, wireNumbers } from '#contract/wire.ts';
import { inWindowWords } from './window-answers.ts';

/** The name under which the preload script hands our port on. */
const CONNECT = 'freezeout-lab:connect';

/** The main process, as far as the page may ask it. What it throws are AppErrors. */
export const api: PageClient = connect();

function connect(): PageClient {
  const { port1, port2 } = new MessageChannel();
  const link = new RPCLink({
    port: port1,
    customJsonSerializers: wireNumbers,
    interceptors: [inWindowWords, translateErrors],
  });
  port1.start();
  window.postMessage(CONNECT, '*', [port2]);
  return createORPCClient(link);
}
