import { createRequire } from 'node:module';
import type { Server, Socket } from 'node:net';
import { basename } from 'node:path';
import type { FaultDraws } from './fault-draws.ts';
import { replace } from './struck-calls.ts';

const SOCKET_NAME = 'lab.sock';
const LONGEST_DELAY_MS = 500;
/** Longer than any answer may take. */
const LONGEST_STALL_MS = 20_000;

type WriteFault = 'delay' | 'stall' | 'reset' | 'cut';

/** Strikes the socket of a home: its owner's binding, connections to it, and every piece that either side writes. */
export function strikeSockets(draws: FaultDraws): void {
  new StruckSockets(draws).install(createRequire(import.meta.url)('node:net'));
}

class StruckSockets {
  readonly #draws: FaultDraws;
  readonly #ours = new WeakSet<object>();
  #waits = 0;

  constructor(draws: FaultDraws) {
    this.#draws = draws;
  }

  install(net: typeof import('node:net')): void {
    const struck = this;
    replace(net.Server.prototype, 'listen', (listen) => {
      return function (this: Server, ...input) {
        const kind = isOurs(input[0]) ? struck.#listening(this) : null;
        if (kind === null) return Reflect.apply(listen, this, input);
        process.nextTick(() => this.emit('error', socketError(kind, 'listen')));
        return this;
      };
    });
    replace(net.Socket.prototype, 'connect', (connect) => {
      return function (this: Socket, ...input) {
        const kind = isOurs(input[0]) ? struck.#connecting(this) : null;
        if (kind === null) return Reflect.apply(connect, this, input);
        process.nextTick(() => this.destroy(socketError(kind, 'connect')));
        return this;
      };
    });
    replace(net.Socket.prototype, '_writeGeneric', (write) => {
      return function (this: Socket, ...input) {
        const go = (...words: readonly unknown[]) => Reflect.apply(write, this, words);
        const kind = struck.#writing(this);
        return kind === null ? go(...input) : struck.#disturb(kind, { socket: this, input, go });
      };
    });
  }

  #listening(server: Server) {
    server.on('connection', (socket) => this.#ours.add(socket));
    return this.#strike('listen', ['EADDRINUSE', 'EACCES'] as const);
  }

  #connecting(socket: Socket) {
    this.#ours.add(socket);
    return this.#strike('connect', ['ECONNREFUSED'] as const);
  }

  #writing(socket: Socket): WriteFault | null {
    return this.#ours.has(socket) ? this.#strike('write', ['delay', 'stall', 'reset', 'cut'] as const) : null;
  }

  #strike<Kind extends string>(name: string, kinds: readonly Kind[]): Kind | null {
    return this.#draws.strike({ target: 'socket', name, path: SOCKET_NAME }, kinds);
  }

  #disturb(kind: WriteFault, { socket, input, go }: Write): void {
    if (kind === 'delay' || kind === 'stall') {
      const longest = kind === 'delay' ? LONGEST_DELAY_MS : LONGEST_STALL_MS;
      const later = () => (socket.destroyed ? undefined : go(...input));
      setTimeout(later, this.#draws.uniform(`${kind} ${this.#waits++}`) * longest).unref();
      return;
    }
    if (kind === 'cut') go(false, firstHalf(input[1]), 'buffer', () => undefined);
    const error = socketError('ECONNRESET', 'write');
    const callback = input.at(-1);
    if (typeof callback === 'function') callback(error);
    socket.destroy(error);
  }
}

/** A write by Node: whether it is of several pieces, these, their encoding and what is called afterwards. */
interface Write {
  readonly socket: Socket;
  readonly input: readonly unknown[];
  readonly go: (...input: readonly unknown[]) => unknown;
}

/** Options, a path, or both in the array that Node makes of the arguments of `connect`. */
function isOurs(target: unknown): boolean {
  const first: unknown = Array.isArray(target) ? target[0] : target;
  const path: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'path') : first;
  return typeof path === 'string' && basename(path) === SOCKET_NAME;
}

/** A frame that was begun. */
function firstHalf(data: unknown): Buffer {
  const first: unknown = Array.isArray(data) ? Reflect.get(Object(data[0]), 'chunk') : data;
  const bytes = Buffer.isBuffer(first) ? first : Buffer.from(String(first));
  return bytes.subarray(0, Math.ceil(bytes.length / 2));
}

function socketError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${syscall} ${code} ${SOCKET_NAME}`), { code, syscall, address: SOCKET_NAME });
}
