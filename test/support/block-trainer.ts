import { open, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/**
 * Loaded into a trainer before its own code: once the trainer hears its host, it tells the host so, by a message that a trainer can
 * send, and blocks as the variable says.
 */
const { BLOCKED_BY: how = '', BLOCKING_PIPE: pipe = '' } = process.env;
const FOR_EVER = 2 ** 31;

const BLOCKS: Readonly<Record<string, () => unknown>> = {
  'a loop that never ends': () => {
    for (;;);
  },
  'a call into a library': () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FOR_EVER),
  'a pipe that its main thread opens': () => openSync(pipe, 'r'),
  'a pipe that is opened for it': () => open(pipe, 'r', () => undefined),
  'a pipe that another thread opens': () =>
    new Worker(`require('node:fs').openSync(${JSON.stringify(pipe)}, 'r')`, { eval: true }),
};

const send = process.send?.bind(process);
// Threads of the trainer load this file too, and have no channel to the host.
if (send !== undefined) {
  const waiting = setInterval(() => {
    if (process.listenerCount('disconnect') === 0) return;
    clearInterval(waiting);
    send({ type: 'predicted' }, undefined, undefined, () => BLOCKS[how]());
  }, 5);
}
