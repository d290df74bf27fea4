import type { MessagePort, Transferable, Worker } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import { type CarriedError, carriedError, receivedError } from './carried-error.ts';
import { Silence } from './silence.ts';

/** The functions of the other end, each of which gives a promise of its answer. */
export type Remote<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...input: infer Input) => infer Answer
    ? (...input: Input) => Promise<Awaited<Answer>>
    : never;
};

/** Finds a function that this end serves, by its name. */
export type Serve = (name: string) => ((...input: unknown[]) => unknown) | undefined;

/** The messages between two ends. A call and its answer carry the same number. */
export type ChannelMessage =
  | { readonly type: 'call'; readonly number: number; readonly name: string; readonly input: readonly unknown[] }
  | { readonly type: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly number: number; readonly error: CarriedError }
  /** Tells the thread to end once it has nothing left to do. */
  | { readonly type: 'end' };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** How long an end waits for the other one, which owes it answers, to say anything. */
export interface Patience {
  readonly seconds: number;
  /** The error of the calls that wait then. */
  readonly silent: () => AppError;
}

/** One end of a conversation between two threads. Either end may call the functions that the other one serves. */
export class Channel<Functions extends object> {
  /** Calls reject with the AppError that the function threw. */
  readonly remote: Remote<Functions> = remoteOver((name, input) => this.#call(name, input));
  readonly #port: Worker | MessagePort;
  readonly #serve: Serve;
  readonly #waiting = new Map<number, Waiting>();
  readonly #patience: Patience | null;
  #silence: Silence | null = null;
  #calls = 0;
  #end: AppError | null = null;

  constructor(port: Worker | MessagePort, serve: Serve, patience: Patience | null = null) {
    this.#port = port;
    this.#serve = serve;
    this.#patience = patience;
    port.on('message', (message: ChannelMessage) => this.#receive(message));
  }

  /** Rejects waiting calls, and every later one. */
  end(reason: AppError): void {
    this.#end ??= reason;
    this.#give(this.#end);
  }

  /** Rejects waiting calls. */
  #give(reason: AppError): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    this.#listen();
  }

  /** Counts the other end's silence for as long as it owes an answer. */
  #listen(): void {
    const patience = this.#patience;
    if (this.#waiting.size > 0 && patience !== null) {
      this.#silence ??= new Silence((seconds) => seconds >= patience.seconds && this.#give(patience.silent()));
    } else {
      this.#silence?.end();
      this.#silence = null;
    }
  }

  #call(name: string, input: readonly unknown[]): Promise<unknown> {
    if (this.#end !== null) return Promise.reject(this.#end);
    const number = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#post({ type: 'call', number, name, input }, input);
      this.#waiting.set(number, { resolve, reject });
      this.#listen();
    });
  }

  #receive(message: ChannelMessage): void {
    this.#silence?.reset();
    if (message.type === 'call') void this.#answer(message);
    if (message.type !== 'answer' && message.type !== 'failure') return;
    // Nobody waits for an answer that comes after the end.
    const waiting = this.#waiting.get(message.number);
    this.#waiting.delete(message.number);
    this.#listen();
    if (message.type === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(receivedError(message.error));
  }

  async #answer({ number, name, input }: Extract<ChannelMessage, { type: 'call' }>): Promise<void> {
    try {
      const method = this.#serve(name);
      if (method === undefined) throw new AppError('internal', `The other thread has no function "${name}".`);
      const value = await method(...input);
      this.#post({ type: 'answer', number, value }, [value]);
    } catch (error) {
      this.#post({ type: 'failure', number, error: carriedError(error) }, []);
    }
  }

  #post(message: ChannelMessage, values: readonly unknown[]): void {
    this.#port.postMessage(message, values.flatMap(partsToMove));
  }
}

function remoteOver<Functions extends object>(
  call: (name: string, input: readonly unknown[]) => Promise<unknown>,
): Remote<Functions> {
  const methodOf = (name: string | symbol) => {
    // A promise that resolves to the remote asks for its `then`.
    if (typeof name === 'symbol' || name === 'then') return undefined;
    return (...input: unknown[]) => call(name, input);
  };
  return new Proxy({} as Remote<Functions>, { get: (_, name) => methodOf(name) });
}

/** Serves the methods of an object. */
export function serveMethodsOf(object: object): Serve {
  return (name) => {
    const method: unknown = Reflect.get(object, name);
    return typeof method === 'function' ? (...input) => Reflect.apply(method, object, input) : undefined;
  };
}

const movedParts = new WeakMap<object, readonly Transferable[]>();

/** An input or answer whose parts move to the other thread instead of being copied: they are empty here afterwards. */
export function moving<Value extends object>(value: Value, parts: readonly Transferable[]): Value {
  movedParts.set(value, parts);
  return value;
}

function partsToMove(value: unknown): readonly Transferable[] {
  return typeof value === 'object' && value !== null ? (movedParts.get(value) ?? []) : [];
}
