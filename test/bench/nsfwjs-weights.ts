/**
 * Makes a file of pretrained weights for `mobilenet-v2`, for benchmarks and results alone, from the npm package `nsfwjs` (MIT), the
 * one package at hand that holds a MobileNetV2 whose features were born on ImageNet. Only the backbone is read: its head is left out.
 *
 *   npm pack nsfwjs@4.4.0 && tar xzf nsfwjs-4.4.0.tgz
 *   node test/bench/nsfwjs-weights.ts package/dist/models/mobilenet_v2 mobilenet.safetensors
 *
 * The names are torchvision's. Three things differ from Keras's network. Its weights are stored in 8 bits. Its batch norms add
 * 1e-3 to the variance, where ours add 1e-5: the difference is in the variances that are written. It pads at the bottom and at
 * the right where a convolution has stride 2, and we pad all sides: each such convolution reads one pixel further up and left.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { BATCH_NORM_EPSILON } from '#core/network/kernels.ts';
import type { NamedTensor } from '#core/network/pytorch-layout.ts';
import { toPyTorchLayout } from '#core/network/pytorch-layout.ts';
import { product } from '#core/network/shape-ops.ts';
import { writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';

interface StoredWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly quantization: { readonly min: number; readonly scale: number };
}

const KERAS_EPSILON = 1e-3;
const LAST_BLOCK = 16;
const NORM_PARTS = { weight: 'gamma', bias: 'beta', running_mean: 'moving_mean', running_var: 'moving_variance' };

const [folder, target] = process.argv.slice(2);
if (target === undefined) throw new Error('Say the folder of the model and the file to write.');
const stored = storedWeights(resolve(folder));
const tensors = new Map<string, NamedTensor>();
addConvolution('features.0', { kernel: 'Conv1/kernel', norm: 'bn_Conv1' });
addBlock('features.1.conv', 'expanded_conv', ['0', '1', '2']);
for (let block = 1; block <= LAST_BLOCK; block++) {
  const name = `features.${block + 1}.conv`;
  addConvolution(`${name}.0`, { kernel: `block_${block}_expand/kernel`, norm: `block_${block}_expand_BN` });
  addBlock(name, `block_${block}`, ['1', '2', '3']);
}
addConvolution('features.18', { kernel: 'Conv_1/kernel', norm: 'Conv_1_bn' });
const { bytes, sha256 } = await writeSafetensors(target, { tensors, metadata: { format: 'pt' } });
console.log(`${target}: ${tensors.size} tensors, ${bytes} bytes, sha256 ${sha256}`);

/** The depthwise convolution and the projection of a block; `places` are those of torchvision's sequence. */
function addBlock(name: string, keras: string, [depthwise, projection, norm]: readonly string[]): void {
  const kernel = `${keras}_depthwise/depthwise_kernel`;
  addConvolution(`${name}.${depthwise}`, { kernel, norm: `${keras}_depthwise_BN` });
  tensors.set(`${name}.${projection}.weight`, kernelOf(`${keras}_project/kernel`));
  addNorm(`${name}.${norm}`, `${keras}_project_BN`);
}

function addConvolution(name: string, { kernel, norm }: { readonly kernel: string; readonly norm: string }): void {
  tensors.set(`${name}.0.weight`, kernelOf(kernel));
  addNorm(`${name}.1`, norm);
}

function addNorm(name: string, keras: string): void {
  for (const [part, kerasPart] of Object.entries(NORM_PARTS)) {
    const { shape, values } = weightOf(`${keras}/${kerasPart}`);
    const added = part === 'running_var' ? KERAS_EPSILON - BATCH_NORM_EPSILON : 0;
    tensors.set(`${name}.${part}`, { shape, values: values.map((value) => value + added) });
  }
}

/** Keras lays kernels out as we do. */
function kernelOf(name: string): NamedTensor {
  const kind = name.endsWith('depthwise_kernel') ? 'depthwise-kernel' : 'conv-kernel';
  return toPyTorchLayout(weightOf(name), kind);
}

function weightOf(name: string): NamedTensor {
  const weight = stored.get(name);
  if (weight === undefined) throw new Error(`The model has no weight "${name}".`);
  return weight;
}

/** All weights of the model, as Keras lays them out. */
function storedWeights(path: string): ReadonlyMap<string, NamedTensor> {
  const load = createRequire(import.meta.url);
  const [{ weights, paths }] = load(`${path}/model.min.js`).weightsManifest as readonly [
    { readonly weights: readonly StoredWeight[]; readonly paths: readonly string[] },
  ];
  const codes = Buffer.concat(paths.map((part) => Buffer.from(load(`${path}/${part}.min.js`), 'base64')));
  let position = 0;
  return new Map(
    weights.map(({ name, shape, quantization: { min, scale } }) => {
      const size = product(shape);
      const values = Float32Array.from(codes.subarray(position, position + size), (code) => code * scale + min);
      position += size;
      return [name, { shape, values }];
    }),
  );
}
