import type { MessagePort } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { flattenError } from './remote-error.ts';

type Method = (...input: never[]) => unknown;

/** Answers the thread that started this one: with its own functions, and with those that `methodOf` finds. */
export function serveThread<Own extends Readonly<Record<string, Method>>>(
  port: MessagePort,
  own: Own,
  methodOf: (name: string) => (...input: unknown[]) => unknown,
): void {
  createBirpc<object, Own>(own, {
    post: (message) => port.postMessage(message),
    on: (listener) => port.on('message', listener),
    serialize: flattenError,
    resolver: (name, found) => found ?? methodOf(name),
  });
}
