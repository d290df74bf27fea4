import type { Duplex } from 'node:stream';
import { createORPCClient, mapEventIterator, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { WebSocket } from 'ws';
import type { LabClient } from '#contract/client.ts';
import { translateErrors, wireNumbers } from '#contract/wire.ts';
import { AppError } from '#core/errors.ts';
import { boundedJsonOf } from '#core/json-of.ts';
import { errorCodeOf } from '#core/system-error.ts';
import { activityOf } from '../setup/process-state.mjs';
import { Silence } from '../threads/silence.ts';
import { isAnswer } from './answer.ts';
import { inTime } from './answer-limit.ts';
import { connectOver, connectSocket, type OpenSocket } from './connecting.ts';
import { anotherVersion, foreignListener, goneOwner, silentOwner } from './owner-error.ts';
import { type OwnerProcess, ownerProcess } from './owner-process.ts';

export interface OwnerConnection {
  readonly client: LabClient;
  /** Names this life of the owner; null where it does not say. */
  readonly life: string | null;
  /** Resolves once the owner has gone or fallen silent, or this side has closed the connection. */
  readonly lost: Promise<void>;
  close(): void;
}

/** The owner sends a sign of life every second. Whoever has missed several looks at what the owner does ... */
const SILENT_SECONDS = 3;
/** ... and waits for so long where it computes: the owner's thread only passes on, but the whole machine may be busy. */
const BUSY_SECONDS = 15;

/** Connects to the owner of a home; null where nobody listens. Throws 'locked' where the one who listens does not answer as an owner does. */
export async function connectToOwner(home: string): Promise<OwnerConnection | null> {
  const open = await connectSocket(home);
  return open === null ? null : connectionOver(open, { home, isWatched: false });
}

/** The same over a line to another machine, which somebody else has made and watches. */
export async function connectThrough(line: Duplex, home: string): Promise<OwnerConnection> {
  return connectionOver(await connectOver(line, home), { home, isWatched: true });
}

interface Reached {
  readonly home: string;
  /** Whether the line to the owner breaks by itself where the owner falls silent. */
  readonly isWatched: boolean;
}

function connectionOver({ socket, life }: OpenSocket, { home, isWatched }: Reached): OwnerConnection {
  let failure: AppError | null = null;
  const fail = (reason: AppError) => {
    failure ??= reason;
    socket.terminate();
  };
  const owner = isWatched ? null : ownerProcess(home);
  if (!isWatched) watch(socket, { owner, onSilence: () => fail(silentOwner(home)) });
  const lost = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  // A broken connection also closes, which resolves `lost` and rejects pending calls.
  socket.on('error', (error) => {
    if (error instanceof AppError) fail(error);
    else if (isMessageError(error)) fail(foreignListener(home, error.message));
    else socket.terminate();
  });
  const link = new RPCLink({
    port: portOver(socket, (problem) => fail(foreignListener(home, problem))),
    customJsonSerializers: wireNumbers,
    interceptors: [
      ({ next, path }) =>
        withReason(() => inTime(next(), { home, owner, path, isFar: isWatched }), {
          ...{ home, socket, lost, failure: () => failure },
        }),
      translateErrors,
    ],
  });
  return { client: createORPCClient(link), life, lost, close: () => socket.close() };
}

interface Watched {
  readonly owner: OwnerProcess | null;
  readonly onSilence: () => void;
}

/** Tells once the owner of a home on this machine has been silent for too long. */
function watch(socket: WebSocket, { owner, onSilence }: Watched): void {
  const silence = new Silence((seconds) => {
    if (seconds < SILENT_SECONDS) return;
    const isBusy = owner !== null && activityOf(owner.pid) === 'busy';
    if (!isBusy || seconds >= BUSY_SECONDS) onSilence();
  });
  socket.on('ping', () => silence.reset());
  socket.on('message', () => silence.reset());
  socket.once('close', () => silence.end());
}

/** Errors of `ws` about what the other side sends, such as a frame that is too long. */
function isMessageError(error: Error): boolean {
  return errorCodeOf(error)?.startsWith('WS_ERR') === true;
}

interface BrokenCall {
  readonly home: string;
  /** Why this side broke the connection; null where it did not. */
  readonly failure: () => AppError | null;
  readonly socket: WebSocket;
  readonly lost: Promise<void>;
}

/** Gives a call, or a stream, that ends with the connection a sentence that says why. */
async function withReason(next: () => Promise<unknown>, call: BrokenCall): Promise<unknown> {
  try {
    const answer = await next();
    if (!isStream(answer)) return answer;
    return mapEventIterator(answer, { value: async (value) => value, error: (error) => reasonOf(error, call) });
  } catch (error) {
    throw await reasonOf(error, call);
  }
}

function isStream(answer: unknown): answer is AsyncIterator<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

/** How oRPC says that it cannot read the values of an answer. */
const NO_ANSWER = /^Invalid RPC /;

/** Once the connection is lost where it is being closed: whoever waits for that hears it before the call fails. */
async function reasonOf(error: unknown, { home, failure, socket, lost }: BrokenCall): Promise<unknown> {
  if (error instanceof ORPCError && error.code === 'NOT_FOUND') return anotherVersion(home);
  if (error instanceof Error && NO_ANSWER.test(error.message))
    return foreignListener(home, 'its answers are no answers');
  if (error instanceof AppError || socket.readyState === WebSocket.OPEN) return error;
  await lost;
  // Whoever can ask the next owner does so: no AppError says that this one has refused.
  return failure() ?? new Error(goneOwner(home), { cause: error });
}

/** Values of an answer: ten thousand runs have a fifth. A foreign program could fill the memory with more. */
const MOST_VALUES = 4_000_000;

/** The socket as a message port, with the message format that oRPC uses for sockets. */
function portOver(socket: WebSocket, refuse: (problem: string) => void) {
  const disconnected = new Set<() => void>();
  return {
    postMessage: (data: string | Uint8Array) => {
      // A message to a socket that has closed is dropped, and the calls that wait for an answer end. An error here would reach nobody
      // where a call is given up, which is told to the owner a moment later, and would end the program.
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
      else for (const hear of disconnected) hear();
    },
    onMessage: {
      addListener: (hear: (data: unknown) => void) => {
        socket.on('message', (data: Buffer, isBinary) => {
          const message = isBinary ? data : boundedJsonOf(data.toString(), MOST_VALUES);
          if (isAnswer(message)) hear(message);
          else refuse('its answers are no answers');
        });
      },
    },
    onDisconnect: {
      addListener: (hear: () => void) => {
        disconnected.add(hear);
        socket.on('close', hear);
      },
    },
  };
}
