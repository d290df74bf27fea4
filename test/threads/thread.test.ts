import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '#core/errors.ts';
import { moving } from '../../src-main/threads/channel.ts';
import { Thread, type ThreadOptions } from '../../src-main/threads/thread.ts';
import type { TrialFunctions } from '../support/trial-thread.ts';

function started(options: Partial<ThreadOptions> = {}): Thread<TrialFunctions> {
  const entry = new URL('../support/trial-thread.ts', import.meta.url);
  const thread = new Thread<TrialFunctions>(entry, { name: 'trial', does: 'is tried', ...options });
  onTestFinished(() => thread.close());
  return thread;
}

const ended = expect.objectContaining({ code: 'internal', message: 'The thread that is tried has ended.' });

test('a thread answers, at once and later, in its own number for each call', async () => {
  const { remote } = started();
  expect(await Promise.all([remote.addLater(1, 2), remote.add(3, 4), remote.add(5, 6)])).toEqual([3, 7, 11]);
});

test('it has the input that it was started with, and calls what its starter serves', async () => {
  const serves = {
    ask: (question: string) => {
      if (question === '') throw new AppError('bad-request', 'Ask something.');
      return `${question}!`;
    },
  };
  const { remote } = started({ input: { path: 'a' }, serves });
  expect(await remote.input()).toEqual({ path: 'a' });
  expect(await remote.askBack('well')).toBe('well!');
  await expect(remote.askBack('')).rejects.toMatchObject({ code: 'bad-request', message: 'Ask something.' });
});

test('errors keep their code and sentence on the way; what nobody expected is internal and says where it came from', async () => {
  const { remote } = started();
  await expect(remote.refuse('The disk is full.')).rejects.toEqual(
    expect.objectContaining({ name: 'AppError', code: 'no-space', message: 'The disk is full.' }),
  );
  const bug = await remote.breakDown().catch((error: unknown) => error);
  expect(bug).toMatchObject({ name: 'AppError', code: 'internal', message: 'a bug' });
  expect(bug).toMatchObject({ cause: expect.stringContaining('trial-thread.ts') });
});

test('a function that is not there and an answer that cannot travel are errors of the call alone', async () => {
  const { remote } = started();
  await expect(Reflect.get(remote, 'nothing')()).rejects.toMatchObject({ code: 'internal' });
  await expect(remote.clone()).rejects.toMatchObject({ code: 'internal' });
  await expect(remote.doubled(moving(new Float32Array(1), [{} as never]))).rejects.toThrow();
  expect(await remote.add(1, 1)).toBe(2);
});

test('buffers move in both directions where they are marked, and are copied elsewhere', async () => {
  const { remote } = started();
  const [copied, moved] = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
  expect(await remote.doubled(copied)).toEqual(Float32Array.of(2, 4));
  expect(await remote.doubled(moving(moved, [moved.buffer]))).toEqual(Float32Array.of(6, 8));
  expect([copied.byteLength, moved.byteLength]).toEqual([8, 0]);
});

test('a thread that dies rejects the calls that wait and the later ones with what it died of', async () => {
  const { remote, ended } = started();
  const died = { code: 'internal', message: 'The thread that is tried failed: the thread broke.' };
  const waiting = remote.forever();
  const results = await Promise.allSettled([waiting, remote.die()]);
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: died });
  await ended;
  await expect(remote.add(1, 2)).rejects.toMatchObject(died);
});

test('a thread that exits rejects them too, in the words of its owner where it has some', async () => {
  const { remote } = started({ endError: (cause) => new AppError('unavailable', `Gone (${cause}).`) });
  await expect(remote.exit(0)).rejects.toMatchObject({ code: 'unavailable', message: 'Gone (null).' });
});

test('what was asked before the close is answered, what waits for something is dropped, and later calls are refused', async () => {
  const thread = started();
  const calls = [thread.remote.compute(50), thread.remote.add(1, 2), thread.remote.forever()];
  const results = Promise.allSettled(calls);
  await thread.close();
  expect(await results).toEqual([
    { status: 'fulfilled', value: 50 },
    { status: 'fulfilled', value: 3 },
    { status: 'rejected', reason: ended },
  ]);
  await expect(thread.remote.add(1, 2)).rejects.toEqual(ended);
});

test('a close while the thread loads ends it after its first answers, and a second close finds it gone', async () => {
  const thread = started();
  const answer = thread.remote.add(1, 2);
  await Promise.all([thread.close(), thread.close()]);
  expect(await answer).toBe(3);
  await thread.close();
});

test('V8 frees no WebAssembly code in a process with threads, not even where it is told to do so all the time', async () => {
  const flags = ['--stress-wasm-code-gc', '--trace-wasm-code-gc'];
  const program = fileURLToPath(new URL('../support/stripping-threads.ts', import.meta.url));
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], { env });
  expect(stdout).toContain('3 threads answered');
  // Before the first thread starts, the program alone may free code that it has loaded.
  expect(stdout).not.toMatch(/outstanding isolates: [2-9]/);
});

test('a thread that says nothing is not waited for, at its end neither', async () => {
  const thread = started({ patienceSeconds: 0.25 });
  await expect(thread.remote.forever()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('The thread that is tried has said nothing for 0.25 s: a disk'),
  });
  await thread.close();
});
