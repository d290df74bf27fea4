import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { readSafetensors, writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';

/**
 * safetensors.numpy.save({'stem.conv.kernel': arange(6).reshape(1, 1, 2, 3), 'head.dense.bias': [0.5, -1.25]},
 * metadata={'format': 'pt', 'note': 'x'}) of Python's safetensors 0.8.0, numpy 2.4.6, float32.
 */
const FROM_PYTHON =
  'wAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoieCIsImZvcm1hdCI6InB0In0sImhlYWQuZGVuc2UuYmlhcyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMl0s' +
  'ImRhdGFfb2Zmc2V0cyI6WzAsOF19LCJzdGVtLmNvbnYua2VybmVsIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxLDEsMiwzXSwiZGF0YV9vZmZzZXRzIjpbOCwzMl19' +
  'fSAgICAgICAAAAA/AACgvwAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQA==';

const KERNEL = { shape: [1, 1, 2, 3], values: Float32Array.of(0, 1, 2, 3, 4, 5) };
const BIAS = { shape: [2], values: Float32Array.of(0.5, -1.25) };

describe('safetensors', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const pathOf = (name: string) => join(folder, name);

  async function reading(bytes: Uint8Array): ReturnType<typeof readSafetensors> {
    await writeFile(pathOf('read'), bytes);
    return readSafetensors(pathOf('read'));
  }

  it("reads a file of Python's safetensors", async () => {
    const { tensors, metadata } = await reading(Buffer.from(FROM_PYTHON, 'base64'));
    expect(Object.fromEntries(tensors)).toEqual({ 'stem.conv.kernel': KERNEL, 'head.dense.bias': BIAS });
    expect(metadata).toEqual({ note: 'x', format: 'pt' });
  });

  it('writes the bytes that Python would', async () => {
    const tensors = new Map([
      ['head.dense.bias', BIAS],
      ['stem.conv.kernel', KERNEL],
    ]);
    await writeSafetensors(pathOf('written'), { tensors, metadata: { note: 'x', format: 'pt' } });
    expect((await readFile(pathOf('written'))).toString('base64')).toBe(FROM_PYTHON);
  });

  it('gives back any tensors, bit for bit', async () => {
    const tensor = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((size, side) => size * side, 1);
      return fc.float32Array({ minLength: length, maxLength: length }).map((values) => ({ shape, values }));
    });
    const names = fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, tensor)), async (entries) => {
        const tensors = new Map(entries);
        const digest = await writeSafetensors(pathOf('any'), { tensors, metadata: {} });
        const read = await readSafetensors(pathOf('any'));
        expect(read.tensors).toEqual(tensors);
        expect({ bytes: read.bytes, sha256: read.sha256 }).toEqual(digest);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a file that was cut at any byte, in one sentence that names it', async () => {
    const bytes = Buffer.from(FROM_PYTHON, 'base64');
    for (let length = 0; length < bytes.length; length++) {
      const failure = reading(bytes.subarray(0, length));
      await expect(failure).rejects.toMatchObject({ code: 'corrupt' });
      await expect(failure).rejects.toThrow(/read is not a sound safetensors file: .*\.$/);
    }
  });

  it('reads or refuses whatever stands in the header, and never fails otherwise', async () => {
    const bytes = Buffer.from(FROM_PYTHON, 'base64');
    const change = fc.tuple(fc.integer({ min: 0, max: 199 }), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = Buffer.from(bytes);
        for (const [position, value] of changes) changed[position] = value;
        const outcome = await reading(changed).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(AppError);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a header longer than the file', header('', 2n ** 62n), /does not fit/],
    ['another type', header('{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}'), /only F32/],
    ['overlapping tensors', header(`{"a":${entry(0, 4)},"b":${entry(0, 4)}}`), /do not follow/],
    ['a gap', header(`{"a":${entry(4, 8)}}`), /do not follow/],
    ['a shape of other size', header('{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}'), /shape \[3\]/],
    ['bytes that belong to none', header('{}'), /0 bytes of tensors, but there are 4/],
    ['a fractional length', header('{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}'), /malformed/],
  ])('refuses %s', async (_name, bytes, message) => {
    await expect(reading(bytes)).rejects.toThrow(message);
  });

  it('says which file is missing', async () => {
    await expect(readSafetensors(pathOf('absent'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

function entry(start: number, end: number): string {
  return `{"dtype":"F32","shape":[],"data_offsets":[${start},${end}]}`;
}

/** A file with this header and four bytes of tensors. */
function header(text: string, length = BigInt(text.length)): Uint8Array {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length);
  return Buffer.concat([prefix, Buffer.from(text), Buffer.alloc(4)]);
}
