/**
 * Our side of step-memory.ts, in a process of its own: loads TensorFlow, builds a network and its graph, and trains some steps. Its
 * one argument is a `MemoryRequest`; it prints the `MemorySample`s, the first one before the first step.
 */
import type { ModelSpec } from '#core/network/network.ts';
import type { ReducedPrecision } from '#core/training/precision.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { judgedNetwork, steppedNetwork } from '../support/judged-networks.ts';
import { forgetPeak, residentMegabytes } from '../support/resident-memory.ts';

export interface MemoryRequest {
  readonly model: ModelSpec;
  readonly side: number;
  readonly batch: number;
  /** Default: float32. */
  readonly precision?: ReducedPrecision | undefined;
  readonly steps: number;
  /** Steps between two samples. */
  readonly every: number;
  /** Frozen layers from each of these steps on. */
  readonly freezes: readonly { readonly step: number; readonly frozen: number }[];
}

export interface MemorySample {
  /** Steps done. */
  readonly step: number;
  readonly frozen: number;
  /** Resident, in MB; the peak since the first sample. */
  readonly now: number;
  readonly peak: number;
  /** Tensors outside the graph. */
  readonly tensors: number;
}

const request = JSON.parse(process.argv[2]) as MemoryRequest;
const { precision } = request;
const { binding } = loadTensorFlow('cpu', precision);
const network = judgedNetwork(request.model, request.side);
const { session, batch, learningRates } = steppedNetwork(binding, network, {
  batchSize: request.batch,
  precision,
});
const samples: MemorySample[] = [];

await settle();
forgetPeak();
sample(0, 0);
for (let step = 0; step < request.steps; step++) {
  const frozen = request.freezes.findLast((freeze) => freeze.step <= step)?.frozen ?? 0;
  session.train({ batch, step, frozenLayers: frozen, learningRates, readsLoss: false });
  if ((step + 1) % request.every !== 0) continue;
  await settle();
  sample(step + 1, frozen);
}
console.log(JSON.stringify(samples));
process.exit(0);

/** What JavaScript has left is no memory of the steps. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
}

function sample(step: number, frozen: number): void {
  samples.push({ step, frozen, ...residentMegabytes(), tensors: binding.getNumOfTensors() });
}
