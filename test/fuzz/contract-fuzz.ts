import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { AnyContractProcedure } from '@orpc/contract';
import type { z } from 'zod';
import type { LabClient } from '#contract/client.ts';
import { contract } from '#contract/contract.ts';
import { pageContract } from '#contract/desktop.ts';
import { translateErrors, wireNumbers } from '#contract/wire.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { DesktopPorts } from '../../src-main/electron/desktop-ports.ts';
import { answerOn } from '../../src-main/electron/page-port.ts';
import { createPageRouter } from '../../src-main/electron/page-router.ts';
import type { DrawnNumbers } from './drawn-numbers.ts';
import { valueFor } from './schema-values.ts';

/** The longest that an answer may take on a machine that is also busy with other things. */
const MOST_WAIT_MS = 60_000;

/** These train, measure, download or read folders for long: what they do is tried elsewhere. */
const LONG = new Set([
  'runs.measure',
  'runs.verify',
  'runs.predict',
  'studies.estimate',
  'datasets.get',
  'datasets.verify',
]);

type Call = (input: unknown) => Promise<unknown>;

export interface FuzzedProcedure {
  readonly name: string;
  readonly input: z.ZodType;
  readonly call: Call;
}

/** Every procedure of the home's contract, on a client of the home's socket. */
export function overSocket(client: LabClient): readonly FuzzedProcedure[] {
  return proceduresOf(contract, client);
}

/** Every procedure of the page's contract but those of the desktop, on a message port as the preload passes it on. */
export function overPagePort(lab: LabClient): readonly FuzzedProcedure[] {
  const [page, app] = joinedPorts();
  const untouched = () => {
    throw new Error('A procedure of the desktop was reached.');
  };
  const connection = {
    client: async () => lab,
    ask: (question: (client: LabClient) => unknown) => question(lab),
    ownerships: untouched,
  };
  const mailbox = { follow: untouched };
  const ports = {
    lab: connection,
    home: '/',
    window: untouched,
    navigation: mailbox,
    notices: mailbox,
    hasTray: untouched,
    tools: {},
  };
  answerOn(app, createPageRouter(ports as unknown as DesktopPorts));
  const link = new RPCLink({
    port: page as never,
    customJsonSerializers: wireNumbers,
    interceptors: [translateErrors],
  });
  const { desktop: _desktop, ...shared } = pageContract;
  return proceduresOf(shared, createORPCClient(link));
}

/** Two ends of a message port that pass text on in the next turn. */
function joinedPorts() {
  const ends = [new EventEmitter(), new EventEmitter()] as const;
  const sendTo = (end: EventEmitter) => (data: unknown) => void setImmediate(() => end.emit('message', { data }));
  const page = {
    postMessage: sendTo(ends[1]),
    addEventListener: (name: string, hear: (event: unknown) => void) => void ends[0].on(name, hear),
    start: () => undefined,
  };
  return [page, Object.assign(ends[1], { postMessage: sendTo(ends[0]) })] as const;
}

function proceduresOf(entries: object, client: unknown): readonly FuzzedProcedure[] {
  return Object.entries(entries).flatMap(([noun, verbs]) =>
    Object.entries<AnyContractProcedure>(verbs).flatMap(([verb, entry]) => {
      const name = `${noun}.${verb}`;
      const input = entry['~orpc'].inputSchema as z.ZodType | undefined;
      if (LONG.has(name) || input === undefined) return [];
      const call = Reflect.get(Reflect.get(client as object, noun), verb) as Call;
      return [{ name, input, call: (value: unknown) => call(value) }];
    }),
  );
}

export interface ContractFuzz {
  readonly procedures: readonly FuzzedProcedure[];
  readonly numbers: DrawnNumbers;
  readonly names: readonly string[];
}

/** Asks a random procedure something random. What is wrong with the answer; null for an answer, or a refusal in one sentence. */
export async function askAnything({ procedures, numbers, names }: ContractFuzz): Promise<string | null> {
  const { name, input, call } = numbers.of(procedures);
  const value = valueFor(input, { numbers, names });
  const stop = new AbortController();
  const late = sleep(MOST_WAIT_MS, 'late', { signal: stop.signal }).catch(() => undefined);
  try {
    const answer = await Promise.race([call(value), late]);
    if (answer === 'late') return `${name} does not answer ${told(value)}`;
    await ended(answer);
    return null;
  } catch (error) {
    return problemOf(error, `${name} ${told(value)}`);
  } finally {
    stop.abort();
  }
}

/** A stream of events is not listened to: its end frees what it holds. */
async function ended(answer: unknown): Promise<void> {
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return;
  await (answer as AsyncGenerator<unknown>).return(undefined);
}

function problemOf(error: unknown, question: string): string | null {
  if (!(error instanceof AppError)) return `${question} is answered with ${messageOf(error)}`;
  if (error.code === 'internal') return `${question} is an internal error: ${error.message}`;
  return /^[^\r\n]+\.$/.test(error.message) ? null : `${question} is not answered in one sentence: ${error.message}`;
}

function told(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 500) ?? String(value);
}
