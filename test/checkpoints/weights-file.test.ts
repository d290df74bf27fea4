import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { buildNetwork, modelSchema } from '#core/network/network.ts';
import { describeNetwork, product } from '#core/network/shape-ops.ts';
import { inTorchvision } from '#core/network/torchvision-weights.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { placedWeights } from '#core/weights/placed-weights.ts';
import type { StoredWeights } from '#core/weights/stored-weights.ts';
import type { PlacedVariable } from '#core/weights/weight-fit.ts';
import { writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { readStoredWeights, readWeights, readWeightsContent } from '../../src-main/checkpoints/weights-file.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/weights/', import.meta.url));
const TYPES = join(FIXTURES, 'types.safetensors');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-file-'));
});

afterAll(() => rm(folder, { recursive: true }));

function placed(stored: string, shape: readonly number[], axes: readonly number[] | null = null): PlacedVariable {
  const variable: VariableDescription = { name: stored, shape, kind: 'conv-kernel' };
  return { variable, stored, turned: axes === null ? null : { axes, shape } };
}

const read = (path: string, ...chosen: readonly PlacedVariable[]) =>
  readWeights({ path, choose: () => chosen, check: () => undefined });

describe('values', () => {
  it.each(['half', 'brain', 'double', 'single'])(
    'of type %s are the float32 that PyTorch makes of them',
    async (name) => {
      const bits: Record<string, number[]> = JSON.parse(
        readFileSync(join(FIXTURES, 'types-as-float32-bits.json'), 'utf8'),
      );
      const values = (await read(TYPES, placed(name, [bits[name].length]))).get(name) ?? new Float32Array();
      const expected = new Float32Array(Uint32Array.from(bits[name]).buffer);
      // Each NaN is the same NaN; -0 is not 0.
      expect(Array.from(values)).toEqual(Array.from(expected));
    },
  );

  it('of other types are refused where they are needed, and only there', async () => {
    await expect(read(TYPES, placed('byte', [3]))).rejects.toThrow(/"byte" is of the type U8: save it as F32/);
    await expect(read(TYPES, placed('single', [2]))).resolves.toBeDefined();
  });

  it("are turned from PyTorch's axes, each to its place", async () => {
    const [height, width, inputs, outputs] = [2, 3, 4, 5];
    const values = Float32Array.from({ length: outputs * inputs * height * width }, (_, index) => index);
    const path = join(folder, 'turned.safetensors');
    await writeSafetensors(path, {
      tensors: new Map([['kernel', { shape: [outputs, inputs, height, width], values }]]),
      metadata: {},
    });
    const ours = (await read(path, placed('kernel', [height, width, inputs, outputs], [3, 2, 0, 1]))).get('kernel');
    ours?.forEach((value, place) => {
      const o = place % outputs;
      const i = Math.floor(place / outputs) % inputs;
      const w = Math.floor(place / (outputs * inputs)) % width;
      const h = Math.floor(place / (outputs * inputs * width));
      expect(value).toBe(((o * inputs + i) * height + h) * width + w);
    });
  });
});

/** Variables of at most so many values are compared: each kind has some, and the largest networks stay quick. */
const MOST_VALUES = 40_000;

describe.each([
  '{"kind":"resnet","depth":18}',
  '{"kind":"resnet","depth":50}',
  '{"kind":"mobilenet-v2","width":0.1}',
  '{"kind":"densenet-121"}',
  '{"kind":"vgg-16-bn","width":0.02}',
])('a file of %s that was exported with the names of torchvision', (text) => {
  it('gives every variable what it was', async () => {
    const model = modelSchema.parse(JSON.parse(text));
    const layers = describeNetwork(buildNetwork(model, { height: 32, width: 32, channels: 3 }, 3)).map((layer) => ({
      ...layer,
      variables: layer.variables.filter(({ shape }) => product(shape) <= MOST_VALUES),
    }));
    const variables = layers.flatMap((layer) => layer.variables);
    const ours = new Map(
      variables.map(({ name, shape }, first) => {
        const values = Float32Array.from({ length: product(shape) }, (_, index) => first + index / 65_536);
        return [name, { shape, values }];
      }),
    );
    const path = join(folder, `${model.kind}.safetensors`);
    await writeSafetensors(path, { tensors: inTorchvision(ours, model), metadata: {} });
    const choose = (stored: StoredWeights) =>
      placedWeights({ weights: { path, head: 'keep' }, stored, model, layers }).placed;
    const read = await readWeights({ path, choose, check: () => undefined });
    expect(read.size).toBe(variables.length);
    for (const [name, { values }] of ours)
      expect(Buffer.compare(bytesOf(read.get(name)), bytesOf(values)), name).toBe(0);
  });
});

function bytesOf(values: Float32Array = new Float32Array()): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

describe('a file', () => {
  it('is known by the hash of all its bytes', async () => {
    // sha256sum test/fixtures/weights/types.safetensors
    const sha256 = '989d1106d7aef2667f88ba196bab4bda6a1b020c545916ba81ed8d31d1fcf663';
    expect(await readWeightsContent(TYPES)).toMatchObject({ sha256, bytes: 475 });
    const hashes: string[] = [];
    await readWeights({ path: TYPES, choose: () => [], check: (found) => hashes.push(found) });
    expect(hashes).toEqual([sha256]);
  });

  it.each([
    ['zip.pth', 'zip.pth', 'zip.safetensors'],
    ['legacy.pth', 'legacy.pth', 'legacy.safetensors'],
    ['zip.pth', 'model.safetensors', 'model-converted.safetensors'],
    ['zip.pth', 'pytorch_model.bin', 'pytorch_model.safetensors'],
    ['zip.pth', 'epoch 3.ckpt', 'epoch 3.safetensors'],
  ])('that is the pickle %s, called %s, is refused with two lines of Python', async (fixture, name, target) => {
    const path = join(folder, name);
    await copyFile(join(FIXTURES, fixture), path);
    const error = await readStoredWeights(path).catch((thrown: unknown) => thrown);
    if (!(error instanceof AppError)) throw new Error('It was read.');
    expect(error).toMatchObject({ code: 'bad-request', message: expect.stringMatching(/^[^\n]*is a pickle[^\n]*\.$/) });
    // These two lines were run on the fixtures: what they wrote is read.
    expect(error.lines).toEqual([
      `import torch, safetensors.torch; saved = torch.load("${path}", map_location="cpu", weights_only=True)`,
      `safetensors.torch.save_file({k: v.clone().contiguous() for k, v in saved.get("state_dict", saved.get("model", saved)).items() if torch.is_tensor(v)}, "${join(folder, target)}")`,
    ]);
  });

  it.each([
    ['weights.h5', '\x89HDF\r\n\x1a\n and more', "a file of Keras' weights"],
    ['model.keras', `PK\x03\x04${'\0'.repeat(22)}\x0d\0\0\0metadata.json{}`, "a file of Keras' weights"],
    ['arrays.npz', `PK\x03\x04${'\0'.repeat(22)}\x05\0\0\0a.npy`, "NumPy's arrays"],
    ['resnet.onnx', '\x08\x08\x12\x07pytorch\x1a\x052.1.0', 'an ONNX model'],
    ['model.tflite', '\x1c\0\0\0TFL3', 'a TensorFlow Lite model'],
    ['model.ckpt-3.index', 'table', 'a TensorFlow checkpoint'],
    ['variables.data-00000-of-00001', 'values', 'a TensorFlow checkpoint'],
    ['saved_model.pb', 'graph', 'a TensorFlow graph'],
    ['lfs.safetensors', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'Git LFS'],
  ])('called %s is refused by what it is', async (name, text, format) => {
    const path = join(folder, name);
    await writeFile(path, Buffer.from(text, 'latin1'));
    await expect(readStoredWeights(path)).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(new RegExp(`^[^\\n]*is [^\\n]*${format}[^\\n]*\\.$`)),
    });
  });

  it.each([
    ['a few bytes', 'abc'],
    ['another text', 'not safetensors at all, but longer'],
  ])('with %s is not sound', async (_what, text) => {
    const path = join(folder, 'damaged.safetensors');
    await writeFile(path, text);
    await expect(readStoredWeights(path)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(
        /damaged.safetensors is not a sound safetensors file: [^.]*; copy or download it again\.$/,
      ),
    });
  });

  it.each(['none.safetensors', 'none.pth', 'none.h5'])(
    'called %s with nothing in it is said to be empty',
    async (name) => {
      const path = join(folder, name);
      await writeFile(path, '');
      await expect(readStoredWeights(path)).rejects.toThrow(`${path} is empty: copy or download it again.`);
    },
  );

  it('that is a folder, or not there, is said to be so', async () => {
    await expect(readStoredWeights(folder)).rejects.toThrow(/is a folder: give the safetensors file in it/);
    await expect(readStoredWeights(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
  });
});
