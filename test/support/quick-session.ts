import { existsSync } from 'node:fs';
import type { Network } from '#core/network/ops.ts';
import type { TrainingSession, TrainingStep } from '#core/training/session.ts';
import { FakeSession } from './fake-training.ts';

/** In the place of what loads TensorFlow and of its session, with their names. */
export function loadTensorFlow() {
  return { binding: null, device: { backend: 'made-up', tensorflowVersion: 'none', device: 'none', threads: 1 } };
}

export function createGraphSession(_binding: null, { network }: { readonly network: Network }): TrainingSession {
  return new PacedSession(network);
}

/** While there is a file of this name, each step takes so long, without a processor. */
const { QUICK_TRAINER_SLOWED_BY: slowedBy } = process.env;
const SLOW_STEP_MS = 50;
const nothing = new Int32Array(new SharedArrayBuffer(4));

class PacedSession extends FakeSession {
  override train(step: TrainingStep): number | null {
    if (slowedBy !== undefined && existsSync(slowedBy)) Atomics.wait(nothing, 0, 0, SLOW_STEP_MS);
    return super.train(step);
  }
}
