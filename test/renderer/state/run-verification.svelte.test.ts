import { describe, expect, it } from 'vitest';
import { RunVerification } from '../../../src-renderer/state/run-verification.svelte.ts';

/** An app whose lab reports one step, then waits until it is told how the verification ends. */
function appWith(end: (signal: AbortSignal) => Promise<unknown>) {
  const failures: unknown[] = [];
  const app = {
    notices: { attempt: (work: () => Promise<void>) => work().catch((error: unknown) => failures.push(error)) },
    api: {
      runs: {
        verify: (_input: unknown, { signal }: { signal: AbortSignal }) => end(signal),
        verifying: async (_input: unknown, { signal }: { signal: AbortSignal }) => progressUntil(signal),
      },
    },
  };
  return { verification: new RunVerification(app as never, 'run-1'), failures };
}

async function* progressUntil(signal: AbortSignal) {
  yield { runId: 'another', step: 9, steps: 20 };
  yield { runId: 'run-1', step: 3, steps: 20 };
  await aborted(signal);
  throw signal.reason;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('the verification of a run on its page', () => {
  it('shows how far its own run is, then what came of it', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const { verification, failures } = appWith(() => promise);
    const done = verification.start();
    await expect.poll(() => verification.progress?.step).toBe(3);
    expect([verification.isUnderWay, verification.result]).toEqual([true, null]);
    resolve({ outcome: 'same' });
    await done;
    expect([verification.isUnderWay, verification.result]).toEqual([false, { outcome: 'same' }]);
    expect(failures).toEqual([]);
  });

  it('can be cancelled without a notice, and tells what fails', async () => {
    const cancelled = appWith(async (signal) => {
      await aborted(signal);
      throw new Error('The verification was cancelled.');
    });
    const done = cancelled.verification.start();
    cancelled.verification.cancel();
    await done;
    expect([cancelled.failures, cancelled.verification.isUnderWay]).toEqual([[], false]);
    const failing = appWith(async () => {
      throw new Error('A run trains.');
    });
    await failing.verification.start();
    expect(failing.failures).toEqual([new Error('A run trains.')]);
  });
});
