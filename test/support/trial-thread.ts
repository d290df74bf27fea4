// Entry of a thread for the tests of threads: it answers, fails, waits, moves and dies as it is asked.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import { moving, serveMethodsOf } from '../../src-main/threads/channel.ts';
import { serveThread } from '../../src-main/threads/serve-thread.ts';

const functions = {
  input: (): unknown => workerData,
  add: (a: number, b: number): number => a + b,
  addLater: async (a: number, b: number): Promise<number> => eventLoopTurn(a + b),
  refuse: (message: string): never => {
    throw new AppError('no-space', message);
  },
  breakDown: (): never => {
    throw new TypeError('a bug');
  },
  clone: (): unknown => () => 'no clone of a function can be made',
  doubled: (values: Float32Array): Float32Array => {
    const doubled = values.map((value) => 2 * value);
    return moving(doubled, [doubled.buffer]);
  },
  /** Busy, so that messages which come meanwhile wait. */
  compute: (milliseconds: number): number => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return milliseconds;
  },
  forever: (): Promise<never> => new Promise(() => undefined),
  die: (): Promise<never> =>
    new Promise(() => {
      setImmediate(() => {
        throw new Error('the thread broke');
      });
    }),
  exit: (code: number): void => process.exit(code),
  askBack: (question: string): Promise<string> => starter.ask(question),
};

export type TrialFunctions = typeof functions;

const starter = serveThread<{ ask(question: string): string }>(serveMethodsOf(functions));
