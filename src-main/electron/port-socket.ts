/** What we need of a message port of Electron's main process. */
export interface Port {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(data: unknown): void;
}

/** Longest message of a page: a draft of a study is the largest, at some kilobytes. */
const MOST_CHARACTERS = 1024 * 1024;

/**
 * A message port in the shape of a socket, for oRPC's handler of sockets: unlike the one for ports it survives whatever it
 * cannot read. Text of bounded length is all that a page's client sends, so nothing else gets through.
 */
export class PortSocket {
  readonly #port: Port;

  constructor(port: Port) {
    this.#port = port;
  }

  send(data: unknown): void {
    this.#port.postMessage(data);
  }

  addEventListener(name: string, listener: (event: { readonly data: unknown }) => void): void {
    if (name === 'close') this.#port.on('close', () => listener({ data: null }));
    if (name !== 'message') return;
    this.#port.on('message', ({ data }) => {
      if (typeof data === 'string' && data.length <= MOST_CHARACTERS) listener({ data });
    });
  }
}
