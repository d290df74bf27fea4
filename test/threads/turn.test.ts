import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { newTurn, Turn } from '../../src-main/threads/turn.ts';

/** A thread that takes its turn many times, and notes whenever somebody else has it too. */
const THREAD = `
  const { workerData: { turn, shared, entry } } = require('node:worker_threads');
  import(entry).then(async ({ Turn }) => {
    const [own, inside] = [new Turn(turn), new Int32Array(shared)];
    for (let times = 0; times < 200; times++) {
      await own.take(async () => {
        if (Atomics.add(inside, 0, 1) !== 0) Atomics.add(inside, 1, 1);
        await null;
        Atomics.sub(inside, 0, 1);
        Atomics.add(inside, 2, 1);
      });
    }
  });`;

it('only one thread at a time does what takes turns', async () => {
  const [turn, shared] = [newTurn(), new SharedArrayBuffer(12)];
  const entry = new URL('../../src-main/threads/turn.ts', import.meta.url).href;
  const threads = [1, 2, 3].map(() => new Worker(THREAD, { eval: true, workerData: { turn, shared, entry } }));
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
  expect([...new Int32Array(shared)]).toEqual([0, 0, 600]);
});

it('a turn ends where the work fails', async () => {
  const turn = new Turn(newTurn());
  await expect(turn.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turn.take(async () => 'next')).toBe('next');
});
