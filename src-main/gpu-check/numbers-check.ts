import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrayLength, relativeDifference } from '#core/gpu-check/array-difference.ts';
import { GPU_NETWORKS, judgedDepths } from '#core/gpu-check/judged-networks.ts';
import type { StepNumbers, StepProcess } from '#core/gpu-check/step-requests.ts';
import type { GpuCheck } from './check.ts';

/**
 * Both compute in single precision and add up in another order: what is allowed for the loss and for each gradient, as a share of it. On one processor the
 * graphs for a GPU differ from its own by 4e-6 at most, but by 0.016 in MobileNetV2 and 0.013 in DenseNet-BC, at one depth each, where a ReLU is switched by last
 * bits. Whatever is computed wrongly differs by more than that.
 */
const TOLERANCES = { loss: 1e-4, gradient: 5e-2 } as const;
/** A gradient counts as at least this share of all of the step together. */
const LEAST_SHARE = 1e-3;
/** Numbers do not depend on the size of a batch, but time does. */
const BATCH_SIZE = 8;

export const numbersCheck: GpuCheck = {
  id: 'numbers',
  title: "Losses and gradients against the processor's",
  needsCard: true,
  seconds: (isQuick) => (isQuick ? 60 : 150),
  async run(tools, findings) {
    const [checked, processor] = [tools.openChecked(), tools.openProcessor()];
    const files = ['checked', 'processor'].map((name) => join(tools.folder, name));
    findings.say(
      `Allowed: ${TOLERANCES.loss} of the loss, ${TOLERANCES.gradient} of each gradient's length. Batches of ${BATCH_SIZE}.`,
    );
    findings.columns(['network', 'depths', 'largest difference of a loss', 'of a gradient', 'which']);
    for (const [place, network] of GPU_NETWORKS.entries()) {
      const small = { ...network, batchSize: BATCH_SIZE };
      const [{ layers }] = await Promise.all(
        [checked, processor].map((process) => process.ask('open', { network: small })),
      );
      const depths = judgedDepths(layers, tools.isQuick);
      const worst = { loss: 0, gradient: 0, which: '' };
      for (const [done, frozenLayers] of depths.entries()) {
        tools.progress((place + done / depths.length) / GPU_NETWORKS.length, `${network.name}, ${frozenLayers} frozen`);
        const ask = (process: StepProcess, file: string) => process.ask('numbers', { frozenLayers, file });
        const [actual, expected] = await Promise.all([ask(checked, files[0]), ask(processor, files[1])]);
        const difference = differenceOf({ numbers: actual, file: files[0] }, { numbers: expected, file: files[1] });
        worst.loss = Math.max(worst.loss, difference.loss);
        if (difference.gradient > worst.gradient) {
          worst.gradient = difference.gradient;
          worst.which = `${difference.name}, ${frozenLayers} frozen`;
        }
      }
      findings.row([
        network.name,
        depths.length,
        differenceText(worst.loss),
        differenceText(worst.gradient),
        worst.which,
      ]);
      if (!(worst.loss <= TOLERANCES.loss && worst.gradient <= TOLERANCES.gradient)) {
        findings.fail(`${network.name} differs from the processor by more than is allowed.`);
      }
    }
    checked.end();
    processor.end();
  },
};

interface Written {
  readonly numbers: StepNumbers;
  readonly file: string;
}

/** What is not a number, or missing, differs infinitely. */
function differenceOf(actual: Written, expected: Written) {
  const [left, right] = [gradientsOf(actual), gradientsOf(expected)];
  const least = LEAST_SHARE * arrayLength(right.values());
  const differences = [...right].map(([name, values]) => ({
    name,
    gradient: finite(relativeDifference(left.get(name) ?? new Float32Array(), values, least)),
  }));
  const largest = differences.reduce((worst, one) => (one.gradient > worst.gradient ? one : worst));
  const loss = Math.abs(actual.numbers.loss - expected.numbers.loss) / Math.abs(expected.numbers.loss);
  return { ...largest, loss: finite(loss) };
}

function differenceText(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(1);
}

function finite(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

function gradientsOf({ numbers, file }: Written): ReadonlyMap<string, Float32Array> {
  const bytes = readFileSync(file);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float32Array.BYTES_PER_ELEMENT);
  let begin = 0;
  return new Map(
    numbers.gradients.map(([name, length]) => {
      begin += length;
      return [name, all.subarray(begin - length, begin)];
    }),
  );
}
