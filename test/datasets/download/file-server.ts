import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** What the server does with one request; `file` is the path that is asked for, without its slash. */
export type Behaviour = (file: string, request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  /** Its address, without a slash at the end. */
  readonly address: string;
  /** The requests so far: `name` or `name bytes=10-`. */
  readonly asked: string[];
  /** Serves the next requests, before `files` does. */
  readonly next: Behaviour[];
  /** What it serves by name. */
  readonly files: Map<string, Uint8Array>;
  /** The mark of a version of its files; null where it gives none. */
  etag: string | null;
}

/** A web server on this machine whose faults the test chooses; otherwise it serves ranges as it should. */
export async function fileServer(files: Readonly<Record<string, Uint8Array>>): Promise<FileServer> {
  const state = { asked: [] as string[], next: [] as Behaviour[], files: new Map(Object.entries(files)), etag: '"1"' };
  const server = createServer((request, response) => {
    const file = decodeURIComponent((request.url ?? '').replace(/^\//, '').replace(/\?.*$/, ''));
    state.asked.push(request.headers.range === undefined ? file : `${file} ${request.headers.range}`);
    const behaviour = state.next.shift();
    if (behaviour === undefined) serveRange(state, { file, request, response });
    else behaviour(file, request, response);
  });
  const port = await listening(server);
  onTestFinished(() => closed(server));
  return Object.assign(state as Omit<FileServer, 'address'>, { address: `http://127.0.0.1:${port}` });
}

interface Exchange {
  readonly file: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function serveRange({ files, etag }: Pick<FileServer, 'files' | 'etag'>, { file, request, response }: Exchange): void {
  const bytes = files.get(file);
  if (bytes === undefined) {
    response.writeHead(404).end();
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const mark = etag === null ? {} : { etag };
  if (from === 0 || !isSame) response.writeHead(200, { 'content-length': bytes.length, ...mark }).end(bytes);
  else if (from >= bytes.length) response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  else {
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(206, { 'content-length': bytes.length - from, ...range, ...mark }).end(bytes.subarray(from));
  }
}

/** Sends the first bytes of a file, then breaks the connection. */
export function cutAfter(
  bytes: Uint8Array,
  sent: number,
  headers: Readonly<Record<string, string>> = { etag: '"1"' },
): Behaviour {
  return (_, __, response) => {
    response.writeHead(200, { 'content-length': bytes.length, ...headers });
    response.write(bytes.subarray(0, sent), () => setImmediate(() => response.destroy()));
  };
}

export function answering(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Behaviour {
  return (_, __, response) => {
    response.writeHead(status, headers).end(body);
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
