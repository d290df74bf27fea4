import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import { AppError } from '#core/errors.ts';
import { readWeightsContent } from '../../src-main/checkpoints/weights-file.ts';
import { readRunSpec, readStudySpecs } from '../../src-main/cli/spec-file.ts';
import { readContent } from '../../src-main/datasets/dataset-content.ts';
import { FakeShell } from '../cli/fake-shell.ts';
import { type HostileFile, writeThings } from './hostile-thing.ts';
import { forgetPeak, residentMegabytes } from './resident-memory.ts';

export interface HostileReading {
  /** The sentence of the refusal; null where the file was read. */
  readonly refusal: string | null;
  /** By how much this process grew at most. */
  readonly megabytes: number;
  readonly seconds: number;
}

/** Reads a hostile file in this process and its threads, as `lab` does for its words. Throws what is no AppError. */
export async function readHostile(hostile: HostileFile): Promise<HostileReading> {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  try {
    writeThings(folder, hostile.things());
    globalThis.gc?.();
    forgetPeak();
    const { now } = residentMegabytes();
    const start = performance.now();
    const refusal = await refusalOf(hostile.words(folder), folder);
    return { refusal, megabytes: residentMegabytes().peak - now, seconds: (performance.now() - start) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function refusalOf(words: readonly string[], folder: string): Promise<string | null> {
  try {
    await reading(words, folder);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

async function reading(words: readonly string[], folder: string): Promise<unknown> {
  const given = (option: string) => words[words.indexOf(option) + 1];
  const shell = new FakeShell({ folder });
  if (words[0] === 'study') return readStudySpecs(words[1], shell);
  if (words[0] === 'weights') return readWeightsContent(given('--path'));
  const dataset =
    words[0] === 'datasets'
      ? { kind: given('--kind'), path: given('--path'), ...(words.includes('--size') ? { size: 32 } : {}) }
      : await datasetOf(words[1], shell);
  return readContent({ location: datasetLocationSchema.parse(dataset), again: true }, () => undefined);
}

/** The data of a run, after its weights were looked at. */
async function datasetOf(path: string, shell: FakeShell): Promise<unknown> {
  const { dataset, weights } = await readRunSpec(path, shell);
  if (weights !== undefined && 'path' in weights) await readWeightsContent(weights.path);
  return dataset;
}
