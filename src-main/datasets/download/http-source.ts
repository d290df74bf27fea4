import type { Readable } from 'node:stream';
import { type Dispatcher, EnvHttpProxyAgent, errors, request } from 'undici';
import { badRequest, messageOf } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { SourceProblem } from './source-problem.ts';

export interface HttpLimits {
  readonly connectMs: number;
  /** How long a server may take to begin its answer. */
  readonly answerMs: number;
  /** How long it may send nothing in the middle of it. */
  readonly silenceMs: number;
}

export const HTTP_LIMITS: HttpLimits = { connectMs: 20_000, answerMs: 60_000, silenceMs: 60_000 };

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** These say that the server could answer later. */
const BUSY = [408, 425, 429, 500, 502, 503, 504];
const MOST_WAIT_MS = 120_000;

/** From where on a file is asked for, and what the bytes before were. */
export interface FileRange {
  readonly from: number;
  /** Makes a server whose file has changed send all of it; null where nothing is known that would. */
  readonly validator: string | null;
}

export interface FileAnswer {
  /** Where the first byte of the body belongs. */
  readonly start: number;
  /** The size of the whole file; null where the server does not say. */
  readonly total: number | null;
  /** For a later `If-Range`. */
  readonly validator: string | null;
  readonly isWebPage: boolean;
  /** Its pieces; reading them throws a SourceProblem where the connection breaks. */
  body(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Asks web servers for files, through the proxies that the environment names. */
export class HttpSource {
  readonly #dispatcher: Dispatcher;
  readonly #limits: HttpLimits;

  constructor(limits: HttpLimits = HTTP_LIMITS) {
    this.#limits = limits;
    this.#dispatcher = proxied(limits);
  }

  /** Throws a SourceProblem where the server has no such file or cannot be reached. */
  async open(address: string, range: FileRange, signal: AbortSignal): Promise<FileAnswer> {
    let url = new URL(address);
    const { origin } = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const answer = await this.#ask(url, { range, signal, isFirst: url.origin === origin });
      const { statusCode, headers, body } = answer;
      if (!REDIRECTS.includes(statusCode)) return fileAnswer(answer, range);
      await body.dump();
      url = redirected(url, first(headers.location));
    }
    throw new SourceProblem('refused', 'redirects without end');
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #ask(url: URL, { range, signal, isFirst }: Asking): Promise<Dispatcher.ResponseData> {
    const { origin, pathname, search, username, password } = url;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    try {
      return await request(origin + pathname + search, {
        dispatcher: this.#dispatcher,
        signal,
        headersTimeout: this.#limits.answerMs,
        bodyTimeout: this.#limits.silenceMs,
        headers: {
          'user-agent': 'freezeout-lab',
          'accept-encoding': 'identity',
          ...(range.from === 0 ? {} : { range: `bytes=${range.from}-` }),
          ...(range.from === 0 || range.validator === null ? {} : { 'if-range': range.validator }),
          ...(isFirst && username !== ''
            ? { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
            : {}),
        },
      });
    } catch (error) {
      throw problemOf(error);
    }
  }
}

interface Asking {
  readonly range: FileRange;
  readonly signal: AbortSignal;
  /** Whether this is the server that was asked at first: no other one gets the credentials. */
  readonly isFirst: boolean;
}

function proxied({ connectMs }: HttpLimits): Dispatcher {
  try {
    // A proxy of http is asked for an address by http as it stands: many tunnel to port 443 alone.
    return new EnvHttpProxyAgent({ connect: { timeout: connectMs }, proxyTunnel: false });
  } catch {
    // The address may hold a password, and the error quotes it.
    throw badRequest('HTTP_PROXY or HTTPS_PROXY is not the address of a proxy: set it like http://proxy.example:3128.');
  }
}

/** A server may send us on over https, or within itself: never from https to http, and never to another machine by http. */
function redirected(from: URL, location: string | null): URL {
  if (location === null || !URL.canParse(location, from.href))
    throw new SourceProblem('refused', 'redirects to nowhere');
  const to = new URL(location, from);
  const isSafe = to.protocol === 'https:' || (to.protocol === 'http:' && to.origin === from.origin);
  if (!isSafe) throw new SourceProblem('refused', `redirects to ${to.protocol}//${to.host}, which is not secure`);
  return to;
}

function fileAnswer(answer: Dispatcher.ResponseData, range: FileRange): FileAnswer {
  const { statusCode, headers, body } = answer;
  // Whoever leaves a body unread hears of that as an error; a reader gets each error from its loop.
  body.on('error', () => undefined);
  if (statusCode === 200)
    return { ...described(headers, body), start: 0, total: wholeNumber(first(headers['content-length'])) };
  const place = statusCode === 206 ? contentRange(first(headers['content-range'])) : null;
  if (place?.start === range.from) return { ...described(headers, body), ...place };
  body.destroy();
  throw refusal(statusCode, first(headers['retry-after']));
}

function described(headers: Headers, body: Readable): Pick<FileAnswer, 'validator' | 'isWebPage' | 'body'> {
  const pieces = new BodyPieces(body);
  return {
    validator: validatorOf(first(headers.etag), first(headers['last-modified'])),
    isWebPage: first(headers['content-type'])?.startsWith('text/html') === true,
    body: () => pieces.read(),
  };
}

type Headers = Dispatcher.ResponseData['headers'];

function refusal(statusCode: number, retryAfter: string | null): SourceProblem {
  if (BUSY.includes(statusCode)) return new SourceProblem('passing', `answers ${statusCode}`, waitOf(retryAfter));
  if (statusCode === 416) return new SourceProblem('refused', RANGE_REFUSED);
  if (statusCode === 206) return new SourceProblem('refused', 'sends another part of the file than the one asked for');
  return new SourceProblem('refused', `answers ${statusCode}`);
}

/** The server has less than what is here already: the file has changed. */
export const RANGE_REFUSED = 'answers 416: what was downloaded before does not fit its file';

/** So many pieces may wait for the disk. */
const MOST_WAITING = 64;

/**
 * The pieces of a body, from now on. What came before the connection broke is given before that is said, which a loop over a
 * stream does not do.
 */
class BodyPieces {
  readonly #body: Readable;
  readonly #waiting: Uint8Array[] = [];
  #end: { readonly error: unknown } | null = null;
  #wake = (): void => undefined;

  constructor(body: Readable) {
    this.#body = body;
    body.on('data', (piece: Uint8Array) => {
      if (this.#waiting.push(piece) === MOST_WAITING) body.pause();
      this.#wake();
    });
    body
      .on('end', () => this.#stop(null))
      .on('error', (error: unknown) => this.#stop(error))
      .on('close', () => this.#stop(null));
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      while (this.#end === null || this.#waiting.length > 0) {
        const piece = this.#waiting.shift();
        if (piece === undefined) await this.#news();
        else yield piece;
      }
      if (this.#end.error !== null) throw problemOf(this.#end.error);
    } finally {
      this.#body.destroy();
    }
  }

  #news(): Promise<void> {
    this.#body.resume();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #stop(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }
}

/** The server's own mark of this version of the file; null where it gives none that has to be the same byte by byte. */
function validatorOf(etag: string | null, lastModified: string | null): string | null {
  return etag === null || etag.startsWith('W/') ? lastModified : etag;
}

function contentRange(header: string | null): { readonly start: number; readonly total: number | null } | null {
  const found = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? '');
  return found === null ? null : { start: Number(found[1]), total: wholeNumber(found[2]) };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** `Retry-After` is a number of seconds or a date. */
function waitOf(header: string | null): number | null {
  if (header === null) return null;
  const ms = wholeNumber(header) === null ? Date.parse(header) - Date.now() : 1000 * Number(header);
  return Number.isFinite(ms) ? Math.min(MOST_WAIT_MS, Math.max(0, ms)) : null;
}

function first(header: string | readonly string[] | undefined): string | null {
  return (typeof header === 'string' ? header : header?.[0]) ?? null;
}

const NETWORK_WORDS: Readonly<Partial<Record<string, string>>> = {
  ENOTFOUND: 'is not found by name (is this machine online?)',
  EAI_AGAIN: 'is not found by name (is this machine online?)',
  ECONNREFUSED: 'accepts no connection',
  ECONNRESET: 'broke the connection',
  UND_ERR_SOCKET: 'broke the connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'broke the connection',
  ENETUNREACH: 'cannot be reached from here',
  EHOSTUNREACH: 'cannot be reached from here',
  ETIMEDOUT: 'does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'does not answer',
  UND_ERR_BODY_TIMEOUT: 'stopped sending',
};

/** What a failed request says of the server. Aborts and errors of our own stay as they are. */
function problemOf(error: unknown): unknown {
  const proxyStatus = /Proxy response \((\d+)\)/.exec(messageOf(error))?.[1];
  if (proxyStatus !== undefined) {
    const advice = 'check HTTPS_PROXY and NO_PROXY';
    return new SourceProblem('refused', `is not reached, since the proxy answers ${proxyStatus}: ${advice}`);
  }
  const isAbort =
    error instanceof errors.RequestAbortedError || (error instanceof Error && error.name === 'AbortError');
  const code = isAbort ? undefined : (errorCodeOf(error) ?? codeOfCause(error));
  if (code === undefined) return error;
  return new SourceProblem('passing', NETWORK_WORDS[code] ?? `cannot be asked (${code})`);
}

/** Several addresses of one name fail together. */
function codeOfCause(error: unknown): string | undefined {
  return error instanceof AggregateError ? errorCodeOf(error.errors[0]) : undefined;
}
