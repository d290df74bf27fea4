import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { HomeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { AppError, badRequest, messageOf } from '#core/errors.ts';
import type { BaseSpec, RunSpec } from '#core/run.ts';
import { parseRunSpec } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { parseStudySpecs } from '#core/study.ts';
import { SPEC_LIMIT } from '../files/limits.ts';
import { readOrdinary } from '../files/ordinary-file.ts';
import { pathFrom } from './path-at-home.ts';
import type { Shell } from './shell.ts';

/** Where specs are read from: the folder in which relative paths start, and a pipe. */
type SpecSource = Pick<Shell, 'folder' | 'readStdin'>;

/** Given instead of a path: the spec comes from a pipe. */
export const STDIN = '-';

/** A run spec with every path made absolute. Throws 'not-found' or a bad request, one sentence. */
export async function readRunSpec(
  path: string,
  shell: SpecSource,
  elsewhere: HomeElsewhere | null = null,
): Promise<RunSpec> {
  const spec = parseRunSpec(await readJson(path, shell));
  return withAbsolutePaths(spec, { folder: folderOf(path, shell), elsewhere });
}

/** What the runs of a study share; a policy, a seed and steps in the file are ignored. */
export async function readBaseSpec(
  path: string,
  shell: SpecSource,
  elsewhere: HomeElsewhere | null = null,
): Promise<BaseSpec> {
  const { policy: _policy, seed: _seed, steps: _steps, ...base } = await readRunSpec(path, shell, elsewhere);
  return base;
}

export async function hasFile(path: string, shell: SpecSource): Promise<boolean> {
  return access(resolve(shell.folder, path)).then(
    () => true,
    () => false,
  );
}

/** One study spec, or several as `{"studies": [...]}`, as a report writes them. */
export async function readStudySpecs(
  path: string,
  shell: SpecSource,
  elsewhere: HomeElsewhere | null = null,
): Promise<readonly StudySpec[]> {
  const advice = 'give a study spec, or add --seeds or --arms to extend a study';
  const specs = parseStudySpecs(jsonIn(await readText(path, shell, advice), path));
  const origin = { folder: folderOf(path, shell), elsewhere };
  return Promise.all(specs.map(async (spec) => ({ ...spec, base: await withAbsolutePaths(spec.base, origin) })));
}

export async function readJson(path: string, shell: SpecSource): Promise<unknown> {
  return jsonIn(await readText(path, shell), path);
}

function jsonIn(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw badRequest(`${nameOf(path)} is not JSON: ${messageOf(error)}.`, { cause: error });
  }
}

async function readText(path: string, shell: SpecSource, advice = 'check the path'): Promise<string> {
  if (path === STDIN) return shell.readStdin(SPEC_LIMIT);
  const missing = () => `There is no file ${path}: ${advice}.`;
  return (await readOrdinary(resolve(shell.folder, path), { ...SPEC_LIMIT, missing })).toString();
}

interface Origin {
  /** Of the spec's file. */
  readonly folder: string;
  /** Where the home is whose machine reads what the paths name. */
  readonly elsewhere: HomeElsewhere | null;
}

/** Paths in a spec are relative to the spec's file; services and trainers run in other folders. */
async function withAbsolutePaths<Spec extends BaseSpec | RunSpec>(spec: Spec, origin: Origin): Promise<Spec> {
  const { folder, elsewhere } = origin;
  const { dataset, weights } = spec;
  const located =
    typeof dataset === 'object' && 'path' in dataset
      ? { ...dataset, path: pathFrom(folder, dataset.path, elsewhere) }
      : dataset;
  if (weights === undefined || !('path' in weights)) return { ...spec, dataset: located };
  const path = pathFrom(folder, weights.path, elsewhere);
  if (elsewhere === null) await checkReadable(path);
  return { ...spec, dataset: located, weights: { ...weights, path } };
}

async function checkReadable(path: string): Promise<void> {
  try {
    await access(path);
  } catch (error) {
    throw new AppError('not-found', `There is no file ${path}: correct "weights".`, { cause: error });
  }
}

function folderOf(path: string, shell: SpecSource): string {
  return path === STDIN ? shell.folder : dirname(resolve(shell.folder, path));
}

function nameOf(path: string): string {
  return path === STDIN ? 'The text from stdin' : path;
}
