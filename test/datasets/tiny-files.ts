import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { onTestFinished } from 'vitest';
import { type DatasetLocation, datasetLocationSchema } from '#core/data/dataset-location.ts';
import { AppError, type ErrorCode } from '#core/errors.ts';

/** A folder that is gone when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'freezeout-data-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A location with its defaults, as a spec gives it. */
export function located(json: { readonly kind: string; readonly [key: string]: unknown }): DatasetLocation {
  return datasetLocationSchema.parse(json);
}

/** The AppError with which the work ends. */
export async function rejection(work: Promise<unknown>): Promise<{ code: ErrorCode; message: string }> {
  const error = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return { code: error.code, message: error.message };
  throw new Error(`expected an AppError, got ${String(error)}`);
}

/** An IDX file: magic, big-endian dimensions, values. */
export function idxBytes(dimensions: readonly number[], values: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt32BE(0x0800 + dimensions.length);
  for (const [index, size] of dimensions.entries()) header.writeUInt32BE(size, 4 + 4 * index);
  return Buffer.concat([header, Buffer.from(values)]);
}

/** Four IDX files of 2x3 images: three for training with pixels 0 .. 17, two for testing with pixels 100 .. 111. */
export function tinyIdxFiles(): Record<string, Buffer> {
  const numbers = (length: number, first: number): number[] => Array.from({ length }, (_, index) => first + index);
  return {
    'train-images-idx3-ubyte': idxBytes([3, 2, 3], numbers(18, 0)),
    'train-labels-idx1-ubyte': idxBytes([3], [2, 0, 9]),
    't10k-images-idx3-ubyte': idxBytes([2, 2, 3], numbers(12, 100)),
    't10k-labels-idx1-ubyte': idxBytes([2], [1, 3]),
  };
}

export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}

/** A CIFAR record whose red plane is `red`, green `green` and blue counts the pixels modulo 251. */
export function cifarRecord(labels: readonly number[], red: number, green: number): Buffer {
  const blue = Buffer.from(Array.from({ length: 1024 }, (_, pixel) => pixel % 251));
  return Buffer.concat([Buffer.from(labels), Buffer.alloc(1024, red), Buffer.alloc(1024, green), blue]);
}

/** The six CIFAR-10 files: two records in the first, none in the second, one in the others. */
export function tinyCifar10Files(): Record<string, Buffer> {
  return {
    'data_batch_1.bin': Buffer.concat([cifarRecord([0], 1, 101), cifarRecord([9], 2, 102)]),
    'data_batch_2.bin': Buffer.alloc(0),
    'data_batch_3.bin': cifarRecord([3], 3, 103),
    'data_batch_4.bin': cifarRecord([4], 4, 104),
    'data_batch_5.bin': cifarRecord([5], 5, 105),
    'test_batch.bin': cifarRecord([6], 6, 106),
  };
}

export async function tarBytes(files: Readonly<Record<string, Uint8Array>>, folder = ''): Promise<Buffer> {
  const archive = pack();
  for (const [name, bytes] of Object.entries(files)) archive.entry({ name: folder + name }, bytes);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
